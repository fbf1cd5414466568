"""`psc pack dry-run`."""

import asyncio
import json
from typing import Annotated

import typer

from deploy.commands.pack.check import tell
from deploy.commands.pack.file import LanguageOption, PackFile, spoken, text_of
from deploy.commands.pack.findings import as_json, show
from deploy.commands.pack.sample import Sample, take
from deploy.commands.setup import FAILED, out, running_system
from deploy.settings import read_settings
from deploy.supervisor import secrets
from deploy.supervisor.database import own_dsns
from services.routing.jobs import groups_read, model_names, shipped_models
from services.routing.policy import compile_pack
from services.routing.policy.trial import differences, try_out
from services.routing.rules.pack_file import PackFileError, parse_pack
from shared.contracts.pack import Pack

DRY_RUN_CODES = (
    "Exit codes: 0 done, whatever would change · 1 the pack is wrong, or past complaints cannot be read · "
    "2 wrong usage, or no such file · 3 the system is not running."
)


def dry_run(
    file: PackFile,
    last: Annotated[int, typer.Option("--last", min=1, max=100_000, help="How many of the latest complaints.")] = 500,
    as_json_: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    language: LanguageOption = None,
) -> None:
    """Show what a pack would change: the latest complaints of the week, decided again under it.

    Each is decided with what was known when it came (history is counted as it was then). Publishes and stores nothing,
    and shows no passenger's words.
    """
    tongue = spoken(language)
    try:
        pack = parse_pack(text_of(file), groups_read(), model_names())
    except PackFileError as error:
        tell(file, error, tongue, as_json_)
        raise typer.Exit(FAILED) from None
    sample = asyncio.run(_sample(pack, last))
    models = shipped_models()
    published = {known.id: compile_pack(known, models) for known in _needed(sample)}
    trial = try_out(sample.cases, compile_pack(pack, models), published)
    base = max(sample.packs, key=lambda known: known.version, default=None)
    fields = differences(base, pack) if base else {}
    if as_json_:
        out.print(json.dumps(as_json(pack, base, sample, trial, fields), ensure_ascii=False), markup=False)
    else:
        show(pack, base, sample, trial, fields, tongue)


async def _sample(pack: Pack, last: int) -> Sample:
    system = running_system()
    dsn = own_dsns(system["postgres"], secrets.load(read_settings().data_dir).database)["routing"]
    return await take(system["kafka"], dsn, pack.name, last)


def _needed(sample: Sample) -> list[Pack]:
    """The versions under which these were decided."""
    named = {case.decision.policy_version for case in sample.cases}
    return [pack for pack in sample.packs if pack.id in named]
