"""The broker's settings: one node that is broker and controller, durable, quick to start, small."""

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    # An acknowledgement means the page cache: what a crash of the machine could take is at most this old. Our own
    # topics flush every message.
    "log.flush.interval.ms": "500",
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": "12",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # A killed broker's session must have expired before the next one may register: with the default 9 s it takes 12.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "metadata.max.idle.interval.ms": "5000",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "num.network.threads": "2",
    "num.io.threads": "2",
    "background.threads": "2",
}


def render(port: int, controller_port: int, data: str) -> str:
    """The text of `server.properties`. `data` is relative, so that no letter in the project's own path matters."""
    listener, controller = f"127.0.0.1:{port}", f"127.0.0.1:{controller_port}"
    settings = SETTINGS | {
        "log.dirs": data,
        "listeners": f"PLAINTEXT://{listener},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{listener}",
        "controller.quorum.voters": f"1@{controller}",
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())
