"""`psc topics`."""

import asyncio
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from rich.table import Table

from deploy.commands.setup import out, running_system
from deploy.settings import read_settings
from deploy.trouble import Trouble
from shared.errors import SlowDown
from shared.messaging.topics import DAY_MS, TOPICS, Declaration, ensure

WITHIN = 60.0


def topics(
    show: Annotated[bool, typer.Option("--list", help="Only list what is declared; ask no cluster.")] = False,
) -> None:
    """List the declared topics and create those that the cluster lacks.

    The cluster is that of the running system, or the one that PSC_KAFKA_BOOTSTRAP names.
    """
    out.print(_table())
    if show:
        return
    bootstrap = read_settings().kafka_bootstrap or running_system()["kafka"]
    try:
        created = asyncio.run(asyncio.wait_for(ensure(bootstrap), WITHIN))
    except (SlowDown, KafkaError, OSError, TimeoutError) as error:
        raise Trouble(f"Kafka at {bootstrap} cannot be used: {str(error) or type(error).__name__}") from None
    out.print(f"{bootstrap}: created {', '.join(created)}" if created else f"{bootstrap}: all there")


def _table() -> Table:
    table = Table(box=None, header_style="bold")
    for title in ("topic", "from", "to", "partitions", "kept"):
        table.add_column(title)
    for declared in TOPICS:
        table.add_row(
            declared.topic.value,
            ", ".join(declared.producers),
            ", ".join(declared.consumers) or "-",
            str(declared.partitions),
            _kept(declared),
        )
    return table


def _kept(declared: Declaration) -> str:
    if declared.keep_ms is None:
        return "latest per key"
    return "for ever" if declared.keep_ms < 0 else f"{declared.keep_ms // DAY_MS} d"
