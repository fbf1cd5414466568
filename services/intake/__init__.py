"""Complaints enter by terminal, hotline, city hotline and web; each leaves once, as `ComplaintReceived`."""
