"""Events that are never lost and take effect once: topics, outbox and relay, inbox and batch consumer, dead letters."""
