"""`python -m deploy` is `psc`."""

from deploy.cli import main

main()
