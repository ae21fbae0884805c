"""Frames and fields tell by their seal when a bit of them has changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.maps.codec import decode_frame, encode_frame
from ml.maps.field_codec import pack_field, unpack_field
from ml.maps.seal import AT, is_whole
from ml.records import Field, Frame, Snapshot

Z = np.random.default_rng(0).normal(size=(9, 2)).astype(np.float32)
SHARE = np.linspace(0, 1, 9, dtype=np.float32)
FILES = {
    "frame": encode_frame(Frame(1.5, Z)),
    "snapshot": encode_frame(Snapshot(2, Z, np.zeros(9, np.int16), SHARE, SHARE)),
    "field": pack_field(Field(Z, -Z, np.zeros((3, 3), np.int16), Z.min(0), Z.max(0))),
}


@given(name=st.sampled_from([*FILES]), at=st.integers(0, 10**6))
def test_seal__tells_each_bit_that_has_changed(name: str, at: int) -> None:
    data = bytearray(FILES[name])
    assert is_whole(bytes(data))
    bit = at % (8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    assert not is_whole(bytes(data))


@pytest.mark.parametrize("name", FILES)
def test_seal__is_not_asked_of_what_has_none(name: str) -> None:
    """An earlier Lodemap wrote zeros there."""
    data = bytearray(FILES[name])
    data[AT : AT + 4] = bytes(4)
    assert is_whole(bytes(data))
    (unpack_field if name == "field" else decode_frame)(bytes(data))


def test_seal__of_what_has_no_header_is_none() -> None:
    assert not is_whole(b"")
    assert not is_whole(FILES["frame"][: AT + 3])
