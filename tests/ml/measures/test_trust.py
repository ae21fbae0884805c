"""A place is believed where its neighbours are alike, and not where a sample lies with others."""

import numpy as np
import pytest

from ml.graph.plain_graph import find_near
from ml.measures.trust import trust_places
from tests.ml.islands import islands

SIZE = 40
NUM = 4 * SIZE


def no_pause() -> None:
    pass


def map_of(island: np.ndarray, seed: int = 0) -> np.ndarray:
    """Islands far apart on the map."""
    corner = np.array([[0, 0], [10, 0], [0, 10], [10, 10]])[island]
    z: np.ndarray = corner + np.random.default_rng(seed).normal(0, 0.5, (len(island), 2))
    return z.astype(np.float32)


def trusted(z: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    x = np.asarray(islands(4, SIZE)[0])
    among = np.arange(NUM) if among is None else among
    return trust_places(x, z, find_near(x, among, no_pause), among, no_pause)


def test_trust__is_high_where_neighbours_are_alike_and_low_where_one_strayed() -> None:
    island = np.arange(NUM) // SIZE
    z = map_of(island)
    z[7] = z[NUM - 1] + 0.01
    trust = trusted(z)
    others = np.delete(trust, 7)
    assert trust[7] < 0.1
    assert others.min() > 0.8
    assert trust.dtype == np.float32


def test_trust__of_a_map_that_mixes_everything_is_low() -> None:
    z = np.random.default_rng(1).normal(size=(NUM, 2)).astype(np.float32)
    assert np.median(trusted(z)) < 0.25


def test_trust__held_out_samples_are_measured_but_vouch_for_nobody() -> None:
    island = np.arange(NUM) // SIZE
    among = np.flatnonzero(np.arange(NUM) % 5)
    trust = trusted(map_of(island), among)
    assert trust.min() > 0.8
    z = map_of(island)
    z[0] = z[-1]  # held out, and astray
    assert trusted(z, among)[0] < 0.1


@pytest.mark.parametrize("num", [1, 2, 3])
def test_trust__of_hardly_any_samples_is_a_number(num: int) -> None:
    x = np.eye(num, 16, dtype=np.float32)
    among = np.arange(num)
    z = np.zeros((num, 2), np.float32)
    trust = trust_places(x, z, find_near(x, among, no_pause), among, no_pause)
    assert np.isfinite(trust).all()


def test_trust__gives_way_between_chunks() -> None:
    class GaveWayError(Exception):
        pass

    def pause() -> None:
        raise GaveWayError

    x = np.asarray(islands(4, SIZE)[0])
    among = np.arange(NUM)
    near = find_near(x, among, no_pause)
    with pytest.raises(GaveWayError):
        trust_places(x, np.zeros((NUM, 2), np.float32), near, among, pause)
