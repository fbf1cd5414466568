"""The network of lines and stations: read from its file, published when it has changed."""

import hashlib
from pathlib import Path

import yaml

from shared.contracts.reference import Network, NetworkPublished
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Pool
from shared.storage.queries import load

queries = load(__file__, "network.sql")

KEY = "network/metro"


def read(file: Path) -> Network:
    """The network in a file. Errors: OSError; pydantic.ValidationError for what is none."""
    return Network.model_validate({"version": 1, **yaml.safe_load(file.read_text(encoding="utf-8"))})


async def publish(pool: Pool, network: Network) -> bool:
    """Tell everyone, if it differs from what was told last; whether it did."""
    digest = hashlib.sha256(network.model_dump_json(exclude={"version"}).encode()).hexdigest()
    async with pool.acquire() as connection, connection.transaction():
        await queries.lock_network(connection)
        latest = await queries.latest_network(connection)
        if latest is not None and latest["digest"] == digest:
            return False
        version = latest["version"] + 1 if latest else 1
        await queries.record_network(connection, version=version, digest=digest)
        event = NetworkPublished(network=network.model_copy(update={"version": version}))
        await outbox.add(connection, [Outgoing(Topic.REFERENCE, KEY, derived_id(KEY, version, digest), event)])
    return True
