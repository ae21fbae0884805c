"""Digests are found again, in the dict and sorted in, put anew and taken away."""

from hashlib import blake2b

import pytest

from store.journal import step_digests
from store.journal.step_digests import Known


def digest(nth: int) -> bytes:
    return blake2b(str(nth).encode(), digest_size=16).digest()


def test_known__does_as_a_dict_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_digests, "NEWEST", 10)
    kept, plain = Known(), dict[bytes, int]()
    for nth in range(400):
        kept.put(digest(nth), nth)
        plain[digest(nth)] = nth
        if nth % 3 == 0:
            kept.remove(digest(nth // 2))
            plain.pop(digest(nth // 2), None)
        if nth % 5 == 0:
            kept.put(digest(nth // 3), 1000 + nth)
            plain[digest(nth // 3)] = 1000 + nth
        kept.remove(digest(-nth - 1))
    assert [kept.get(digest(nth)) for nth in range(420)] == [
        plain.get(digest(nth)) for nth in range(420)
    ]


def test_known__takes_few_bytes_each() -> None:
    kept = Known()
    for nth in range(20_000):
        kept.put(digest(nth), nth)
    assert kept.num_bytes < 20_000 * 12 + 150 * 3_000
