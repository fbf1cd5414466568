"""A real Kafka and a real PostgreSQL on this machine, for running without a cluster and for connected tests.

Both listen on 127.0.0.1 only, keep their data on disk, end with the process that started them, and start again after
a kill -9 of everything.
"""

from deploy.embedded.kafka import EmbeddedKafka
from deploy.embedded.postgres import EmbeddedPostgres

__all__ = ["EmbeddedKafka", "EmbeddedPostgres"]
