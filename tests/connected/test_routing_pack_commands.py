"""`psc pack dry-run` and `psc pack publish` on a running routing, as an administrator runs them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import pytest
import pytest_asyncio

from deploy.supervisor import secrets
from deploy.supervisor.data_dir import claimed, write_private
from shared.clock import rfc3339, utc_now
from shared.contracts.complaint import Complaint
from shared.contracts.vocabulary import Category
from tests.backends.databases import PASSWORD, ROOT, SERVICES, Database
from tests.backends.system import System, until
from tests.connected.wire import Wire, complaint, routing_alone

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
YAML = (ROOT / "services/routing/packs/metro-default.yaml").read_text(encoding="utf-8")
START = "effective_from: 2024-01-01T00:00:00Z"
TABLES = ("packs", "decisions", "cases", "outbox", "inbox", "dead_letters")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def routing(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    async with routing_alone(database, kafka_bootstrap, tmp_path_factory.mktemp("routing")) as system:
        yield system


@pytest.fixture(scope="module")
def folder(
    routing: System, database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A data folder on which this system runs, as far as commands can tell."""
    folder = tmp_path_factory.mktemp("data")
    own = secrets.create().model_copy(update={"database": dict.fromkeys(SERVICES, PASSWORD)})
    run = {
        "routing": routing.url("routing"),
        "kafka": kafka_bootstrap,
        "postgres": database.dsn,
        "staff": {"admin": {"user": "admin", "token": routing.token("admin")}},
    }
    with claimed(folder):
        write_private(folder / "secrets.json", own.model_dump_json())
        write_private(folder / "run.json", json.dumps(run))
        yield folder


async def psc(folder: Path, *arguments: str, **environment: str) -> Done:
    """`psc pack …` in English."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PSC_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy", "pack", *arguments),
        cwd=ROOT,
        env={**kept, "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", "PSC_DATA_DIR": str(folder), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 90)
    return Done(process.returncode or 0, out.decode(), err.decode())


def pack(path: Path, version: int, *changes: tuple[str, str], start: timedelta = timedelta(days=1)) -> str:
    """A file with the shipped pack as this version, with changes; its path."""
    text = YAML.replace("version: 1\n", f"version: {version}\n", 1)
    for before, after in ((START, f"effective_from: {rfc3339(utc_now() + start)}"), *changes):
        assert before in text, before
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")
    return str(path)


async def rows(superuser: Connection) -> list[int]:
    """How many rows routing's tables have."""
    return [await superuser.fetchval(f"select count(*) from routing.{table}") for table in TABLES]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def decided(database: Database, routing: System, kafka_bootstrap: str) -> AsyncIterator[list[Complaint]]:
    """Complaints that routing has decided on."""
    same: dict[str, Any] = {"passenger_ref": "p-dry", "station": "徐家汇", "category": Category.TICKET}
    cases = [
        complaint("徐家汇站充值机吞了我五十元纸币没有到账", **same),
        complaint("徐家汇站充值机吞了我五十元纸币没有到账", **same),
        complaint("二号线人民广场站列车晚点二十分钟,害我迟到"),
        complaint("我要投诉,二号线今天晚点三十分钟了"),
        complaint("想表扬一下昨晚值班的姑娘,谢谢她帮我找回钱包!"),
    ]
    wire, superuser = Wire(kafka_bootstrap), await asyncpg.connect(database.dsn)

    async def all_there(count: int) -> bool:
        found: int = await superuser.fetchval("select count(*) from routing.decisions")
        return found == count

    for count, case in enumerate(cases, start=1):
        await wire.complain(case)
        assert await until(lambda count=count: all_there(count), 20)  # type: ignore[misc]
    await wire.close()
    await superuser.close()
    yield cases


LATER = ("delay_minutes: 15", "delay_minutes: 25")


async def test_a_dry_run_shows_what_would_change_and_changes_nothing(
    folder: Path, decided: list[Complaint], superuser: Connection, tmp_path: Path
) -> None:
    file = pack(tmp_path / "p.yaml", 2, LATER, ("remind_minutes: 3", "remind_minutes: 2"))
    before = await rows(superuser)
    done = await psc(folder, "dry-run", file, "--json")
    assert (done.code, done.err) == (0, "")
    said = json.loads(done.out)
    assert (said["pack"], said["base"], said["looked"], said["undecided"]) == (
        "metro-default@2",
        "metro-default@1",
        5,
        0,
    )
    assert said["changed"] == 1
    assert said["by_label"] == {
        "kind": 0,
        "reason": 0,
        "category": 0,
        "severity": 1,
        "level": 1,
        "proposed": 0,
        "uncertain": 0,
    }
    number = decided[2].number
    assert {(c["number"], c["label"], c["old"], c["new"]) for c in said["changes"]} == {
        (number, "severity", "S3", "S4"),
        (number, "level", "L2", "L1"),
    }
    assert all(c["rule"].startswith(f"{c['label']}.") for c in said["changes"])
    assert said["moves"]["severity"] == [{"old": "S3", "new": "S4", "count": 1}]
    assert said["unlike"] == [], "decided again under its own version each comes out as it did"
    assert said["fields"] == [
        {"field": "arrival.remind_minutes", "old": "3", "new": "2"},
        {"field": "thresholds.delay_minutes", "old": "15", "new": "25"},
    ]
    assert await rows(superuser) == before

    shown = await psc(folder, "dry-run", file)
    assert shown.code == 0
    for part in (number, "severity S3 → S4; level L2 → L1", "would change: 1", "thresholds.delay_minutes"):
        assert part in shown.out, shown.out
    assert not any(case.text[:4] in shown.out + done.out for case in decided), "no passenger's words"
    chinese = await psc(folder, "dry-run", file, "--language", "zh")
    assert "会改变的:1 件" in chinese.out


