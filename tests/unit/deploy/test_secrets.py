"""Secrets are made once, private, and go only to whom they belong."""

import base64
import json
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.settings import SERVICES, RunSettings
from deploy.supervisor import run_file, secrets
from deploy.supervisor.environment import Wiring, environment
from deploy.supervisor.run_file import RunFile
from deploy.trouble import Trouble
from shared.contracts.vocabulary import Level
from shared.security.tokens import Invalid, Verifier

SETTINGS = RunSettings(port_base=18100, postgres_dsn=SecretStr("postgresql://owner:superuser@db/psc"))


def wiring() -> Wiring:
    """A run's wiring with fresh secrets."""
    made = secrets.create()
    dsns = {name: f"postgresql://psc_{name}:{made.database[name]}@127.0.0.1:1/psc" for name in SERVICES}
    return Wiring(SETTINGS, made, secrets.new_key(), "127.0.0.1:2", dsns)


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = secrets.load(tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert secrets.load(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_a_broken_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}", encoding="ascii")
    with pytest.raises(Trouble, match=r"secrets\.json cannot be used"):
        secrets.load(tmp_path)
    assert (tmp_path / "secrets.json").read_text(encoding="ascii") == "{}"


def test_a_file_of_an_earlier_version_gets_the_key_that_it_lacks_once(tmp_path: Path) -> None:
    made = secrets.load(tmp_path)
    older = made.model_dump(exclude={"fingerprint_key"})
    (tmp_path / "secrets.json").write_text(json.dumps(older), encoding="utf-8")
    first = secrets.load(tmp_path)
    assert len(first.fingerprint_key) == len(made.pseudonym_key)
    assert first.model_dump(exclude={"fingerprint_key"}) == older
    assert secrets.load(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_keys_are_as_long_as_they_must_be() -> None:
    made = secrets.create()
    for key in (made.receipt_key, made.pseudonym_key, made.fingerprint_key):
        assert len(base64.urlsafe_b64decode(key + "=")) == 32
    assert len(base64.b64decode(made.hotline_secret.removeprefix("whsec_"))) == 32
    assert set(made.staff) == {"L1", "L2", "L3", "L4", "L5", "admin"}
    everything = [*made.database.values(), *made.staff.values(), made.terminal_key, made.integration_key, made.demo_key]
    assert len(set(everything)) == len(everything)


def test_a_password_can_be_read_out_loud() -> None:
    for _ in range(50):
        words = secrets.readable_password().split("-")
        assert [len(word) for word in words] == [4, 4, 4, 4]
        assert all(word[1::2].strip("aeiou") == "" for word in words)


def test_no_service_is_told_the_secrets_of_another() -> None:
    run = wiring()
    own = {
        "intake": {run.secrets.receipt_key, run.secrets.pseudonym_key, run.secrets.hotline_secret},
        "routing": {run.secrets.fingerprint_key},
        "followup": {run.secrets.signing_key["d"], *run.secrets.staff.values()},
    }
    own["intake"] |= {run.secrets.terminal_key, run.secrets.integration_key, run.secrets.demo_key}
    own = {name: own.get(name, set()) | {run.secrets.database[name]} for name in SERVICES}
    outer = {"PATH": "/bin", "PSC_POSTGRES_DSN": "postgresql://owner:superuser@db/psc", "PSC_SIGNING_KEY": "leaked"}
    for service in SERVICES:
        told = json.dumps(environment(service, run, outer), ensure_ascii=False).replace('\\"', '"')
        for other, values in own.items():
            assert all((value in told) == (other == service) for value in values), (service, other)
        assert "superuser" not in told
        assert "leaked" not in told


def test_a_service_is_told_where_everything_is_and_keeps_the_operators_other_settings() -> None:
    told = environment("routing", wiring(), {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "PSC_BATCH_SIZE": "7"})
    assert told["PSC_HTTP_PORT"] == "18102"
    assert told["PSC_KAFKA_BOOTSTRAP"] == "127.0.0.1:2"
    assert json.loads(told["PSC_PUBLIC_URLS"])["followup"] == "http://127.0.0.1:18103"
    assert (told["OTEL_EXPORTER_OTLP_ENDPOINT"], told["PSC_BATCH_SIZE"]) == ("http://c:4318", "7")


def test_the_published_keys_are_public() -> None:
    keys = json.loads(wiring().jwks)["keys"]
    assert len({key["kid"] for key in keys}) == 2
    assert all("d" not in key for key in keys)


def test_tokens_of_a_run_are_good_in_this_run_only() -> None:
    run, next_run = wiring(), wiring()
    staff = run_file.tokens(run.run_key, run.secrets.staff)
    who = Verifier(run.jwks).verify(staff["L3"]["token"])
    assert (who.user, who.level, who.lines, who.stations) == ("L3", Level.L3, (), ())
    admin = Verifier(run.jwks).verify(staff["admin"]["token"])
    assert admin.is_admin
    assert admin.level is None
    with pytest.raises(Invalid):
        Verifier(next_run.jwks).verify(staff["L3"]["token"])


def test_accounts_carry_role_and_level() -> None:
    assert secrets.accounts({"L2": "a", "admin": "b"}) == [
        {"user": "L2", "password": "a", "role": "staff", "level": "L2"},
        {"user": "admin", "password": "b", "role": "admin", "level": None},
    ]


def test_run_json_has_what_programs_rely_on(tmp_path: Path) -> None:
    run = wiring()
    staff = run_file.tokens(run.run_key, run.secrets.staff)
    written = RunFile(tmp_path, SETTINGS, run.secrets, staff, "127.0.0.1:2", "postgresql://postgres:x@127.0.0.1:1/psc")
    written.write({"intake": 1, "kafka": None})
    written.write({"intake": 2, "kafka": None})
    path = tmp_path / "run.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = json.loads(path.read_text(encoding="utf-8"))
    names = {"terminal_key", "integration_key", "hotline_secret", "staff", "kafka", "postgres", "pids"}
    assert set(found) == {*SERVICES, *names}
    assert found["pids"] == {"intake": 2, "kafka": None}
    assert found["intake"] == "http://127.0.0.1:18101"
    assert set(found["staff"]["admin"]) == {"user", "password", "token"}
    assert run.secrets.demo_key not in path.read_text(encoding="utf-8")
