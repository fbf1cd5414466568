"""Real PostgreSQL and Kafka for tests: containers where a Docker engine answers, the same on local processes else."""
