import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import InvalidInputError
from ml.maps.pins import (
    Pins,
    check_places,
    pack_pins,
    pack_targets,
    unpack_targets,
)

A, B = 1.0, 2.0


def at(value: float, count: int) -> np.ndarray:
    return np.full((count, 2), value, np.float32)


def ids(*of: int) -> np.ndarray:
    return np.array(of, np.int64)


def pinned() -> Pins:
    """Samples 2 and 5 by event 4, then 5 and 7 by event 6 of somebody else."""
    return Pins.none(2).placed(ids(2, 5), at(A, 2), 4, []).placed(ids(5, 7), at(B, 2), 6, [])


def test_placed__a_later_pin_wins_and_remembers_whose_it_took() -> None:
    pins = pinned()
    assert pins.ids.tolist() == [2, 5, 7]
    assert pins.places.tolist() == [[A, A], [B, B], [B, B]]
    assert pins.seq.tolist() == [4, 6, 6]
    assert pins.over.tolist() == [0, 4, 0]


def test_placed__once_more_by_the_same_person_still_lies_over_the_first() -> None:
    again = pinned().placed(ids(5), at(A, 1), 8, [6])
    assert (again.seq.tolist(), again.over.tolist()) == ([4, 8, 6], [0, 4, 0])
    back = pinned().placed(ids(5), at(A, 1), 8, [4])
    assert back.over.tolist() == [0, 6, 0], "now it is the second person's that gave way"


def test_pins__are_values() -> None:
    pins = pinned()
    pins.placed(ids(2), at(B, 1), 9, [])
    pins.without(ids(2, 5))
    assert pins.seq.tolist() == [4, 6, 6]
    with pytest.raises(ValueError, match="read-only"):
        pins.places[0] = 3


def test_without__ignores_samples_that_are_not_pinned() -> None:
    assert pinned().without(ids(1, 5, 90)).ids.tolist() == [2, 7]


def test_since__only_what_later_events_placed() -> None:
    assert pinned().since(4).ids.tolist() == [5, 7]
    assert pinned().since(6).num_pins == 0


def test_changed__pinned_released_or_put_elsewhere() -> None:
    before = pinned()
    after = before.without(ids(2)).placed(ids(7, 9), at(A, 2), 7, [])
    assert after.changed(before).tolist() == [2, 7, 9]
    assert before.changed(after).tolist() == [2, 7, 9]
    assert after.changed(after).tolist() == []


def test_placers__zero_where_nobody_did() -> None:
    assert pinned().placers(ids(0, 2, 7, 100)).tolist() == [0, 4, 6, 0]


def test_spread__nan_where_nothing_is_pinned() -> None:
    target = pinned().spread(8)
    assert target is not None
    assert np.flatnonzero(np.isfinite(target).all(axis=1)).tolist() == [2, 5, 7]
    assert target[5].tolist() == [B, B]
    assert Pins.none(2).spread(8) is None


@given(st.data())
def test_bytes__are_ids_places_and_events_of_any_pins(data: st.DataObject) -> None:
    latent_dim = data.draw(st.sampled_from([2, 3]))
    chosen = sorted(data.draw(st.sets(st.integers(0, 2**32 - 1), max_size=20)))
    number = st.floats(-1e6, 1e6, width=32)
    row = st.lists(number, min_size=latent_dim, max_size=latent_dim)
    places = [data.draw(row) for _ in chosen]
    targets = np.array(places, np.float32).reshape(len(chosen), latent_dim)
    pins = Pins.none(latent_dim).placed(ids(*chosen), targets, 3, [])
    columns = np.array(chosen, "<u4"), targets, np.full(len(chosen), 3, "<u4")
    assert pack_pins(pins)[16:] == b"".join(column.tobytes() for column in columns)
    assert unpack_targets(pack_targets(targets), len(chosen), latent_dim).tobytes() == (
        targets.tobytes()
    )


def test_bytes__as_the_contract_has_them() -> None:
    data = pack_pins(pinned())
    assert data[:16] == struct.pack("<4sHHII", b"LMP1", 2, 0, 3, 0)
    assert struct.unpack("<3I6f3I", data[16:]) == (2, 5, 7, A, A, B, B, B, B, 4, 6, 6)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_unpack_targets__as_many_as_samples(count: int) -> None:
    with pytest.raises(InvalidInputError, match="2 samples on a map of 2 axes need 16"):
        unpack_targets(pack_targets(at(A, count)), 2, 2)
    with pytest.raises(InvalidInputError, match="17 bytes"):
        unpack_targets(bytes(17), 2, 2)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_places__must_be_finite(value: float) -> None:
    with pytest.raises(InvalidInputError, match="not a finite number"):
        unpack_targets(pack_targets(at(value, 1)), 1, 2)


def test_places__up_to_a_million_units() -> None:
    check_places(np.array([1e6, -1e6]))
    with pytest.raises(InvalidInputError, match=r"2e\+06 map units out; the limit is 1,000,000"):
        check_places(np.array([0, -2e6]))
