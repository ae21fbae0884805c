import csv
import io

import numpy as np
import pyarrow.parquet as pq

from store.exports.catalogue import Wanted, open_table
from store.exports.opinions import embedding, predictions
from store.snapshots.seen import see
from tests.store.archives.story import embedding_of, tell
from tests.store.scene import ANA, BEN, Scene, pack


def test_embedding__is_the_heads_in_every_form(scene: Scene) -> None:
    tell(scene)
    sight = see(scene.store, scene.id)
    assert (sight.run.number, sight.epoch) == (2, 2)
    z = embedding_of(2)
    step = (z.max(0) - z.min(0)).max() / 65535
    array = np.load(io.BytesIO(data_of(scene, "embedding", "npy")), allow_pickle=False)
    np.testing.assert_allclose(array, z, atol=step)
    table = pq.read_table(io.BytesIO(data_of(scene, "embedding", "parquet")))
    assert table.schema.names == ["sample_id", "index", "z0", "z1"]
    assert table.schema.metadata[b"lodemap.run"] == b"2"
    text = data_of(scene, "embedding", "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for axis, name in enumerate(("z0", "z1")):
        assert (table[name].to_numpy() == array[:, axis]).all()
        assert [np.float32(row[name]) for row in rows] == list(array[:, axis])


def data_of(scene: Scene, what: str, form: str, **more: object) -> bytes:
    return b"".join(open_table(scene.store, scene.id, Wanted(what, form, **more)).chunks)  # type: ignore[arg-type]


def test_predictions__in_the_classes_that_live_today(scene: Scene) -> None:
    tell(scene)
    found = predictions(scene.store, see(scene.store, scene.id)).collected().to_pydict()
    assert found["class_name"] == ["dog"] * 40, "cat was merged into dog since"
    assert found["class_index"] == [1] * 40
    np.testing.assert_allclose(found["confidence"], np.linspace(0, 1, 40), atol=1 / 255)
    np.testing.assert_allclose(found["uncertainty"], np.linspace(1, 0, 40), atol=1 / 255)


def test_predictions__of_a_class_whose_making_was_taken_back(scene: Scene) -> None:
    scene.say("annotate", [1, 2, 3], BEN, new_class={"name": "bus"})
    scene.say("annotate", [4, 5, 6], ANA, new_class={"name": "car"})
    scene.predicted(scene.submit("pretrain"), np.arange(40) % 4)
    scene.say("undo", None, BEN)
    found = predictions(scene.store, see(scene.store, scene.id)).collected().to_pydict()
    assert found["class_index"][:4] == [0, 1, -1, 3]
    assert found["class_name"][:4] == ["cat", "dog", None, "car"]


def test_selection__keeps_the_order_of_the_data_set(scene: Scene) -> None:
    tell(scene)
    sight = see(scene.store, scene.id)
    table = embedding(scene.store, sight, pack([30, 4])).collected().to_pydict()
    assert table["index"] == [4, 30]
    array = np.load(
        io.BytesIO(data_of(scene, "embedding", "npy", packed=pack([30, 4]))), allow_pickle=False
    )
    assert array.tolist() == list(map(list, zip(table["z0"], table["z1"], strict=True)))


def test_download__says_what_it_is(scene: Scene) -> None:
    tell(scene)
    download = open_table(scene.store, scene.id, Wanted("embedding", "npy"))
    assert download.name == f"{scene.project.name} - embedding - run 2 epoch 2.npy"
