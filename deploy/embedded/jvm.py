"""How Kafka's Java programs are run: class path, memory, and a class archive that halves the start."""

import functools
import hashlib
import os
from pathlib import Path

BROKER = "kafka.Kafka"
OPTIONS = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    "-Dlog4j2.level=WARN",
    "-Dlog4j2.disableJmx=true",
    "-Djava.awt.headless=true",
)


class Jvm:
    """Java with the jars of `libs`, for programs that work in `folder`.

    Paths are given relative to that folder: a class path cannot hold every character that a path may have.
    """

    def __init__(self, java: Path, libs: Path, folder: Path) -> None:
        self._java = java
        self._libs = libs.resolve()
        self._folder = folder.resolve()

    @property
    def env(self) -> dict[str, str]:
        """File names are UTF-8 for Java only under such a locale."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "JAVA_HOME", "TMPDIR")}
        return kept | {"LC_ALL": "C.UTF-8"}

    def command(self, main: str, *arguments: str) -> list[str]:
        """The command line that runs class `main`."""
        relative = Path(os.path.relpath(self._libs, self._folder))
        jars = [str(relative / jar.name) for jar in sorted(self._libs.glob("*.jar"))]
        return [str(self._java), *OPTIONS, *self._archive(main, relative), "-cp", ":".join(jars), main, *arguments]

    def _archive(self, main: str, relative: Path) -> list[str]:
        """Use the broker's class archive, or have this run write it at its end when there is none."""
        if main != BROKER:
            return []
        if self._classes.exists():
            return [f"-XX:SharedArchiveFile={relative / self._classes.name}", "-Xshare:auto"]
        return [f"-XX:ArchiveClassesAtExit={relative / self._new_classes.name}"]

    def keep_archive(self, *, whole: bool) -> None:
        """After a run: put the archive in place that it wrote to its end, drop one that it did not."""
        if whole and self._new_classes.exists():
            self._new_classes.replace(self._classes)
        self._new_classes.unlink(missing_ok=True)

    @functools.cached_property
    def _classes(self) -> Path:
        java = self._java.resolve()
        made_of = (java, java.stat().st_mtime_ns, os.path.relpath(self._libs, self._folder), OPTIONS)
        return self._libs / f"classes-{hashlib.sha256(repr(made_of).encode()).hexdigest()[:12]}.jsa"

    @property
    def _new_classes(self) -> Path:
        """Written by one run only: several brokers may share the jars."""
        return self._classes.with_name(
            f"{self._classes.name}.{hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:8]}"
        )
