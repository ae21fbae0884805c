"""A project with names, an undo, a merge, two runs and real files, for tests of what goes out."""

import hashlib

import numpy as np

from ml.maps.codec import encode_frame
from ml.maps.field_codec import pack_field
from ml.records import Field, Frame, Snapshot
from store.people.comment_drafts import Draft
from store.people.comments import Comment
from store.records import FrameRow, Run, SnapshotRow
from tests.store.scene import ANA, BEN, NUM_SAMPLES, Scene, pack

CHECKPOINT = b"weights of epoch %d"


def embedding_of(epoch: int, latent_dim: int = 2) -> np.ndarray:
    z = np.random.default_rng(epoch).normal(size=(NUM_SAMPLES, latent_dim))
    return z.astype(np.float32)


def learn(scene: Scene, run: Run, num_epochs: int = 2) -> Run:
    """Do a worker's part with real bytes: a frame in between, then a snapshot, for each epoch."""
    run = scene.claim(run)
    for epoch in range(num_epochs + 1):
        add_epoch(scene, run, epoch)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    return scene.store.runs.get(run.run_id)


def add_epoch(scene: Scene, run: Run, epoch: int) -> None:
    """Do what `learn` does for one epoch of a run that was claimed."""
    store, stem = scene.store, f"runs/{run.run_id}/{run.attempt}-{epoch:04d}"
    z, share = embedding_of(epoch), np.linspace(0, 1, NUM_SAMPLES, dtype=np.float32)
    if epoch:
        between = f"{stem}-between.frame"
        store.artifacts.write(between, encode_frame(Frame(epoch - 0.5, z)), durable=False)
        store.frames.add(
            FrameRow(run.run_id, 0, run.attempt, epoch - 0.5, False, between, {}), "worker"
        )
    prediction = (np.arange(NUM_SAMPLES) % 2).astype(np.int16)
    snapshot = Snapshot(epoch, z, prediction, share, 1 - share)
    store.artifacts.write(f"{stem}.frame", encode_frame(snapshot), durable=True)
    field = Field(z, z, np.zeros((2, 2), np.int16), z[0], z[0] + 1)
    store.artifacts.write(f"{stem}.field", pack_field(field), durable=False)
    checkpoint = CHECKPOINT % epoch
    sha256 = store.artifacts.write(f"{stem}.safetensors", checkpoint, durable=True)
    assert sha256 == hashlib.sha256(checkpoint).hexdigest()
    metrics = {"loss": 1.0 - epoch / 10, "held_out_accuracy": None}
    frame = FrameRow(
        run.run_id, 0, run.attempt, float(epoch), True, f"{stem}.frame", metrics, f"{stem}.field"
    )
    row = SnapshotRow(run.run_id, epoch, run.attempt, f"{stem}.safetensors", sha256, 0, metrics)
    store.leases.commit_epoch(run.run_id, "worker", row, frame)


def tell(scene: Scene) -> list[Run]:
    """Let Ana and Ben name samples around a pretraining and two Updates; return the runs.

    In the end: 1 and 3 are dogs by Ana and Ben's merge, 2 a dog by Ben's word, 5 is unsure, 4 was
    cleared, 6 was named and taken back, and 35 is held out.
    """
    runs = [learn(scene, scene.submit("pretrain"))]
    scene.name([1, 2, 3, 4, 35], 0)  # seq 3
    runs.append(learn(scene, scene.submit()))  # seq 4
    scene.name([2], 1, BEN)  # 5
    scene.name([6], 1)  # 6
    scene.say("undo")  # 7
    scene.say("clear", [4])  # 8
    scene.say("mark_unsure", [5], BEN)  # 9
    runs.append(learn(scene, scene.submit()))  # 10
    scene.say("merge_class", who=BEN, class_index=0, into=1)  # 11
    return runs


def remark(scene: Scene, run: Run, other: Run) -> None:
    """Let Ana and Ben say all there is to say beside the journal, about a run or two of it."""
    seen = {"snapshot": {"run_id": other.run_id, "n": 2}}
    corners = {"path": [[0.5, 1], [2, 3.25], [4, 5]], **seen}
    first = _comment(scene, Draft("Why\nthese? <b>@3</b>", "selection", "a", pack([1, 2]), seen))
    answer = _comment(scene, Draft("So.", "point", "b", reply_to=first.comment_id), BEN)
    _comment(scene, Draft("Here", "region", "c", pack([7]), corners), BEN)
    _comment(scene, Draft("Long", "run", "d", values={"run_id": run.run_id}))
    gone = _comment(scene, Draft("Oops", "point", "e", pack([9])))
    _comment(scene, Draft("Indeed", "point", "f", reply_to=gone.comment_id), BEN)
    alone = _comment(scene, Draft("Oh", "point", "g", pack([9])))
    comments = scene.store.comments
    for each in (gone, alone):
        comments.delete(scene.id, each.comment_id, ANA)
    comments.edit(scene.id, answer.comment_id, "So it is.", 1, BEN)
    comments.resolve(scene.id, first.comment_id, "Ben")  # it changed after what answers it
    view = {
        "step_id": 3, "run_id": run.run_id, "n": 1, "stance": {"x": [-1.5, 2]}, "color_mode": "1",
    }  # fmt: skip
    for key, samples, kept in (("a", pack([4, 5]), view), ("b", b"", {"step_id": 0})):
        given = {"key": key, "name": f"View {key}", "view": kept}
        scene.store.bookmarks.add(scene.id, given, samples, ("Ana", ANA))
    scene.store.history.name(scene.id, 0, "Begin", "Ana")
    scene.store.history.name(scene.id, 4, "First try", "Ben")


def _comment(scene: Scene, draft: Draft, who: str = ANA) -> Comment:
    return scene.store.comments.add(scene.id, draft, who.title(), who)
