"""The projects that are worked on, made before the app starts."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import insert

from benchmarks.load.crowd import Target
from benchmarks.served import Served
from ml.digits import load_digits
from ml.maps.codec import pack_ids
from store.opening import Store, open_store
from store.settings import Settings
from store.sql.tables import EVENT

NUM_AUTHORS: Final = 20
BATCH: Final = 20_000
"""Events inserted in one transaction."""
NUM_CHOICES: Final = 500
"""Different selections; what a gesture selects does not change what a long journal costs."""


@dataclass(frozen=True)
class Place:
    """Where an app keeps its things."""

    data_dir: Path
    database_url: str | None = None

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, opened as a worker opens it."""
        overrides = {"data_dir": self.data_dir, "database_url": self.database_url}
        with open_store(Settings.from_env({}, overrides)) as store:
            yield store


def make_project(place: Place, name: str = "Load") -> tuple[str, int, int]:
    """Make a project of the digits; return its id, how many samples and how many classes."""
    digits = load_digits()
    is_held_out = np.arange(len(digits.label)) % 5 == 0
    with place.store() as store:
        dataset = store.datasets.put(
            "Digits", digits.images, digits.label, is_held_out, digits.class_names
        )
        project = store.projects.create(name, dataset.dataset_id, class_names=digits.class_names)
        return project.project_id, len(digits.label), len(digits.class_names)


def target_of(app: Served, made: tuple[str, int, int]) -> Target:
    """Return a project as the browsers of an app find it."""
    return Target(app.port, *made)


def fill_journal(place: Place, made: tuple[str, int, int], num_events: int) -> None:
    """Write many gestures into a project's journal, as if twenty people had said them."""
    project_id, num_samples, num_classes = made
    rng = np.random.default_rng(0)
    chosen = [
        pack_ids(np.unique(rng.integers(0, num_samples, rng.integers(1, 40))), num_samples)
        for _ in range(NUM_CHOICES)
    ]
    with place.store() as store:
        first = store.journal.state(project_id).seq + 1
        for start in range(first, first + num_events, BATCH):
            seqs = range(start, min(start + BATCH, first + num_events))
            rows = [_row(project_id, seq, chosen, num_classes) for seq in seqs]
            with store.database.write() as connection:
                connection.execute(insert(EVENT), rows)


def _row(project_id: str, seq: int, chosen: list[bytes], num_classes: int) -> dict[str, object]:
    return {
        "project_id": project_id, "seq": seq, "verb": "annotate",
        "author": f"Person {seq % NUM_AUTHORS}", "author_id": f"person-{seq % NUM_AUTHORS}",
        "created_at": 1.75e9 + seq, "samples": chosen[seq % NUM_CHOICES], "targets": None,
        "values_json": json.dumps({"class_index": seq * 7 % num_classes}),
        "key": str(uuid.UUID(int=seq)), "body_sha256": "0" * 64, "num_changed": 20,
    }  # fmt: skip


def lost_of(place: Place, project_id: str, keys: dict[str, int]) -> int:
    """Return how many acknowledged gestures are not in the journal exactly where they should be."""
    with place.store() as store, store.database.read() as connection:
        query = EVENT.select().with_only_columns(EVENT.c.key, EVENT.c.seq)
        rows = connection.execute(query.where(EVENT.c.project_id == project_id)).all()
    kept = {row.key: row.seq for row in rows}
    return sum(kept.get(key) != seq for key, seq in keys.items())
