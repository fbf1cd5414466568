"""This machine: the data folder's lock, ports, programs, and the sentences when something is wrong."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.embedded import kafka_settings, tools
from deploy.embedded.jvm import Jvm
from deploy.embedded.postgres_programs import Programs
from deploy.settings import RunSettings
from deploy.supervisor import database, ports, run_file
from deploy.supervisor.data_dir import claimed, is_claimed
from deploy.trouble import Trouble


def test_a_second_copy_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with claimed(folder):
        assert is_claimed(folder)
        with (
            pytest.raises(Trouble, match=rf"Another copy \(process {os.getpid()}\) runs on .*PSC_DATA_DIR"),
            claimed(folder),
        ):
            pass
    assert not is_claimed(folder)
    with claimed(folder):
        pass


def test_a_folder_that_cannot_be_is_trouble() -> None:
    with (
        pytest.raises(Trouble, match=r"data folder /dev/null/var cannot be used: Not a directory"),
        claimed(Path("/dev/null/var")),
    ):
        pass


def test_a_run_file_of_a_run_that_ended_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"intake": "x"}', encoding="ascii")
    assert run_file.read(tmp_path) is None
    with claimed(tmp_path):
        assert run_file.read(tmp_path) == {"intake": "x"}


def test_a_taken_port_is_named_with_what_it_is_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
        settings = RunSettings(port_base=port - 3, kafka_bootstrap="a:1", postgres_dsn=None)
        with pytest.raises(Trouble, match=rf"^Port {port} \(for followup\) is taken .*PSC_PORT_BASE"):
            ports.check(settings)
    assert ports.is_free(port)


def test_only_what_is_started_here_needs_ports() -> None:
    given = RunSettings.model_validate({"kafka_bootstrap": "a:1", "postgres_dsn": "postgresql://x"})
    assert set(ports.wanted(given)) == {"intake", "routing", "followup", "reporting"}
    assert len(ports.wanted(RunSettings())) == 7


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("command not found", None),
    ],
)
def test_java_versions_are_read(said: str, version: int | None) -> None:
    assert tools.read_java_version(said) == version


def test_an_old_java_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="ascii")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Trouble, match=r"is Java 11, Kafka needs 17 or later: set JAVA_HOME"):
        tools.find_java()


def test_a_missing_program_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Trouble, match="sudo apt-get install openjdk-17-jre-headless"):
        tools.find_java()
    with pytest.raises(Trouble, match="sudo apt-get install maven"):
        tools.find_maven()


def test_the_broker_is_told_no_absolute_path(tmp_path: Path) -> None:
    libs, folder = tmp_path / "数据 libs", tmp_path / "卡夫卡, data"
    libs.mkdir()
    folder.mkdir()
    (libs / "b.jar").touch()
    (libs / "a.jar").touch()
    command = Jvm(Path(sys.executable), libs, folder).command("kafka.Kafka", "server.properties")
    assert not any("Archive" in word or "ClassList" in word for word in command)
    assert command[command.index("-cp") + 1] == "../数据 libs/a.jar:../数据 libs/b.jar"
    assert not any(str(tmp_path) in word for word in command)
    written = kafka_settings.render(9092, 9093, "data")
    assert "log.dirs=data\n" in written
    assert "listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093\n" in written


def test_the_broker_lists_its_classes_until_there_is_an_archive(tmp_path: Path) -> None:
    libs, folder = tmp_path / "libs", tmp_path / "data"
    libs.mkdir()
    folder.mkdir()
    jvm = Jvm(Path(sys.executable), libs, folder)
    assert "-XX:DumpLoadedClassList=classes.lst" in jvm.command("kafka.Kafka")
    assert not jvm.can_write_archive()
    (folder / "classes.lst").touch()
    assert jvm.can_write_archive()
    archive = jvm.archive()
    assert archive is not None
    archive.touch()
    assert not jvm.can_write_archive()
    assert f"-XX:SharedArchiveFile={archive}" in jvm.command("kafka.Kafka")
    assert not any("Archive" in word for word in jvm.command("kafka.tools.StorageTool"))


def test_data_of_another_major_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("15\n", encoding="ascii")
    Programs(tmp_path, 15).must_read(tmp_path)
    with pytest.raises(Trouble, match="made by PostgreSQL 15, this is 18"):
        Programs(tmp_path, 18).must_read(tmp_path)


def test_a_services_dsn_has_its_own_role_and_password() -> None:
    passwords = dict.fromkeys(("intake", "routing", "followup", "reporting"), "p@ss/wörd")
    found = database.own_dsns("postgresql://owner:secret@db.example:5433/psc?sslmode=require", passwords)
    assert found["intake"] == "postgresql://psc_intake:p%40ss%2Fw%C3%B6rd@db.example:5433/psc?sslmode=require"


def test_psc_says_by_its_exit_code_that_nothing_runs(tmp_path: Path) -> None:
    env = os.environ | {"PSC_DATA_DIR": str(tmp_path)}
    for arguments, code in ((["token", "L1"], 3), (["token", "nobody"], 2), (["--help"], 0), (["nonsense"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "deploy", *arguments], env=env, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
