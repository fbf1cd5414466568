"""`make bench`: prints what this machine reaches. Absolute figures wobble with the machine; the ratios hold."""

import argparse
import asyncio
import logging
import os
import platform
import statistics
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import deciding, forms
from tests.bench.figures import Form, percentile

console = Console(highlight=False, width=110)


async def run(count: int) -> None:
    """Measure a decision, then the bare minimum, the full form and the naive form, one after the other."""
    _decisions()
    results: dict[str, Form] = {}
    with tempfile.TemporaryDirectory(prefix="psc-bench-", dir="/var/tmp") as folder:
        console.print("bare minimum")
        results["bare minimum"] = await forms.bare(_folder(folder, "bare"), count, console.print)
        console.print("psc")
        results["psc"] = await forms.full(_folder(folder, "full"), count, console.print)
        console.print("naive form: one event, one transaction")
        results["naive form"] = await forms.full(
            _folder(folder, "naive"), max(count // 20, 100), console.print, extra=forms.NAIVE, half=False
        )
    _show(results)


def _folder(parent: str, name: str) -> Path:
    folder = Path(parent) / name
    folder.mkdir()
    return folder


def _show(results: dict[str, Form]) -> None:
    psc = results["psc"]
    rates = Table(
        "complaints per second", "accepted", "end to end", "psc is", title=f"{os.cpu_count()} × {platform.machine()}"
    )
    for name, form in results.items():
        ratio = f"{psc.rate / form.rate:.2f} ×"
        rates.add_row(name, f"{statistics.median(form.accepted):,.0f}", f"{form.rate:,.0f}", ratio)
    console.print(rates)
    delays = Table(f"at {psc.offered:,.0f}/s, half of its rate", "p50 ms", "p99 ms")
    for name, values in (("POST", psc.post), ("POST → visible", psc.visible)):
        delays.add_row(name, *(f"{percentile(values, share) * 1000:,.0f}" for share in (0.5, 0.99)))
    console.print(delays)
    cpu = Table("CPU-µs per complaint", *results)
    for process in psc.cpu:
        cpu.add_row(process, *(f"{form.cpu[process]:,.0f}" for form in results.values()))
    cpu.add_row("all", *(f"{sum(form.cpu.values()):,.0f}" for form in results.values()))
    console.print(cpu)


def _decisions() -> None:
    table = Table("characters", "CPU-ms", "× bare scan", title="one decision of routing")
    for length, milliseconds, times in deciding.costs():
        table.add_row(f"{length:,}", f"{milliseconds:.2f}", f"{times:.0f}")
    console.print(table)


def main() -> None:
    """Command line."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--count", type=int, default=6000, help="complaints per round (naive: a twentieth)")
    asyncio.run(run(parser.parse_args().count))


if __name__ == "__main__":
    main()
