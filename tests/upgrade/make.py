"""Make the database of an earlier schema, by the code that wrote it: how `*.zip` here were made.

For each row of `COMMITS`, in an empty folder:

    git archive <commit> | tar -x
    python <this file> <schema> <where the zip goes>

run in that folder, with the packages of requirements.lock: every import below is that of the old
commit. The zip holds the database as SQL (SQLite is kept from writing bytes nobody can read), the
files its rows name but for networks, and `told.json`: what the old code said of the project.
"""

import importlib
import json
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, ".")

import numpy as np

from ml.records import RunConfig
from store.opening import Store, open_store
from store.records import Gesture
from store.settings import Settings
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench

COMMITS = {
    "0001": "01d4da8",
    "0002": "e9c3588",
    "0003": "00c6637",
    "0004": "d3ecfea",
    "0005": "c76e444",
    "0006": "52d0cc7",
    "0007": "0cb2c88",
    "0008": "9a7d5e0",
    "0009": "2761a0d",
    "0010": "74974b6",
    "0011": "9df34abb",
}
"""By schema, the commit that last touched its migration: the first to stand as it is."""
NUM_SAMPLES = 30
CONFIG = RunConfig(preset="annotate-vae", num_epochs=2, batch_size=16, seed=5)
ANA, BEN = ("Ana", "ana"), ("Ben", "ben")


def module(*names: str) -> Any:
    """The first of these that is there: modules have moved since."""
    for name in names:
        with suppress(ModuleNotFoundError):
            return importlib.import_module(name)
    raise ModuleNotFoundError(names[0])


def codec() -> Any:
    """The module of that name, where it lay up to 0008, or lies."""
    return module("ml.codec", "ml.maps.codec")


def selection(*ids: int) -> bytes:
    packed: bytes = codec().pack_ids(np.array(ids), NUM_SAMPLES)
    return packed


def put_samples(store: Store) -> str:
    """Stripes of two directions, whose last sixth is held out."""
    rng = np.random.default_rng(0)
    stripes = np.where(np.arange(8) % 2, 200, 20)
    images = np.empty((NUM_SAMPLES, 1, 8, 8), np.uint8)
    for index in range(NUM_SAMPLES):
        across = np.broadcast_to(stripes, (8, 8))
        images[index, 0] = (across if index % 2 else across.T) + rng.integers(0, 20, (8, 8))
    is_held_out = np.arange(NUM_SAMPLES) >= NUM_SAMPLES * 5 // 6
    label = np.arange(NUM_SAMPLES) % 2
    names = ("lying", "standing")
    return store.datasets.put("Stripes", images, label, is_held_out, names).dataset_id


def train(store: Store, project_id: str, kind: Any, key: str) -> None:
    run = store.runs.submit(project_id, kind, CONFIG, *ANA, key)
    run_fine_tune(run.run_id, store, Workbench("cpu"), "maker")
    assert store.runs.get(run.run_id).state == "finished", store.runs.get(run.run_id)


def tell(store: Store, schema: str) -> str:
    """Let Ana and Ben work; return the project_id."""
    project = store.projects.create(
        "Café <b>stripes</b>", put_samples(store), class_names=("lying",), preset="annotate-vae"
    )
    project_id = project.project_id

    def say(verb: Any, who: tuple[str, str], samples: bytes = b"", **values: Any) -> None:
        key = f"{verb}-{store.journal.state(project_id).seq}"
        store.journal.append(project_id, Gesture(verb, key, samples, values), *who)

    say("annotate", ANA, selection(0, 2, 4), class_index=0)
    train(store, project_id, "pretrain", "first")
    say("annotate", BEN, selection(1, 3), new_class={"name": "standing"})
    say("annotate", BEN, selection(4, 5), class_index=1)
    say("mark_unsure", ANA, selection(7))
    say("undo", ANA)
    if schema >= "0002":
        move(store, project_id)
    train(store, project_id, "fine_tune", "second")
    if schema >= "0006":
        say_beside(store, project_id, schema)
    if schema >= "0007":
        let_in(store, project_id, schema)
    if schema >= "0008":
        store.projects.set_device(project_id, "gpu")
        head = store.runs.head(project_id)
        assert head is not None
        store.chunks.ask("j" * 64, head.run_id, head.epoch, NUM_SAMPLES, 20)
    say("annotate", ANA, selection(8), class_index=0)
    say("annotate", BEN, selection(9), class_index=1)
    say("annotate", ANA, selection(10), class_index=1)
    return project_id


