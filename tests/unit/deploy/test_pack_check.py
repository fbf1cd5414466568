"""`psc pack check`, as a service manager runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACK = ROOT / "services/routing/packs/metro-default.yaml"


def checked(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`psc pack check` in a locale of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "LC_MESSAGES")}
    return subprocess.run(
        [sys.executable, "-m", "deploy", "pack", "check", *arguments],
        cwd=ROOT,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A pack with two mistakes, as an editor on Windows saves it."""
    text = PACK.read_text(encoding="utf-8")
    text = text.replace("remind_share: 0.5", "remind_share: 0.9").replace("cash_cny: 1000,", "cash_cny: many,")
    path = tmp_path / "pack.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    return path


def test_a_good_pack_is_said_to_be_good() -> None:
    done = checked(str(PACK), "--language", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing wrong with metro-default@1, in effect from 2024-01-01 00:00:00Z" in done.stdout


def test_every_mistake_is_told_with_its_line_in_the_language_of_the_locale(wrong: Path) -> None:
    lines = wrong.read_text(encoding="utf-8-sig").splitlines()
    warn, many = (next(i for i, line in enumerate(lines, 1) if part in line) for part in ("warn_share:", "many"))
    done = checked(str(wrong), LC_ALL="zh_CN.UTF-8", LANG="en_GB.UTF-8")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"第 {warn} 行:ladder.warn_share: 向上级预警必须晚于提醒(0.9)",
        f"第 {many} 行:ceilings.2.cash_cny: 应为数字,而不是“many”",
    ]
    assert "2 处需要更正" in done.stderr
    english = checked(str(wrong), LANG="de_DE.UTF-8")
    assert english.stdout.splitlines()[1] == f'line {many}: ceilings.2.cash_cny: must be a number, not "many"'
    assert "2 to correct" in english.stderr


def test_programs_get_one_object(wrong: Path) -> None:
    done = checked(str(wrong), "--json", "--language", "en")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["valid"] is False
    assert [(p["field"], p["code"]) for p in said["problems"]] == [
        ("ladder.warn_share", "warn_after_remind"),
        ("ceilings.2.cash_cny", "number"),
    ]
    assert json.loads(checked(str(PACK), "--json").stdout) == {
        "valid": True,
        "version": "metro-default@1",
        "problems": [],
    }


def test_groups_that_rules_read_and_models_must_be_there(tmp_path: Path) -> None:
    text = PACK.read_text(encoding="utf-8")
    path = tmp_path / "pack.yaml"
    path.write_text(text.replace("    arson:\n", "    arsn:\n").replace("model: metro-1", "model: metro-9"), "utf-8")
    done = checked(str(path), "--language", "en")
    assert "signals.groups.arson: is missing, and rules read it; did you mean arsn?" in done.stdout
    assert 'signals.model: cannot be "metro-9", only one of: metro-1; did you mean metro-1?' in done.stdout


def test_what_is_no_file_or_no_text_is_told_by_its_exit_code(tmp_path: Path) -> None:
    assert checked(str(tmp_path / "none.yaml")).returncode == 2
    assert checked(str(PACK), "--language", "fr").returncode == 2
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: x\ntitle: café\n".encode("latin-1"))
    done = checked(str(latin))
    assert done.returncode == 1
    assert "line 2: not UTF-8" in done.stderr
