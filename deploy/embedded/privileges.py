"""How the database gives up root: a PostgreSQL server refuses to run as root.

An ordinary user needs nothing. Root enters a user namespace in which it is `nobody` (no account, no chown). Where a
container forbids that, the server runs as the account `nobody`, with programs and data in /var/tmp, because a folder
below a private home is closed to that account. For one machine and for development.
"""

import ctypes
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.process import Prepare
from deploy.trouble import Trouble

CLONE_NEWUSER = 0x10000000
NOBODY = 65534
SHELTER = Path("/var/tmp")  # noqa: S108 - survives a restart, and open to `nobody`; ownership is checked

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Privileges:
    """What a child does before `exec`, the account it runs as, and where its files must lie."""

    prepare: Prepare | None = None
    user: str | None = None

    @property
    def sheltered(self) -> bool:
        """Whether programs and data must lie where another account can reach them."""
        return self.user is not None


def dropped() -> Privileges:
    """The way that works here."""
    if os.geteuid() != 0:
        return Privileges()
    if _namespaces_work():
        return Privileges(prepare=_enter_namespace)
    return Privileges(user="nobody")


def _enter_namespace() -> None:
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} 0 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} 0 1")


def _namespaces_work() -> bool:
    try:
        subprocess.run(["/bin/true"], preexec_fn=_enter_namespace, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def shelter(kind: str, key: Path, *, owner: str | None) -> Path:
    """A folder in /var/tmp of our own for `key`, made when missing.

    Errors: `Trouble` when somebody else's folder has its name.
    """
    folder = SHELTER / f"psc-{kind}-{hashlib.sha256(os.fsencode(key.resolve())).hexdigest()[:16]}"
    account = pwd.getpwnam(owner) if owner else pwd.getpwuid(os.geteuid())
    if not folder.exists():
        folder.mkdir(mode=0o755 if owner is None else 0o700)
        shutil.chown(folder, account.pw_uid, account.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.pw_uid:
        raise Trouble(f"{folder} belongs to somebody else: remove it, or start psc as an ordinary user")
    return folder


def sheltered_copy(package: Path, *siblings: Path) -> Path:
    """A copy of a folder of programs, and of the folders beside it that it needs, which every account may run."""
    target = shelter("programs", package, owner=None)
    copy = target / package.name
    if not copy.exists():
        for source in siblings:
            shutil.copytree(source, target / source.name, dirs_exist_ok=True)
        half = target / f"{package.name}.new"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(package, half)
        half.rename(copy)
    return copy
