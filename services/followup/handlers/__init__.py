"""One handler per event: load, decide, save, tell, for a whole batch in one transaction."""