def move(store: Store, project_id: str) -> None:
    """Ana drags two samples (there were targets from 0002 on)."""
    pack_targets = module("ml.pins", "ml.learning.pins", "ml.maps.pins").pack_targets

    targets = pack_targets(np.array([[1.5, 0.5], [-1.0, 2.0]]))
    moved = Gesture("move", "moved", selection(11, 12), {"class_index": 0}, targets)
    store.journal.append(project_id, moved, *ANA)


def let_in(store: Store, project_id: str, schema: str) -> None:
    """Two people, of whom one is a member of the project, and an invite (from 0007 on)."""
    ana, _ = (store.people.meet("proxy", name.lower(), name, "trainer") for name in ("Ana", "Ben"))
    members: Any = store.members
    if schema >= "0009":
        seen = members.of_project(project_id)
        wanted = module("store.people.members").MembershipChange
        members.change(project_id, wanted(seen.version, True, frozenset([ana.person_id])))
    else:
        members.set(project_id, True, [ana.person_id])
    store.people.sign_in(ana.person_id)
    by: Any = ("Ana", ana.person_id) if schema >= "0009" else "Ana"
    store.invites.make("annotator", 7, by, project_id, is_for_many=True)


def say_beside(store: Store, project_id: str, schema: str) -> None:
    """A comment, a bookmark and the name of a step (from 0006 on)."""
    # where it was then
    drafts = module(
        "store.comments" if schema == "0006" else "store.comment_drafts",
        "store.people.comment_drafts",
    )
    said = drafts.Draft("Is this <i>one</i>?", "point", "said", selection(3))
    store.comments.add(project_id, said, *BEN)
    view = {"key": "kept", "name": "Both", "view": {}}
    store.bookmarks.add(project_id, view, selection(0, 1), ANA)
    step = store.history.of(project_id).here
    store.history.name(project_id, step, "After the first lesson", "Ana")


def told(store: Store, project_id: str) -> dict[str, Any]:
    """Return what this version says of a project."""
    state, head = store.journal.state(project_id), store.runs.head(project_id)
    assert head is not None
    (frame,) = [f for f in store.frames.after(head.run_id, 0) if f.n == head.frame_n]
    pins = getattr(state, "pins", None)
    return {
        "project_id": project_id,
        "seq": state.seq,
        "classes": [info.name for info in state.classes],
        "annotation": state.annotation.tolist(),
        "undoable": dict(state.undoable),
        "pins": [] if pins is None else [pins.ids.tolist(), pins.places.tolist()],
        "line": list(state.run_ids),
        "runs": [
            [run.run_id, run.number, run.kind, run.state, run.last_epoch, run.journal_seq]
            for run in store.runs.of_project(project_id)
        ],
        "head": [head.run_id, head.epoch, head.checkpoint, head.sha256],
        "frame": [frame.attempt, frame.n, frame.artifact],
        "embedding": codec().decode_frame(store.artifacts.read(frame.artifact)).embedding.tolist(),
    }


def write_zip(path: Path, data_dir: Path, said: dict[str, Any]) -> None:
    """Keep the database, the files and what was said; networks are too large (800 kB each)."""
    connection = sqlite3.connect(data_dir / "lodemap.db")
    lines = "\n".join(connection.iterdump())
    connection.close()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("lodemap.sql", lines)
        packed.writestr("told.json", json.dumps(said))
        for file in sorted((data_dir / "artifacts").rglob("*")):
            name = str(file.relative_to(data_dir / "artifacts"))
            if file.is_file() and file.suffix != ".safetensors":
                packed.write(file, f"artifacts/{name}")


def main() -> None:
    """Make one."""
    schema, path = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        settings = Settings.from_env({}, {"data_dir": data_dir})
        with open_store(settings, as_app=True) as store:
            said = told(store, tell(store, schema))
            said["schema"], said["commit"] = schema, COMMITS[schema]
        write_zip(path, data_dir, said)
        with open_store(settings) as store:
            for who in (ANA, BEN):
                project_id = said["project_id"]
                store.journal.append(project_id, Gesture("undo", f"u-{who[1]}"), *who)
            said["after_undo"] = store.journal.state(said["project_id"]).annotation.tolist()
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("after.json", json.dumps(said["after_undo"]))
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
