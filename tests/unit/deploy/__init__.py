"""Tests of running the system: the parts that need no server."""
