"""`python -m deploy` is `psc`."""

import signal

# Ctrl-C while modules are loading ends us without a traceback; `psc run` takes signals over once it has begun.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from deploy.cli import main  # noqa: E402

main()
