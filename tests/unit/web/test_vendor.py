"""What is vendored is what its packages hold, named with its source, with its licence, and nothing else."""

import hashlib

import pytest

from shared.web.pages import STATIC

VENDOR = STATIC / "vendor"
LINES = [line for line in (VENDOR / "HASHES").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
HASHES = {name: (digest, package) for digest, name, package, _ in (line.split() for line in LINES)}


@pytest.mark.parametrize("name", HASHES)
def test_the_file_is_the_one_that_was_taken(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == HASHES[name][0]


def test_every_file_is_named() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {*HASHES, "HASHES"}


def test_every_package_brings_its_licence() -> None:
    licensed = {package for name, (_, package) in HASHES.items() if name.endswith(".LICENSE")}
    assert licensed == {package for _, package in HASHES.values()}
