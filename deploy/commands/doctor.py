"""`psc doctor`."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.commands.setup import fail, out
from deploy.embedded import kafka_libs, postgres_programs, tools
from deploy.embedded.privileges import Privileges
from deploy.http import get
from deploy.settings import SERVICES, RunSettings, read_settings
from deploy.supervisor import ports, run_file
from deploy.supervisor.data_dir import is_claimed

FONTS = Path("/usr/share/fonts")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `needed` says whether running is impossible without it."""

    what: str
    good: bool
    text: str
    needed: bool = True


def doctor() -> None:
    """Say what running needs and what of it is here: programs, ports, the data folder, the running system.

    Installs and changes nothing. Exit code 1 when something is missing that running needs.
    """
    settings = read_settings()
    findings = list(_findings(settings))
    for finding in findings:
        sign = "[green]✓[/]" if finding.good else ("[red]✗[/]" if finding.needed else "[yellow]–[/]")
        out.print(f"{sign} {finding.what:<14}", finding.text)
    if missing := [f.what for f in findings if f.needed and not f.good]:
        raise fail(f"missing: {', '.join(missing)}")


def _findings(settings: RunSettings) -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 11), f"{sys.version.split()[0]} in {sys.prefix}")
    yield from _kafka(settings)
    yield from _postgres(settings)
    yield from _here(settings)
    yield from _browser()


def _kafka(settings: RunSettings) -> Iterator[Finding]:
    if settings.kafka_bootstrap:
        yield Finding("Kafka", True, f"given: {settings.kafka_bootstrap}")
        return
    java = tools.java_here()
    version = tools.java_version(java) if java else None
    wanted = f"{tools.JAVA} or later: sudo apt-get install openjdk-{tools.JAVA}-jre-headless"
    yield Finding("Java", (version or 0) >= tools.JAVA, f"{version} at {java}" if version else wanted)
    fetched = kafka_libs.present(settings.data_dir / "kafka-libs")
    maven = shutil.which("mvn")
    yield Finding("Maven", bool(maven), maven or "sudo apt-get install maven", needed=not fetched)
    yield Finding("Kafka", fetched, "fetched" if fetched else "the first start fetches it", needed=False)


def _postgres(settings: RunSettings) -> Iterator[Finding]:
    if settings.postgres_dsn:
        yield Finding("PostgreSQL", True, "given by PSC_POSTGRES_DSN")
        return
    programs = postgres_programs.here(Privileges())
    text = f"{programs.major} at {programs.bin}" if programs else "sudo apt-get install postgresql"
    yield Finding("PostgreSQL", programs is not None, text)


def _here(settings: RunSettings) -> Iterator[Finding]:
    yield Finding("data folder", True, f"{settings.data_dir}{'' if settings.data_dir.exists() else ' (not made yet)'}")
    run = run_file.read(settings.data_dir)
    if run is None and not is_claimed(settings.data_dir):
        taken = [f"{port} ({name})" for name, port in ports.wanted(settings).items() if not ports.is_free(port)]
        free = f"free, from {settings.port_base}"
        yield Finding("ports", not taken, f"taken: {', '.join(taken)}; set PSC_PORT_BASE" if taken else free)
        yield Finding("system", False, "not running", needed=False)
        return
    if run is None:
        yield Finding("system", False, "starting or stopping", needed=False)
        return
    for name in SERVICES:
        answer = get(f"{run[name]}/readyz")
        text = f"{run[name]}, {f'answers {answer.status}' if answer else 'does not answer'}"
        yield Finding(name, answer is not None and answer.status == 200, text)


def _browser() -> Iterator[Finding]:
    checks: tuple[tuple[str, str, Callable[[], object]], ...] = (
        ("Chromium", "chromium", lambda: shutil.which("chromium")),
        ("Chinese font", "fonts-noto-cjk", lambda: next(FONTS.rglob("NotoSansCJK*"), None)),
    )
    for what, package, look in checks:
        found = look()
        yield Finding(what, bool(found), str(found or f"for the browser tests: sudo apt-get install {package}"), False)
