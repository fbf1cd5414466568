"""One run: start every part in order, keep them alive, stop them cleanly."""

import asyncio
import signal
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from deploy.settings import SERVICES, RunSettings
from deploy.supervisor import data_dir, ports, run_file, secrets
from deploy.supervisor.backing import Kafka, Postgres
from deploy.supervisor.demonstration import play
from deploy.supervisor.environment import Wiring
from deploy.supervisor.keeper import Keeper
from deploy.supervisor.part import Part
from deploy.supervisor.run_file import RunFile
from deploy.supervisor.service import Service
from deploy.supervisor.voice import Voice


async def run(settings: RunSettings, voice: Voice) -> None:
    """Run until SIGINT, SIGTERM or SIGHUP. Errors: `Trouble` when it cannot start."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Asked again while stopping: already at it. make passes on a signal that its group got as well.
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, asked.set)
    with data_dir.claimed(settings.data_dir):
        system = System(settings, voice)
        try:
            await _until(asked, system.start())
            await asked.wait()
        finally:
            await system.stop()


async def _until(asked: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, but drop it when asked to stop."""
    working = asyncio.ensure_future(work)
    asking = asyncio.ensure_future(asked.wait())
    await asyncio.wait((working, asking), return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
    asking.cancel()
    if not working.cancelled():
        working.result()


class System:
    """The parts of one copy."""

    def __init__(self, settings: RunSettings, voice: Voice) -> None:
        self._settings = settings
        self._voice = voice
        self._kafka = Kafka(settings, voice)
        self._postgres = Postgres(settings, voice)
        self._services: list[Service] = []
        self._keeping: list[asyncio.Task[None]] = []
        self._run_file: RunFile | None = None

    async def start(self) -> None:
        """Everything, in order. Errors: `Trouble`."""
        began = time.monotonic()
        folder = self._settings.data_dir
        self._voice.title()
        run_file.remove(folder)
        await asyncio.to_thread(self._clear_the_way)
        kept = secrets.load(folder)
        key = secrets.new_key()
        dsns: dict[str, str] = {}

        async def database_ready() -> None:
            dsns.update(await self._postgres.ready(kept.database))

        await _together(self._kafka.ready(), database_ready())
        wiring = Wiring(self._settings, kept, key, self._kafka.bootstrap, dsns)
        await self._start_services(wiring)
        staff = run_file.tokens(key, kept.staff)
        self._run_file = RunFile(folder, self._settings, kept, staff, self._kafka.bootstrap, self._postgres.dsn)
        self._write_run_file()
        self._voice.ready(self._settings, time.monotonic() - began)
        if self._kafka.part is not None:
            self._keeping.append(asyncio.create_task(self._kafka.part.archive_classes(), name="class archive"))
        if self._settings.demo:
            self._keeping.append(asyncio.create_task(self._play_demo(self._run_file, kept.demo_key), name="demo"))

    def _clear_the_way(self) -> None:
        """What a killed run left would hold our ports."""
        data_dir.end_leftovers(self._settings.data_dir)
        for part in (self._kafka.part, self._postgres.part):
            if part is not None:
                part.end_leftovers()
        ports.check(self._settings)

    async def stop(self) -> None:
        """Services first, so that they can finish what they do; then what they stand on."""
        began = time.monotonic()
        backing = [part for part in (self._kafka.part, self._postgres.part) if part]
        running = any(part.pid for part in (*self._services, *backing))
        if running:
            self._voice.stopping()
        self._run_file = None
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        await _stop(self._services)
        await _stop(backing)
        run_file.remove(self._settings.data_dir)
        if running:
            self._voice.stopped(time.monotonic() - began)

    async def _start_services(self, wiring: Wiring) -> None:
        began = time.monotonic()
        self._services = [Service(name, wiring, self._settings.data_dir) for name in SERVICES]
        await asyncio.gather(*(service.launch() for service in self._services))
        keepers = [self._keep(service) for service in self._services]
        for part in (self._kafka.part, self._postgres.part):
            if part is not None:
                self._keep(part)
        await _together(*(_ready(service, keeper) for service, keeper in zip(self._services, keepers, strict=True)))
        self._voice.done("services", " ".join(SERVICES), time.monotonic() - began)

    async def _play_demo(self, run: RunFile, key: str) -> None:
        """A demo that fails is said so, and no reason to stop."""
        try:
            await play(run.content({}), key, self._voice)
        except Exception as error:  # noqa: BLE001 - whatever it is, the system runs
            self._voice.notice(f"the demo ended early ({type(error).__name__}: {error}); `psc demo --again` plays it")

    def _keep(self, part: Part) -> Keeper:
        keeper = Keeper(part, self._write_run_file, self._voice.notice)
        self._keeping.append(asyncio.create_task(keeper.keep(), name=f"keep {part.name}"))
        return keeper

    def _write_run_file(self) -> None:
        if self._run_file is not None:
            pids = {service.name: service.pid for service in self._services}
            for name, part in (("kafka", self._kafka.part), ("postgres", self._postgres.part)):
                pids[name] = part.pid if part else None
            self._run_file.write(pids)


async def _stop(parts: Sequence[Part]) -> None:
    await asyncio.gather(*(part.stop() for part in parts), return_exceptions=True)


async def _ready(service: Service, keeper: Keeper) -> None:
    await service.ready(lambda: keeper.gives_up)


async def _together(*work: Coroutine[Any, Any, None]) -> None:
    """All of it at once; the first error ends the rest."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
