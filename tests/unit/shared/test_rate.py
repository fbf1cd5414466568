"""The bucket: a burst, then the average; each key for itself, and nobody forgiven because others come."""

import pytest

from shared.security.rate import Bucket


def test_a_burst_then_the_average() -> None:
    bucket = Bucket(per_second=2, burst=3)
    assert [bucket.take("a", now=0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert bucket.take("a", now=0.0) == pytest.approx(0.5)
    assert bucket.take("a", now=0.25) == pytest.approx(0.25)
    assert bucket.take("a", now=0.5) == 0.0
    assert bucket.take("a", now=0.5) > 0


def test_rest_fills_it_to_the_burst_and_no_further() -> None:
    bucket = Bucket(per_second=1, burst=2)
    bucket.take("a", now=0.0)
    assert [bucket.take("a", now=1000.0) > 0 for _ in range(3)] == [False, False, True]


def test_each_key_has_its_own() -> None:
    bucket = Bucket(per_second=1, burst=1)
    assert bucket.take("a", now=0.0) == 0.0
    assert bucket.take("b", now=0.0) == 0.0
    assert bucket.take("a", now=0.0) > 0


def test_a_look_takes_nothing() -> None:
    bucket = Bucket(per_second=1, burst=1)
    assert bucket.wait("a", now=0.0) == bucket.wait("a", now=0.0) == 0.0
    bucket.take("a", now=0.0)
    assert bucket.wait("a", now=0.0) == pytest.approx(1.0)


def test_many_other_keys_do_not_forgive_who_keeps_asking() -> None:
    bucket = Bucket(per_second=0.001, burst=1, keys=10)
    bucket.take("guesser", now=0.0)
    for number in range(100):
        bucket.take(f"other {number}", now=0.0)
        assert bucket.take("guesser", now=0.0) > 0


def test_its_memory_is_bounded() -> None:
    bucket = Bucket(per_second=0.001, burst=1, keys=10)
    for number in range(100):
        bucket.take(str(number), now=0.0)
    assert [bucket.wait(str(number), now=0.0) > 0 for number in range(100)] == [False] * 90 + [True] * 10


def test_time_comes_by_itself() -> None:
    bucket = Bucket(per_second=0.001, burst=1)
    assert bucket.take("a") == 0.0
    assert bucket.take("a") == pytest.approx(1000, rel=0.01)


def test_what_is_given_back_was_never_taken_and_no_more_than_that() -> None:
    bucket = Bucket(per_second=0.001, burst=1)
    assert bucket.take("a", now=0.0) == 0.0
    assert bucket.wait("a", now=0.0) > 0
    bucket.give_back("a", now=0.0)
    bucket.give_back("a", now=0.0)
    assert bucket.take("a", now=0.0) == 0.0
    assert bucket.take("a", now=0.0) > 0
