"""The `psc` command. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the system is not running."""

import typer

from deploy.commands.run import run
from deploy.commands.setup import guarded

app = typer.Typer(
    name="psc",
    help="地铁乘客服务中心 · The passenger-service centre: run it, look after it.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the system is not running.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.callback()(lambda: None)
app.command()(guarded(run))


def main() -> None:
    """The script `psc`."""
    app()


if __name__ == "__main__":
    main()
