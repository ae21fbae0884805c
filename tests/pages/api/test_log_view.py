"""The log is the same where most lines have left memory: page by page, and through filters."""

from pathlib import Path
from typing import Any

import pytest

from pages.api import log_view, step_view
from store.annotations.agreement import judgements_of
from store.datasets.files import DatasetFiles
from store.intake.staged import Staged
from store.journal import lines
from store.opening import Store
from tests.store.intake.test_staging import GREY, batch, pictures, stage
from tests.store.scene import ANA, BEN, NUM_SAMPLES, Scene, make_scene

FILTERS: list[dict[str, Any]] = [
    {}, {"words": "ben cat"}, {"words": "took back"}, {"words": "11"}, {"sample": 3},
    {"words": "nowhere"},
]  # fmt: skip


def spoken(store: Store) -> Scene:
    scene = make_scene(store)
    for nth in range(110):
        who = (ANA, BEN)[nth % 3 == 0]
        scene.name([nth % 7, 7 + nth % 5, 20], nth % 2, who)
        if nth % 4 == 0:
            scene.say("undo", who=who)
    return scene


def log_of(scene: Scene, **wanted: Any) -> list[dict[str, Any]]:
    """All pages of the log, one after the other."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["next"] is not None:
        before = found[-1]["next"] if found else None
        asked = log_view.Wanted(before=before, **wanted)
        found.append(log_view.to_json(scene.store, scene.id, asked, ANA))
    return found


def shown(scene: Scene) -> tuple[Any, ...]:
    """All that pages show of a history."""
    logs = [log_of(scene, **wanted) for wanted in FILTERS]
    judged = judgements_of(scene.store.history.of(scene.id))
    steps = step_view.to_json(scene.store, scene.id, ANA)
    return logs, steps, judged.differing.tolist(), judged.ratings.tolist()


def test_to_json__is_the_same_where_most_lines_have_left_memory(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = spoken(store)
    whole = shown(scene)
    assert [len(each["lines"]) for each in whole[0][0]] == [40, 40, 40, 18]
    nums = [sum(len(each["lines"]) for each in log) for log in whole[0]]
    assert 0 < min(nums[1:5]) < max(nums[1:5]) < nums[0]
    assert nums[5] == 0
    store.history._kept.clear()
    for name, value in (("TAIL", 10), ("PAGE", 5), ("PAGES", 2)):
        monkeypatch.setattr(lines, name, value)
    assert shown(scene) == whole


def test_to_json__a_number_is_an_id_first_and_ids_are_read_for_words_only(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = " ".join(f"{nth}" for nth in range(1, NUM_SAMPLES + 1))
    stage(tmp_path, batch(pictures(NUM_SAMPLES), ids, [None] * NUM_SAMPLES))
    staged = Staged(tmp_path, GREY)
    dataset = staged.describe("numbers", "numbers.zip", 0.2)
    store.datasets.adopt(dataset, staged.files(), staged.content())
    project = store.projects.create("numbers", dataset.dataset_id, class_names=("cat", "dog"))
    scene = Scene(store, project)
    for sample in (0, 11, 12, NUM_SAMPLES - 1):
        scene.name([sample], 0)

    def found(**wanted: Any) -> list[Any]:
        return [line["samples"] for log in log_of(scene, **wanted) for line in log["lines"]]

    assert found(words="12") == [[11]]
    assert found(words=f"cat {NUM_SAMPLES}") == [[NUM_SAMPLES - 1]]
    assert found(words="0") == [[0]]
    monkeypatch.delattr(DatasetFiles, "table")
    assert len(found()) == 4
