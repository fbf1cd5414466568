"""How Kafka's Java programs are run: class path, memory, and a class archive that takes a third off the start."""

import hashlib
import os
import re
from pathlib import Path

BROKER = "kafka.Kafka"
MEMORY = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC")
OPTIONS = (
    *MEMORY,
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    "-Dlog4j2.level=WARN",
    "-Dlog4j2.disableJmx=true",
    "-Djava.awt.headless=true",
)
PLAIN = re.compile(r"[A-Za-z0-9/._~-]+")
"""A path that reads the same in a URL. Java finds archived classes under no other."""


class Jvm:
    """Java with the jars of `libs`, for programs that work in `folder`."""

    def __init__(self, java: Path, libs: Path, folder: Path) -> None:
        self._java = java
        self._libs = libs.resolve()
        self._folder = folder.resolve()
        self._classes = self._folder / "classes.lst"

    @property
    def env(self) -> dict[str, str]:
        """File names are UTF-8 for Java only under such a locale."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "JAVA_HOME", "TMPDIR")}
        return kept | {"LC_ALL": "C.UTF-8"}

    def command(self, main: str, *arguments: str) -> list[str]:
        """The command line that runs class `main`; a broker uses the archive, or lists its classes for one."""
        archive = self._archive_options() if main == BROKER else []
        return [str(self._java), *OPTIONS, *archive, "-cp", self._class_path(), main, *arguments]

    def archive(self) -> Path | None:
        """Where the archive for this Java and these jars is or belongs; None where none can be used."""
        if not PLAIN.fullmatch(str(self._libs)):
            return None
        java = self._java.resolve()
        made_of = repr((java, java.stat().st_mtime_ns, self._libs, OPTIONS))
        return self._libs / f"classes-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}.jsa"

    def can_write_archive(self) -> bool:
        """Whether there is none yet and a broker of ours has listed its classes."""
        archive = self.archive()
        return archive is not None and not archive.exists() and self._classes.exists()

    def write_archive(self, target: Path) -> list[str]:
        """The command line that writes the archive to `target`."""
        options = ("-Xshare:dump", f"-XX:SharedClassListFile={self._classes}", f"-XX:SharedArchiveFile={target}")
        return [str(self._java), *MEMORY, "-Xlog:disable", *options, "-cp", self._class_path()]

    def _archive_options(self) -> list[str]:
        self._classes.unlink(missing_ok=True)
        archive = self.archive()
        if archive is None:
            return []
        if archive.exists():
            return [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto"]
        return [f"-XX:DumpLoadedClassList={self._classes.name}"]

    def _class_path(self) -> str:
        """Relative, unless plain: a class path cannot hold every character that a path may have."""
        at = self._libs if PLAIN.fullmatch(str(self._libs)) else Path(os.path.relpath(self._libs, self._folder))
        return ":".join(str(at / jar.name) for jar in sorted(self._libs.glob("*.jar")))
