"""followup's doors: cases, actions on them, sessions and the keys that tokens are verified with."""
