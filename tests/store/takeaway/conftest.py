"""The story of tests/store/archives, on one database: what is taken along asks SQL nothing new."""

import pytest

from store.opening import Store
from tests.store.archives.story import tell
from tests.store.scene import Scene, make_scene


@pytest.fixture
def told(store: Store) -> Scene:
    """40 samples, a pretraining and two Updates of two epochs, names, an undo and a merge."""
    scene = make_scene(store)
    tell(scene)
    return scene


@pytest.fixture
def bare(store: Store) -> Scene:
    """A project without a map."""
    return make_scene(store)
