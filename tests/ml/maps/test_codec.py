import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import InvalidInputError
from ml.maps.codec import HEADER, decode_frame, encode_frame, pack_ids, unpack_ids
from ml.records import Frame, Snapshot


def frame(n: int, latent_dim: int, seed: int, scale: float = 1.0) -> Frame:
    z = np.random.default_rng(seed).normal(0, scale, (n, latent_dim)).astype(np.float32)
    return Frame(1.5, z)


@given(
    n=st.integers(1, 60),
    latent_dim=st.sampled_from([2, 3]),
    seed=st.integers(0, 99),
    scale=st.sampled_from([1e-3, 1.0, 1e4]),
)
def test_frame__keeps_positions_to_one_step(
    n: int, latent_dim: int, seed: int, scale: float
) -> None:
    original = frame(n, latent_dim, seed, scale)
    data = encode_frame(original)
    assert len(data) == HEADER.size + 2 * latent_dim * n
    decoded = decode_frame(data)
    z = original.embedding
    step = (z.max(axis=0) - z.min(axis=0)) / 65535
    assert np.abs(decoded.embedding - z).max() <= 0.51 * step.max() + 1e-6 * scale
    assert decoded.epoch == 1.5
    assert decoded.prediction is None


def test_frame__of_one_place_has_no_range() -> None:
    z = np.full((4, 2), 3.0, np.float32)
    np.testing.assert_allclose(decode_frame(encode_frame(Frame(0, z))).embedding, z)


def test_snapshot__carries_prediction_confidence_uncertainty() -> None:
    snapshot = Snapshot(
        3,
        frame(3, 2, 0).embedding,
        np.array([-1, 0, 300], np.int16),
        np.array([0, 0.5, 1], np.float32),
        np.array([1, 0.25, 0], np.float32),
    )
    decoded = decode_frame(encode_frame(snapshot))
    assert decoded.prediction is not None
    assert decoded.prediction.tolist() == [-1, 0, 300]
    assert decoded.confidence is not None
    assert decoded.confidence.tolist() == [0, 128, 255]
    assert decoded.uncertainty is not None
    assert decoded.uncertainty.tolist() == [255, 64, 0]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_frame__refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(InvalidInputError, match="not finite"):
        encode_frame(Frame(0, np.array([[0, value]], np.float32)))


@given(cut=st.integers(0, 83))
def test_frame__truncated_is_refused(cut: int) -> None:
    data = encode_frame(frame(5, 2, 0))
    with pytest.raises(InvalidInputError):
        decode_frame(data[:cut])


@given(garbage=st.binary(max_size=200))
def test_frame__garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(InvalidInputError):
        decode_frame(garbage)


@pytest.mark.parametrize("latent_dim", [0, 4])
def test_frame__of_axes_that_no_map_has_is_refused(latent_dim: int) -> None:
    data = HEADER.pack(b"LMF1", 0, latent_dim, 1, 0, *[0.0] * 7) + bytes(2 * latent_dim)
    with pytest.raises(InvalidInputError, match="axes"):
        decode_frame(data)


@given(st.data())
def test_ids__survive_packing_in_the_shorter_form(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 400))
    ids = data.draw(st.lists(st.integers(0, n - 1), max_size=n))
    packed = pack_ids(np.array(ids, np.int64), n)
    assert unpack_ids(packed, n).tolist() == sorted(set(ids))
    assert len(packed) <= 1 + min(4 * len(set(ids)), (n + 7) // 8)


def test_pack_ids__refuses_foreign_ids() -> None:
    with pytest.raises(InvalidInputError, match="Sample 10 does not exist"):
        pack_ids(np.array([1, 10]), 10)


def test_unpack_ids__counts_foreign_ids() -> None:
    foreign = b"\x00" + struct.pack("<3I", 1, 10, 4_000_000_000)
    with pytest.raises(InvalidInputError, match="2 of 3 selected samples"):
        unpack_ids(foreign, 10)


def test_unpack_ids__refuses_bits_past_the_last_sample() -> None:
    with pytest.raises(InvalidInputError, match="1 of 1 selected samples"):
        unpack_ids(b"\x01\x00\x80", 10)


@given(lie=st.binary(max_size=40), n=st.integers(1, 200))
def test_unpack_ids__lies_are_refused_or_stay_inside(lie: bytes, n: int) -> None:
    try:
        ids = unpack_ids(lie, n)
    except InvalidInputError:
        return
    assert ((ids >= 0) & (ids < n)).all()
