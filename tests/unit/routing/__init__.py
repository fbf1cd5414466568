"""Routing decided in memory: no server."""