async def test_a_dry_run_takes_the_latest(folder: Path, decided: list[Complaint], tmp_path: Path) -> None:
    file = pack(tmp_path / "p.yaml", 2, LATER)
    two = json.loads((await psc(folder, "dry-run", file, "--json", "--last", "2")).out)
    assert (two["looked"], two["changed"]) == (2, 0)
    three = json.loads((await psc(folder, "dry-run", file, "--json", "--last", "3")).out)
    assert (three["looked"], three["changed"]) == (3, 1)


async def test_what_was_not_decided_or_kept_is_counted_and_left_out(
    folder: Path, decided: list[Complaint], superuser: Connection, tmp_path: Path
) -> None:
    of = decided[2].case_id
    kept = await superuser.fetchval("select known from routing.decisions where case_id = $1", of)
    await superuser.execute("update routing.decisions set known = null where case_id = $1", of)
    said = json.loads((await psc(folder, "dry-run", pack(tmp_path / "p.yaml", 2, LATER), "--json")).out)
    await superuser.execute("update routing.decisions set known = $2 where case_id = $1", of, kept)
    assert (said["looked"], said["undecided"], said["changed"]) == (4, 1, 0)


async def test_a_wrong_pack_is_not_tried(folder: Path, tmp_path: Path) -> None:
    done = await psc(folder, "dry-run", pack(tmp_path / "p.yaml", 2, ("delay_minutes: 15", "delay_minutes: late")))
    assert done.code == 1
    assert 'thresholds.delay_minutes: must be a whole number, not "late"' in done.out


async def test_publishing_says_what_became_of_it(folder: Path, routing: System, tmp_path: Path) -> None:
    file = pack(tmp_path / "p.yaml", 2, LATER)
    first, second = await psc(folder, "publish", file), await psc(folder, "publish", file)
    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("metro-default@2 is published by admin, and decides from ")
    assert second.out.startswith("metro-default@2 was published before by admin, and decides from ")

    taken = await psc(folder, "publish", pack(tmp_path / "q.yaml", 2, start=timedelta(days=2)))
    assert taken.code == 1
    assert "version 2 is the latest, published by admin" in taken.err
    assert "write version: 3" in taken.err

    past = await psc(folder, "publish", pack(tmp_path / "r.yaml", 3, start=-timedelta(days=2)))
    assert (past.code, past.out) == (1, "/yaml/effective_from: must not be in the past\n")

    wrong = await psc(folder, "publish", pack(tmp_path / "s.yaml", 3, ("delay_minutes: 15", "delay_minutes: late")))
    line = 1 + (tmp_path / "s.yaml").read_text(encoding="utf-8").split("late")[0].count("\n")
    assert wrong.code == 1
    assert wrong.out == f'line {line}: thresholds.delay_minutes: must be a whole number, not "late"\n'

    chinese = await psc(folder, "publish", str(tmp_path / "r.yaml"), "--language", "zh")
    assert "不能早于现在" in chinese.out


async def test_the_file_of_a_version_is_printed_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    shipped = await psc(folder, "show", "--version", "1")
    assert (shipped.code, shipped.out) == (0, YAML)
    latest = await psc(folder, "show")
    assert "\nversion: 2\n" in latest.out
    assert "delay_minutes: 25" in latest.out
    none = await psc(folder, "show", "--version", "99")
    assert (none.code, none.out) == (1, "")


async def test_who_publishes_may_be_said_by_a_file_or_the_environment(
    folder: Path, routing: System, tmp_path: Path
) -> None:
    elsewhere, token = tmp_path / "elsewhere", tmp_path / "token"
    file, url = pack(tmp_path / "p.yaml", 3), routing.url("routing")
    assert (await psc(elsewhere, "publish", file)).code == 3
    token.write_text(routing.token("L5") + "\n", encoding="ascii")
    refused = await psc(elsewhere, "publish", file, "--url", url, "--token-file", str(token))
    assert refused.code == 1
    assert "admin" in refused.err
    admin = routing.token("admin", "ms-policy")
    done = await psc(elsewhere, "publish", file, PSC_ADMIN_TOKEN=admin, PSC_ROUTING_URL=url + "/")
    assert done.out.startswith("metro-default@3 is published by ms-policy")
    nobody = await psc(elsewhere, "publish", file, "--url", "http://127.0.0.1:1", PSC_ADMIN_TOKEN=admin)
    assert (nobody.code, "does not answer" in nobody.err) == (1, True)
