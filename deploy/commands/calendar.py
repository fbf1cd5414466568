"""`psc calendar`: the notice on public holidays of a year, as a file."""

from typing import Annotated

import typer

from deploy.commands.pack.door import TokenFile, asked
from deploy.commands.pack.file import LanguageOption, PackFile, spoken, text_of
from deploy.commands.setup import fail, guarded, out
from deploy.http import post
from deploy.trouble import Trouble
from shared.contracts.vocabulary import Language

CODES = (
    "Exit codes: 0 published, now or before · 1 refused or not answered, and why · 2 wrong usage, or no such file · "
    "3 the system is not running here and no --url is given."
)
Url = Annotated[
    str | None, typer.Option("--url", envvar="PSC_FOLLOWUP_URL", help="followup's address; otherwise that of run.json.")
]
DONE = {
    Language.ZH: {
        201: "{year} 年日历第 {version} 版已发布,受影响的期限随即重算",
        200: "{year} 年日历第 {version} 版先前已发布",
    },
    Language.EN: {
        201: "calendar {year}, version {version}, is published; the deadlines that rest on it move now",
        200: "calendar {year}, version {version}, was published before",
    },
}


def import_(file: PackFile, url: Url = None, token_file: TokenFile = None, language: LanguageOption = None) -> None:
    """Publish a year's calendar. Open deadlines that rest on it are worked out again, and passengers are told.

    Repeating it is harmless.
    """
    tongue = spoken(language)
    address, bearer = asked(url, token_file, "followup")
    answer = post(f"{address}/v1/calendars", {"yaml": text_of(file)}, token=bearer, language=tongue.value)
    if answer is None:
        raise Trouble(f"followup at {address} does not answer")
    if answer.status not in DONE[tongue]:
        problem = answer.json
        for error in problem.get("errors", ()):
            out.print(f"{error.get('why') or error['detail']}", markup=False)
        raise fail(f"{problem.get('title')}: {problem.get('detail')}")
    out.print(DONE[tongue][answer.status].format_map(answer.json), markup=False)


calendar = typer.Typer(
    name="calendar",
    help="日历 · Holidays and make-up days: publish a year when its notice is there. See docs/calendars.md.",
    no_args_is_help=True,
)


@calendar.callback()
def _calendar() -> None:
    """A group also while it has one command."""


calendar.command("import", epilog=CODES)(guarded(import_))
