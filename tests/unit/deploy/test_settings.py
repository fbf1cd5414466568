"""What an operator sets, and how a wrong value is said."""

from pathlib import Path

import pytest

from deploy.settings import ROOT, Ports, read_settings
from deploy.trouble import Trouble


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEMO", "PORT_BASE", "DATA_DIR", "KAFKA_BOOTSTRAP", "POSTGRES_DSN", "TRACE_URL_TEMPLATE"):
        monkeypatch.delenv(f"PSC_{name}", raising=False)


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert (settings.demo, settings.port_base, settings.data_dir) == (True, 8100, ROOT / "var")
    assert (settings.kafka_bootstrap, settings.postgres_dsn) == (None, None)


def test_ports_count_from_the_base() -> None:
    ports = Ports(18100)
    assert ports.services == {"intake": 18101, "routing": 18102, "followup": 18103, "reporting": 18104}
    assert (ports.postgres, ports.kafka, ports.kafka_controller) == (18132, 18192, 18193)
    assert ports.urls["reporting"] == "http://127.0.0.1:18104"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSC_KAFKA_BOOTSTRAP", "")
    monkeypatch.setenv("PSC_DEMO", "off")
    assert read_settings().kafka_bootstrap is None
    assert read_settings().demo is False


def test_a_relative_data_folder_counts_from_where_we_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PSC_DATA_DIR", "数据")
    assert read_settings().data_dir == tmp_path / "数据"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PSC_PORT_BASE", "abc"),
        ("PSC_PORT_BASE", "80"),
        ("PSC_PORT_BASE", "65500"),
        ("PSC_DEMO", "perhaps"),
        ("PSC_KAFKA_BOOTSTRAP", "no-port"),
        ("PSC_KAFKA_BOOTSTRAP", "one:9092,two"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Trouble, match=f"^{name} cannot be used: .+$"):
        read_settings()
