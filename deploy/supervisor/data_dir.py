"""The data folder: one running copy at a time, and what an earlier copy left behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded import leftovers
from deploy.settings import SERVICES
from deploy.trouble import Trouble


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder for this copy; released by the kernel however we end.

    Errors: `Trouble` when another copy holds it or it cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Trouble(f"The data folder {folder} cannot be used: {error.strerror}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble(
                f"Another copy (process {os.read(descriptor, 20).decode() or '?'}) runs on {folder}: "
                "stop it, or set PSC_DATA_DIR and PSC_PORT_BASE"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_claimed(folder: Path) -> bool:
    """Whether a copy runs on this folder."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def end_leftovers(folder: Path) -> list[int]:
    """End services that a killed supervisor left; Kafka and PostgreSQL see to their own."""
    return leftovers.stop(folder, *(f"services.{name}" for name in SERVICES))


def write_private(path: Path, text: str) -> None:
    """Put a file that only we may read in place of an older one, at once."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
