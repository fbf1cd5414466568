"""Routing: complaints received enter, decisions leave – what kind each is, why, how grave, and who takes it."""
