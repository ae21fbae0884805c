"""Groups of *Look here next* stay those of the map before any name, whatever is learned since."""

import numpy as np
import torch

from ml.networks.model import LatentModel
from store.opening import Store
from tests.store.networks import keep_network, network
from tests.store.scene import Scene
from tests.store.snapshots.test_outlooks import fresh, say, scene_of

NAMED = (3, 1, 2)


def other_network() -> LatentModel:
    """What an Update made of it: no feature is what it was."""
    model = network("lodemap")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3, generator=torch.Generator().manual_seed(7))
    return model


def teach(scene: Scene, model: LatentModel) -> None:
    for class_index, sample in enumerate(NAMED):
        say(scene, "annotate", [sample], class_index=class_index)
    keep_network(scene, scene.submit(preset="lodemap"), model)


def members(store: Store, scene: Scene) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    outlooks = fresh(store)
    outlook = outlooks.leads(scene.id).outlook
    outlooks.close()
    assert outlook is not None
    return outlook.groups.members


def test_groups__are_those_of_the_pretraining_on_every_later_map(any_store: Store) -> None:
    scene = scene_of(any_store)
    keep_network(scene, scene.submit("pretrain", preset="lodemap"), network("lodemap"))
    before = members(any_store, scene)
    teach(scene, other_network())
    np.testing.assert_array_equal(members(any_store, scene), before)


def test_groups__are_of_the_newest_map_where_the_first_is_lost(any_store: Store) -> None:
    scene = scene_of(any_store)
    keep_network(scene, scene.submit("pretrain", preset="lodemap"), network("lodemap"))
    before = members(any_store, scene)
    first = any_store.runs.pretrained(scene.id)
    assert first is not None
    teach(scene, other_network())
    any_store.artifacts.remove(first.checkpoint)
    assert not np.array_equal(members(any_store, scene), before)


def test_groups__of_a_project_that_was_never_pretrained_are_of_its_map(any_store: Store) -> None:
    scene = scene_of(any_store)
    teach(scene, network("lodemap"))
    assert any_store.runs.pretrained(scene.id) is None
    assert len(members(any_store, scene)) > 1
