"""Numbers, receipt codes and pseudonyms."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.intake.policy.numbers import CROCKFORD, dialled, number, passenger_ref, receipt_code, typed_code
from shared.ids import new_id

KEY = b"k" * 32


def test_the_day_of_a_number_is_the_towns() -> None:
    assert number(123, datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == "PS-20261122-000123"
    assert number(123, datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == "PS-20261123-000123"


def test_a_number_has_at_least_six_digits() -> None:
    assert number(12_345_678, datetime(2026, 1, 1, tzinfo=UTC)) == "PS-20260101-12345678"


def test_a_code_is_six_characters_that_cannot_be_misread_and_depends_on_case_and_key() -> None:
    cases = [new_id() for _ in range(500)]
    codes = {receipt_code(KEY, case_id) for case_id in cases}
    assert all(len(code) == 6 and set(code) <= set(CROCKFORD) for code in codes)
    assert len(codes) > 495
    assert receipt_code(KEY, cases[0]) == receipt_code(KEY, cases[0])
    assert receipt_code(b"other" * 8, cases[0]) != receipt_code(KEY, cases[0])


def test_a_code_that_was_given_out_stays_good() -> None:
    # HMAC-SHA-256 over "receipt" and the case, its first 30 bits' places from the low end in Crockford's alphabet.
    assert receipt_code(KEY, UUID("0199a3c2-7b1e-7c4d-9f10-2a6b8c1d3e5f")) == "TW028J"


def test_every_character_of_a_code_varies() -> None:
    codes = [receipt_code(KEY, UUID(int=n)) for n in range(2000)]
    assert all(len({code[place] for code in codes}) == 32 for place in range(6))


@pytest.mark.parametrize("typed", ["7kq4m2", " 7KQ-4M2 ", "7KQ 4M2"])
def test_a_code_may_be_typed_loosely(typed: str) -> None:
    assert typed_code(typed) == "7KQ4M2"


def test_letters_that_are_no_digits_are_read_as_the_digits_they_look_like() -> None:
    assert typed_code("oIlB") == "011B"


@pytest.mark.parametrize(
    "written", ["13800000000", "138 0000 0000", "+86 138-0000-0000", "008613800000000", "\uff11\uff13\uff1800000000"]
)
def test_one_number_is_one_passenger_however_it_is_written(written: str) -> None:
    assert dialled(written) == "+8613800000000"
    assert passenger_ref(KEY, written) == passenger_ref(KEY, "13800000000")


@pytest.mark.parametrize(
    ("written", "kept"),
    [("12345", "12345"), ("\uff11\uff12345", "12345"), ("110", "110"), ("021-63190000", "+862163190000")],
)
def test_short_codes_and_landlines_are_numbers_too(written: str, kept: str) -> None:
    assert dialled(written) == kept


def test_a_pseudonym_tells_nothing_and_needs_a_phone() -> None:
    ref = passenger_ref(KEY, "13800000000")
    assert ref is not None
    assert ref.startswith("p_")
    assert "138" not in ref or "13800000000" not in ref
    assert ref != passenger_ref(b"other" * 8, "13800000000")
    assert ref != passenger_ref(KEY, "13800000001")
    assert passenger_ref(KEY, None) is None
