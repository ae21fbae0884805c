"""A project whose map was a variant goes out and comes back; the other variants stay behind."""

import io

from ml.records import RunConfig
from store.archives.adoption import import_project
from store.archives.packing import pack_project
from store.opening import Store
from tests.store.archives.story import learn
from tests.store.scene import ANA, make_scene


def test_archive__carries_the_variant_that_became_the_map(store: Store) -> None:
    scene = make_scene(store)
    learn(scene, scene.submit("pretrain"))
    scene.name([1, 2], 0)
    scene.name([3, 4], 1)
    configs = [RunConfig("annotate-vae", num_epochs=2, learning_rate=rate) for rate in (1e-3, 1e-2)]
    batch = store.variants.submit(scene.id, configs, "Ana", "ana", "b")
    for each in batch:
        learn(scene, each.run)
    store.variants.adopt(batch[1].run.run_id, "Ana", ANA, "k")
    file = io.BytesIO()
    file.writelines(pack_project(store, scene.id, True))
    file.seek(0)
    back = import_project(store, file, "Back")
    kinds = [run.kind for run in store.runs.of_project(back.project_id)]
    assert kinds == ["pretrain", "fine_tune"]
    head = store.runs.head(back.project_id)
    assert head is not None
    assert store.runs.get(head.run_id).config.learning_rate == 1e-2
