"""Time that counts, pure: working time by calendars, and clocks that run in it."""
