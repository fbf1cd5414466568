"""Starts every part in order, keeps it alive, and stops it cleanly."""
