"""`psc pack publish`."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.commands.pack.file import LanguageOption, PackFile, spoken, text_of
from deploy.commands.setup import FAILED, fail, out, running_system
from deploy.http import Answer, post
from deploy.trouble import Trouble
from shared.contracts.vocabulary import Language

PUBLISH_CODES = (
    "Exit codes: 0 published, now or before · 1 refused or not answered, and why · 2 wrong usage, or no such file · "
    "3 the system is not running here and no --url is given."
)
DOOR = "/v1/policy/versions"
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
    url: Annotated[
        str | None,
        typer.Option("--url", envvar="PSC_ROUTING_URL", help="routing's address; otherwise that of run.json."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", exists=True, dir_okay=False, help="A file with an administrator's token."),
    ] = None,
    language: LanguageOption = None,
) -> None:
    """Publish a pack as the next version. It decides on what is received from its effective_from on.

    Repeating it is harmless. Without options it asks the system of run.json as its administrator. A token may also
    stand in PSC_ADMIN_TOKEN.
    """
    tongue = spoken(language)
    given = token_file.read_text(encoding="utf-8").strip() if token_file else os.environ.get("PSC_ADMIN_TOKEN")
    system = running_system() if url is None or given is None else {}
    address, bearer = url or system["routing"], given or system["staff"]["admin"]["token"]
    answer = post(
        address.rstrip("/") + DOOR, {"yaml": text_of(file)}, token=bearer, timeout=TAKES, language=tongue.value
    )
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
