"""intake's doors: complaints, the hotline, the passenger's status, and what staff may read."""
