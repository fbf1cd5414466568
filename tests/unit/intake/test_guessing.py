"""A bucket may be looked at without taking from it."""

from shared.security.rate import Bucket


def test_looking_takes_nothing_and_tells_how_long_to_wait() -> None:
    bucket = Bucket(per_second=0.5, burst=2)
    for _ in range(5):
        assert bucket.wait("k", now=0) == 0.0
    assert [bucket.take("k", now=0), bucket.take("k", now=0)] == [0.0, 0.0]
    assert bucket.wait("k", now=0) == 2.0
    assert bucket.wait("k", now=1) == 1.0
    assert bucket.wait("k", now=2) == 0.0
    assert bucket.wait("other", now=0) == 0.0
