"""Each rule that a tool guards refuses a planted violation; and the tree as it is breaks none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

IMPORTS = {
    "independent": ("services/intake/api_planted.py", "import services.routing.app\n"),
    "shared": ("shared/planted.py", "import services.intake\n"),
    "deploy": ("services/intake/planted.py", "import deploy.documents\n"),
    "layers": ("services/routing/rules/planted.py", "import services.routing.app\n"),
    "pure": ("services/followup/policy/planted.py", "import random\n"),
    "contracts": ("shared/contracts/planted.py", "import shared.messaging.topics\n"),
    "rooms": ("shared/storage/planted.py", "import shared.runtime\n"),
}
RUFF = {
    "E": "x = 1;\n",
    "F": "import json\n",
    "W": "x = 1 \n",
    "I": "import sys\nimport json\nprint(sys, json)\n",
    "N": "def Wrong() -> None: ...\n",
    "UP": "from typing import List\nx: List[int] = []\n",
    "B": "def f(x: list[int] = []) -> None: ...\n",
    "SIM": "def f(a: bool) -> bool:\n    if a:\n        return True\n    else:\n        return False\n",
    "RET": "def f(a: int) -> int:\n    b = a + 1\n    return b\n",
    "PIE": "class A:\n    x = 1\n    pass\n",
    "PT": "import pytest\n\n\ndef test_a() -> None:\n    with pytest.raises(ValueError):\n        int('a')\n",
    "RUF": "x = [1] + [2]\ny = x + [3]\n",
    "ASYNC": "import time\n\n\nasync def f() -> None:\n    time.sleep(1)\n",
    "DTZ": "import datetime\nx = datetime.datetime.now()\n",
    "T20": "print(1)\n",
    "S": "import subprocess\nsubprocess.run('ls', shell=True)\n",
    "BLE": "try:\n    x = 1\nexcept Exception:\n    x = 2\n",
    "C90": "def f(a: int) -> int:\n"
    + "".join(f"    if a == {n}:\n        return {n}\n" for n in range(9))
    + "    return a\n",
    "PERF": "def f(a: list[int]) -> list[int]:\n    b = []\n    for x in a:\n        b.append(x + 1)\n    return b\n",
}


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "static", "node_modules")
    for name in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(where: Path, contract: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; "
        f"sys.exit(lint_imports(limit_to_contracts=('{contract}',), no_cache=True))"
    )
    return run("-c", code, cwd=where)


@pytest.mark.parametrize("contract", IMPORTS)
def test_the_import_contract_refuses_its_planted_violation(contract: str, copy: Path) -> None:
    path, code = IMPORTS[contract]
    kept = lint_imports(copy, contract)
    assert kept.returncode == 0, kept.stdout
    (copy / path).write_text('"""Planted."""\n' + code)
    broken = lint_imports(copy, contract)
    assert broken.returncode == 1, broken.stdout
    assert "BROKEN" in broken.stdout
    assert Path(path).stem in broken.stdout


def test_a_stray_module_in_a_service_is_refused(copy: Path) -> None:
    (copy / "services/intake/utils.py").write_text('"""Planted."""\n')
    assert lint_imports(copy, "layers").returncode == 1


@pytest.mark.parametrize("family", RUFF)
def test_ruff_refuses_a_planted_violation_of_each_family(family: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "planted.py").write_text(RUFF[family])
    found = run("-m", "ruff", "check", "--no-cache", "--output-format", "concise", "planted.py", cwd=tmp_path)
    codes = {line.split()[1] for line in found.stdout.splitlines() if line.startswith("planted.py")}
    assert any(code.rstrip("0123456789") == family.rstrip("0123456789") for code in codes), found.stdout


def test_mypy_refuses_an_untyped_function_and_a_wrong_field(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(
        "from pydantic import BaseModel\n\n\nclass A(BaseModel):\n    x: int\n\n\ndef f(a):\n    return A(x='1', y=2)\n"
    )
    found = run(
        "-m",
        "mypy",
        "--config-file",
        str(ROOT / "pyproject.toml"),
        "--cache-dir",
        str(tmp_path / "c"),
        str(tmp_path / "planted.py"),
        cwd=ROOT,
    )
    assert "no-untyped-def" in found.stdout, found.stdout
