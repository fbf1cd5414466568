"""`psc pack publish`."""

from typing import Any

import typer

from deploy.commands.pack.door import DOOR, TokenFile, Url, asked
from deploy.commands.pack.file import LanguageOption, PackFile, spoken, text_of
from deploy.commands.setup import FAILED, fail, out
from deploy.http import Answer, post
from deploy.trouble import Trouble
from shared.contracts.vocabulary import Language

PUBLISH_CODES = (
    "Exit codes: 0 published, now or before · 1 refused or not answered, and why · 2 wrong usage, or no such file · "
    "3 the system is not running here and no --url is given."
)
TAKES = 60.0
"""Seconds; checking a pack takes one."""

DONE = {
    Language.ZH: {201: "{version} 已发布(发布人 {published_by}),", 200: "{version} 先前已发布(发布人 {published_by}),"},
    Language.EN: {
        201: "{version} is published by {published_by}, ",
        200: "{version} was published before by {published_by}, ",
    },
}
DECIDES = {Language.ZH: "自 {decides_from} 起据以判定", Language.EN: "and decides from {decides_from}"}
NEVER = {
    Language.ZH: "已被更新的版本取代,不再生效",
    Language.EN: "but a later version has taken its place and it never decides",
}
LINE = {Language.ZH: "第 {line} 行:", Language.EN: "line {line}: "}
LATEST = {
    Language.ZH: "最新版本是 {current} 号,由 {by} 发布;请先查看其改动,再把 version 写为 {next}",
    Language.EN: "version {current} is the latest, published by {by}; see what it changed, then write version: {next}",
}


def publish(
    file: PackFile,
    url: Url = None,
    token_file: TokenFile = None,
    language: LanguageOption = None,
) -> None:
    """Publish a pack as the next version. It decides on what is received from its effective_from on.

    Repeating it is harmless.
    """
    tongue = spoken(language)
    address, bearer = asked(url, token_file)
    answer = post(address + DOOR, {"yaml": text_of(file)}, token=bearer, timeout=TAKES, language=tongue.value)
    if answer is None:
        raise Trouble(f"routing at {address} does not answer")
    if answer.status not in DONE[tongue]:
        raise _refused(answer, tongue)
    said = answer.json
    rest = (NEVER if said["decides_from"] is None else DECIDES)[tongue]
    out.print((DONE[tongue][answer.status] + rest).format_map(said), markup=False)


def _refused(answer: Answer, tongue: Language) -> typer.Exit:
    """What the door said, each fault with its line."""
    try:
        problem: dict[str, Any] = answer.json
    except ValueError:
        raise Trouble(f"routing answered {answer.status}") from None
    for error in problem.get("errors", ()):
        line = LINE[tongue].format_map(error) if "line" in error else ""
        out.print(f"{line}{error.get('field') or error['pointer']}: {error['detail']}", markup=False)
    return fail(f"{problem.get('title')}: {_why(problem, tongue)}", FAILED)


def _why(problem: dict[str, Any], tongue: Language) -> str:
    current = problem.get("current")
    if current is None:
        return str(problem.get("detail"))
    by = ", ".join(problem["changed_by"].values())
    return LATEST[tongue].format(current=current, by=by, next=int(current) + 1)
