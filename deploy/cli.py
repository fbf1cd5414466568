"""The `psc` command. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the system is not running."""

import typer

from deploy.commands.calendar import calendar
from deploy.commands.dead_letters import dead_letters
from deploy.commands.demo import demo
from deploy.commands.doctor import doctor
from deploy.commands.migrate import migrate
from deploy.commands.pack import pack
from deploy.commands.rebuild import rebuild
from deploy.commands.run import run
from deploy.commands.setup import EXIT_CODES, guarded
from deploy.commands.token import token
from deploy.commands.topics import topics

app = typer.Typer(
    name="psc",
    help="地铁乘客服务中心 · The passenger-service centre: run it, look after it.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (run, doctor, topics, migrate, token, demo):
    app.command(epilog=EXIT_CODES)(guarded(command))
app.add_typer(dead_letters)
app.add_typer(rebuild)
app.add_typer(pack)
app.add_typer(calendar)


def main() -> None:
    """The script `psc`."""
    app()


if __name__ == "__main__":
    main()
