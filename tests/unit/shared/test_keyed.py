"""Keyed digests: a standard HMAC, apart by key and by part."""

import hashlib
import hmac

from shared.ids import derived_id, new_id
from shared.security.keyed import digest, hashed


def test_a_digest_is_hmac_sha_256_over_the_parts() -> None:
    assert digest(b"key", "receipt", "七") == hmac.new(b"key", "receipt\x1f七".encode(), hashlib.sha256).digest()


def test_another_key_or_another_cut_is_another_digest() -> None:
    digests = {digest(b"key", "ab", "c"), digest(b"key", "a", "bc"), digest(b"key", "abc"), digest(b"other", "abc")}
    assert len(digests) == 4


def test_a_machines_key_is_kept_as_its_sha_256() -> None:
    assert hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_new_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}


def test_the_same_causes_give_the_same_id() -> None:
    case = new_id()
    assert derived_id(case, 3) == derived_id(str(case), "3")
    assert len({derived_id(case, 3), derived_id(case, 4), derived_id(new_id(), 3), derived_id(f"{case}3")}) == 4
    assert derived_id("pinned").hex == "4b852a047b155eb28efbdedadbaf851b"
