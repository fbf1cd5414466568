"""Kafka's jars: fetched once by Maven, put in place whole."""

import asyncio
import hashlib
import os
import shutil
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
    half = libs.with_name(f"{libs.name}.new")
    await asyncio.to_thread(shutil.rmtree, half, ignore_errors=True)
    half.mkdir(parents=True)
    log = libs.with_name(f"{libs.name}.log")
    process = await Process.spawn(
        "maven",
        [
            maven,
            *("--batch-mode", "--quiet", "--no-transfer-progress", "-f", POM),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={half.resolve()}",
        ],
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
        raise Trouble(f"Maven cannot fetch Kafka ({process.last_words()}): see {log}")
    (half / "complete").write_text(wanted(), encoding="ascii")
    await asyncio.to_thread(shutil.rmtree, libs, ignore_errors=True)
    half.rename(libs)
