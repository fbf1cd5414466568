"""Prometheus metrics that all services have. Labels hold codes only."""

from prometheus_client import Counter, Gauge, Histogram

RELAYED = Counter("psc_relayed_total", "Events sent from the outbox to Kafka", ["service"])
CONSUMED = Counter("psc_consumed_total", "Events that took effect", ["service", "type"])
REPEATED = Counter("psc_repeated_total", "Deliveries dropped because their event had taken effect", ["service"])
PARKED = Counter("psc_parked_total", "Messages set aside", ["service", "reason"])
SLOWED = Counter("psc_slowed_total", "Times a consumer waited for the world around it", ["service", "error"])
OUTBOX = Gauge("psc_outbox_events", "Events that wait to be sent", ["service"])
LAG = Gauge("psc_consumer_lag_messages", "Messages behind the end of the topics", ["service"])
BATCH = Histogram("psc_batch_seconds", "Time to take a batch into effect", ["service"])
