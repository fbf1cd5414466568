"""Running psc on one machine: the parts it needs, the supervisor that keeps them alive, and the `psc` command."""
