"""Programs from outside that running needs: looked for, and fetched by apt where we may."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.trouble import Trouble

JAVA = 17
APT_PATIENCE = 600.0


def apt_install(*packages: str) -> bool:
    """Install Debian packages when root on Debian or Ubuntu; whether it was done."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return False
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-q", "--no-install-recommends", *packages]
    for command in (install, [apt, "update", "-q"], install):
        try:
            done = subprocess.run(  # noqa: S603 - packages named in this project
                command, env=env, capture_output=True, check=False, timeout=APT_PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        if done.returncode == 0 and command is install:
            return True
    return False


def find_java() -> Path:
    """Java 17 or later: JAVA_HOME's, else the one on the PATH, else apt's. Errors: `Trouble`."""
    java = java_here()
    if java is None and apt_install(f"openjdk-{JAVA}-jre-headless"):
        java = java_here()
    if java is None:
        raise Trouble(
            f"Java is missing, Kafka needs {JAVA} or later: sudo apt-get install openjdk-{JAVA}-jre-headless, "
            "or set PSC_KAFKA_BOOTSTRAP"
        )
    version = java_version(java)
    if version is None:
        raise Trouble(f"{java} does not run: set JAVA_HOME to Java {JAVA} or later")
    if version < JAVA:
        raise Trouble(
            f"{java} is Java {version}, Kafka needs {JAVA} or later: set JAVA_HOME to one, "
            f"or sudo apt-get install openjdk-{JAVA}-jre-headless"
        )
    return java


def java_here() -> Path | None:
    """JAVA_HOME's Java, else the one on the PATH, whatever its version."""
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    return Path(java) if java else None


def java_version(java: Path) -> int | None:
    """Its major version; None when it does not run."""
    try:
        said = subprocess.run(  # noqa: S603 - the Java that the operator chose
            [java, "-version"], capture_output=True, text=True, timeout=20, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    return read_java_version(said)


def read_java_version(said: str) -> int | None:
    """The major version in what `java -version` says; 8 and before call themselves 1.x."""
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None


def find_maven() -> Path:
    """Maven, from the PATH or apt. Errors: `Trouble`."""
    maven = shutil.which("mvn")
    if maven is None and apt_install("maven"):
        maven = shutil.which("mvn")
    if maven is None:
        raise Trouble("Maven is missing, it fetches Kafka: sudo apt-get install maven, or set PSC_KAFKA_BOOTSTRAP")
    return Path(maven)
