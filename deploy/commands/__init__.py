"""The commands of `psc`, one module each."""
