import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import InvalidInputError
from ml.maps.field_codec import HEADER, pack_field, unpack_field
from ml.records import Field


def field(n: int = 50, latent_dim: int = 2, side: int = 4, seed: int = 0) -> Field:
    rng = np.random.default_rng(seed)
    pull, push = rng.normal(0, 3, (2, n, latent_dim)).astype(np.float32)
    region = rng.integers(-1, 9, (side, side)).astype(np.int16)
    corner = np.arange(latent_dim, dtype=np.float32)
    return Field(pull, push, region, corner - 2, corner + 2)


@given(n=st.integers(1, 60), latent_dim=st.sampled_from([2, 3]), side=st.integers(0, 5))
def test_field__survives_packing_to_one_step(n: int, latent_dim: int, side: int) -> None:
    original = field(n, latent_dim, side, seed=n)
    data = pack_field(original)
    assert len(data) == HEADER.size + 2 * n * latent_dim + 2 * side * side
    found = unpack_field(data)
    np.testing.assert_array_equal(found.region, original.region)
    np.testing.assert_array_equal(found.low, original.low)
    np.testing.assert_array_equal(found.high, original.high)
    for before, after in ((original.pull, found.pull), (original.push, found.push)):
        lengths = np.linalg.norm(before, axis=1)
        scale = np.percentile(lengths, 99)
        usual = lengths <= scale
        assert np.abs(after - before)[usual].max(initial=0) <= 0.51 * scale / 127 + 1e-6


def test_field__one_giant_keeps_its_direction_and_spares_the_others() -> None:
    original = field(1000)
    original.pull[7] = (3000, 4000)
    found = unpack_field(pack_field(original))
    np.testing.assert_allclose(found.pull[7] / np.linalg.norm(found.pull[7]), (0.6, 0.8), atol=0.01)
    assert np.abs(found.pull[8] - original.pull[8]).max() < 0.1


def test_field__of_no_force_has_no_scale() -> None:
    nothing = np.zeros((3, 2), np.float32)
    found = unpack_field(
        pack_field(Field(nothing, nothing, field().region, nothing[0], nothing[0]))
    )
    assert not found.pull.any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_field__refuses_what_is_not_finite(value: float) -> None:
    broken = field()
    broken.push[1, 0] = value
    with pytest.raises(InvalidInputError, match="not finite"):
        pack_field(broken)


@given(cut=st.integers(0, 200))
def test_field__truncated_is_refused(cut: int) -> None:
    data = pack_field(field())
    with pytest.raises(InvalidInputError):
        unpack_field(data[: min(cut, len(data) - 1)])


@given(garbage=st.binary(max_size=200))
def test_field__garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(InvalidInputError):
        unpack_field(garbage)
