"""How Kafka's Java programs are run: class path, memory, and a class archive that halves the start."""

import hashlib
import os
from pathlib import Path

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
        self._libs = libs
        self._folder = folder

    @property
    def env(self) -> dict[str, str]:
        """File names are UTF-8 for Java only under such a locale."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "JAVA_HOME", "TMPDIR")}
        return kept | {"LC_ALL": "C.UTF-8"}

    def command(self, main: str, *arguments: str) -> list[str]:
        """The command line that runs class `main`."""
        relative = Path(os.path.relpath(self._libs.resolve(), self._folder.resolve()))
        jars = [str(relative / jar.name) for jar in sorted(self._libs.glob("*.jar"))]
        return [str(self._java), *OPTIONS, *self._archive(main, relative), "-cp", ":".join(jars), main, *arguments]

    def _archive(self, main: str, relative: Path) -> list[str]:
        """Use the broker's class archive, or have this run write it at its end when there is none."""
        if main != "kafka.Kafka":
            return []
        java = self._java.resolve()
        made_of = f"{java}\0{java.stat().st_mtime_ns}\0{relative}\0{OPTIONS}"
        name = f"classes-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}.jsa"
        if (self._libs / name).exists():
            return [f"-XX:SharedArchiveFile={relative / name}", "-Xshare:auto"]
        return [f"-XX:ArchiveClassesAtExit={relative / name}"]
