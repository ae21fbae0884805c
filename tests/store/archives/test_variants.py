"""A project whose map was a variant goes out and comes back; the other variants stay behind."""

import io
import json

from ml.records import RunConfig
from store.archives.adoption import import_project
from store.archives.packing import pack_project
from store.opening import Store
from store.records import Run
from tests.store.archives.forging import files_of, signed
from tests.store.archives.story import learn
from tests.store.scene import ANA, BEN, Scene, make_scene


def tried(store: Store) -> tuple[Scene, list[Run]]:
    """Return a project with two variants that Ana tried."""
    scene = make_scene(store)
    learn(scene, scene.submit("pretrain"))
    scene.name([1, 2], 0)
    scene.name([3, 4], 1)
    configs = [RunConfig("annotate-vae", num_epochs=2, learning_rate=rate) for rate in (1e-3, 1e-2)]
    batch = store.variants.submit(scene.id, configs, "Ana", "ana", "b")
    return scene, [learn(scene, each.run) for each in batch]


def test_archive__carries_the_variant_that_became_the_map(store: Store) -> None:
    scene, runs = tried(store)
    store.variants.adopt(runs[1].run_id, "Ana", ANA, "k")
    file = io.BytesIO()
    file.writelines(pack_project(store, scene.id, True))
    file.seek(0)
    back = import_project(store, file, "Back")
    kinds = [run.kind for run in store.runs.of_project(back.project_id)]
    assert kinds == ["pretrain", "fine_tune"]
    head = store.runs.head(back.project_id)
    assert head is not None
    assert store.runs.get(head.run_id).config.learning_rate == 1e-2


def test_archive__of_before_variants_told_whose_they_are_has_it_from_their_newest_update(
    store: Store,
) -> None:
    """Such a one had the name of who tried it."""
    scene, runs = tried(store)
    store.variants.adopt(runs[1].run_id, "Ben", BEN, "k")
    files = files_of(b"".join(pack_project(store, scene.id, False)))
    rows = [json.loads(line) for line in files["rows/run.jsonl"].splitlines()]
    lines = [json.dumps(row | {"author": "Ana", "author_id": None}) for row in rows]
    files["rows/run.jsonl"] = "\n".join(lines).encode() + b"\n"
    copy = import_project(store, signed(files))
    askers = [(run.author, run.author_id) for run in store.runs.of_project(copy.project_id)]
    assert askers == [("Ana", None), ("Ben", BEN)]
