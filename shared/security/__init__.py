"""Who asks, and what must not be shown: staff tokens, redaction, pseudonyms, rates."""
