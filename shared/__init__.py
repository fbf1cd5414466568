"""What two services need and no business rule: event contracts, messaging, storage, web and security plumbing."""
