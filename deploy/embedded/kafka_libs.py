"""Kafka's jars: fetched once by Maven, put in place whole."""

import asyncio
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from deploy.embedded.process import Process
from deploy.embedded.tools import find_maven
from deploy.trouble import Trouble

POM = Path(__file__).with_name("pom.xml")


def wanted() -> str:
    """What identifies the set of jars that `pom.xml` asks for."""
    return hashlib.sha256(POM.read_bytes()).hexdigest()[:16]


def present(libs: Path) -> bool:
    """Whether `libs` holds the jars of this `pom.xml`, completely."""
    mark = libs / "complete"
    return mark.exists() and mark.read_text(encoding="ascii") == wanted()


async def fetch(libs: Path) -> None:
    """Fill `libs` when it is not complete: 44 jars, 43 MB. Errors: `Trouble`."""
    if present(libs):
        return
    maven = await asyncio.to_thread(find_maven)
    libs.parent.mkdir(parents=True, exist_ok=True)
    # A folder of its own for each attempt: several test runs may fetch at once.
    half = Path(tempfile.mkdtemp(prefix=f"{libs.name}.new-", dir=libs.parent))
    try:
        await _copy(maven, half, libs.with_name(f"{libs.name}.log"))
        (half / "complete").write_text(wanted(), encoding="ascii")
        await asyncio.to_thread(_put_in_place, half, libs)
    finally:
        await asyncio.to_thread(shutil.rmtree, half, ignore_errors=True)


def _put_in_place(half: Path, libs: Path) -> None:
    if present(libs):
        return
    shutil.rmtree(libs, ignore_errors=True)
    half.rename(libs)


async def _copy(maven: Path, half: Path, log: Path) -> None:
    process = await Process.spawn(
        "maven",
        _command(maven, half),
        log=log,
        cwd=half,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    try:
        code = await asyncio.wait_for(process.wait(), 600)
    except TimeoutError:
        await process.stop()
        raise Trouble(f"Maven has not fetched Kafka within 10 minutes: see {log}") from None
    if code != 0:
        raise Trouble(f"Maven cannot fetch Kafka ({_reason(log) or process.last_words()}): see {log}")


def _reason(log: Path) -> str:
    """Maven's first error; those after it explain how to use Maven."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found = next((line for line in reversed(lines) if "[ERROR] No " in line or "[ERROR] Failed" in line), "")
    return found.partition("[ERROR] ")[2][:200]


def _command(maven: Path, half: Path) -> list[str | Path]:
    quietly = ("--batch-mode", "--quiet", "--no-transfer-progress", "-Dstyle.color=never")
    return [maven, *quietly, "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={half.absolute()}"]
