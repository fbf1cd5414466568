"""`psc pack`: the policy as a file – look at it, try it, publish it."""

import typer

from deploy.commands.pack.check import CHECK_CODES, check
from deploy.commands.pack.dry_run import DRY_RUN_CODES, dry_run
from deploy.commands.pack.publish import PUBLISH_CODES, publish
from deploy.commands.pack.show import SHOW_CODES, show
from deploy.commands.setup import guarded

pack = typer.Typer(
    name="pack",
    help="政策包 · The policy pack: check a file, try it on past complaints, publish it. See docs/policy.md.",
    no_args_is_help=True,
)
pack.command("show", epilog=SHOW_CODES)(guarded(show))
pack.command("check", epilog=CHECK_CODES)(guarded(check))
pack.command("dry-run", epilog=DRY_RUN_CODES)(guarded(dry_run))
pack.command("publish", epilog=PUBLISH_CODES)(guarded(publish))
