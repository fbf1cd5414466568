"""`psc pack check`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.pack.file import LanguageOption, PackFile, spoken, text_of
from deploy.commands.setup import FAILED, fail, out
from services.routing.jobs import groups_read, model_names
from services.routing.rules.pack_file import PackFileError, PackProblem, parse_pack
from shared.contracts.vocabulary import Language

CHECK_CODES = "Exit codes: 0 it can be published · 1 something is wrong with it · 2 wrong usage, or no such file."

GOOD = {
    Language.ZH: "{path}:{pack} 没有问题,自 {start} 起生效",
    Language.EN: "{path}: nothing wrong with {pack}, in effect from {start}",
}
COUNT = {Language.ZH: "{path} 有 {count} 处需要更正", Language.EN: "{path}: {count} to correct"}


def check(
    file: PackFile,
    language: LanguageOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what is wrong with a pack: every line and field at once. Asks no running system.

    Whether the version is the next one, and not too early, is known only where it is published.
    """
    tongue = spoken(language)
    try:
        pack = parse_pack(text_of(file), groups_read(), model_names())
    except PackFileError as error:
        tell(file, error, tongue, as_json)
        raise typer.Exit(FAILED) from None
    if as_json:
        out.print(json.dumps({"valid": True, "version": pack.id, "problems": []}), markup=False)
        return
    good = GOOD[tongue].format(path=file, pack=pack.id, start=f"{pack.effective_from:%Y-%m-%d %H:%M:%S}Z")
    out.print(good, markup=False)


def tell(file: Path, error: PackFileError, tongue: Language, as_json: bool) -> None:
    """Say what is wrong with the pack in `file`."""
    if as_json:
        problems = [_as_json(problem, tongue) for problem in error.problems]
        out.print(json.dumps({"valid": False, "problems": problems}, ensure_ascii=False), markup=False)
        return
    for problem in error.problems:
        out.print(problem.said(tongue), markup=False)
    fail(COUNT[tongue].format(path=file, count=len(error.problems)))


def _as_json(problem: PackProblem, tongue: Language) -> dict[str, object]:
    return {
        "line": problem.line,
        "field": problem.field,
        "code": problem.fault.code,
        "detail": problem.detail(tongue),
    }
