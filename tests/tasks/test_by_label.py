"""Accuracy by the data set's labels alone: in the receipt, the report and the card of a network."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.records import RunConfig
from store.opening import Store
from store.takeaway.making import make
from store.takeaway.wish import Wish
from tasks.lesson import load_lesson
from tasks.network_card import Agreement, NetworkFacts, write_card
from tasks.receipts import receipt_of
from tasks.workbench import Workbench
from tests.contract.workplace import NUM_SAMPLES, put_samples
from tests.store.scene import Scene


def labelled(store: Store, *class_names: str) -> tuple[Scene, NDArray[np.int16], NDArray[np.bool_]]:
    """Return a project about labelled samples, their labels, and which are held out."""
    dataset = put_samples(store)
    project = store.projects.create("p", dataset.dataset_id, class_names=class_names)
    samples = store.datasets.samples(dataset.dataset_id)
    scene = Scene(store, project, num_samples=NUM_SAMPLES)
    return scene, np.asarray(samples.label), np.asarray(samples.is_held_out)


def test_receipt__a_lasso_named_by_its_majority_is_told_by_labels_too(
    store: Store, bench: Workbench, tmp_path: Path
) -> None:
    scene, label, is_held_out = labelled(store, *"0123456789")
    lasso = np.flatnonzero(np.isin(label, (3, 8)))
    scene.name(lasso.tolist(), 8)
    scene.predicted(scene.submit("pretrain"), label)
    run = scene.predicted(scene.submit(), np.where(label == 3, 8, label))
    figures = receipt_of(run, store, bench)
    assert figures is not None
    num_wrong = int((is_held_out & (label == 3)).sum())
    share = 1 - num_wrong / is_held_out.sum()
    assert (figures["num_contradicted"], figures["accuracy_after"]) == (num_wrong, 1)
    assert figures["by_label_after"] == pytest.approx(share)
    assert (figures["accuracy_before"], figures["by_label_before"]) == (pytest.approx(share), 1)
    lesson = load_lesson(run, store, bench)
    np.testing.assert_array_equal(lesson.label, label)
    make(store, scene.id, Wish("report"), tmp_path / "report.html", lambda _: None)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"the data set&#x27;s labels alone {100 * share:.1f} %: {num_wrong} held-out" in page


def test_receipt_and_report__correcting_ones_own_names_is_no_gain(
    store: Store, bench: Workbench, tmp_path: Path
) -> None:
    scene, label, is_held_out = labelled(store, *"0123456789", "x")
    threes = np.flatnonzero(label == 3).tolist()
    scene.predicted(scene.submit("pretrain"), -1)
    scene.name(threes, 10)
    scene.predicted(scene.submit(), np.where(label == 3, 10, label))
    scene.name(threes, 3)
    run = scene.predicted(scene.submit(), label)
    figures = receipt_of(run, store, bench)
    assert figures is not None
    assert figures["change"]["verdict"] is None
    num = int((is_held_out & (label == 3)).sum())
    assert f"{num} held-out samples renamed since" in figures["change"]["reason"]
    assert (figures["num_renamed"], figures["accuracy_after"]) == (num, 1)
    make(store, scene.id, Wish("report"), tmp_path / "report.html", lambda _: None)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "real gain" not in page
    assert f"{num} held-out samples were renamed since the end of Run 1" in page
    assert "Apart from those" not in page
    before = f"{100 * (1 - num / is_held_out.sum()):.1f} %"
    assert page.count(before) >= 2, "the tile and the table say the same of Run 1"


def test_receipt_and_report__a_first_name_against_the_label_is_no_renaming(
    store: Store, bench: Workbench, tmp_path: Path
) -> None:
    """What else changed is told apart from it, in words that do not contradict the tiles."""
    scene, label, is_held_out = labelled(store, *"0123456789", "x")
    scene.predicted(scene.submit("pretrain"), -1)
    scene.name(np.flatnonzero((label == 1) & ~is_held_out)[:3].tolist(), 1)
    scene.predicted(scene.submit(), np.where(label == 8, 1, label))
    scene.name(np.flatnonzero(label == 3).tolist(), 10)
    run = scene.predicted(scene.submit(), np.where(label == 3, 10, label))
    figures = receipt_of(run, store, bench)
    assert figures is not None
    num, num_right = (int((is_held_out & (label == each)).sum()) for each in (3, 8))
    assert (figures["num_renamed"], figures["num_named_against"]) == (0, num)
    gain = num_right / (is_held_out.sum() - num)
    assert figures["change"]["mean"] == pytest.approx(gain)
    make(store, scene.id, Wish("report"), tmp_path / "report.html", lambda _: None)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    lead = f"{num} held-out samples were named against their label since the end of Run 1, and the "
    assert f"{lead}accuracy then is by the new names. Apart from those, the change is +" in page
    assert "That is" not in page
    assert "renamed since" not in page


def test_card__tells_it_only_where_the_snapshot_has_it(store: Store) -> None:
    dataset = put_samples(store)
    project = store.projects.create("p", dataset.dataset_id)
    config, agreement = RunConfig(preset=project.preset), Agreement(NUM_SAMPLES, 0.0)
    metrics = {"held_out_accuracy": 0.968, "held_out_known": 359.0}

    def card(more: dict[str, float | None]) -> str:
        told = {**metrics, **more}
        return write_card(NetworkFacts(project, dataset, config, 2, 1, (), told, agreement, "0.2"))

    told = card({"held_out_by_label": 0.65, "held_out_contradicted": 62.0})
    assert "By the data set's labels alone 65.0 %: 62 held-out samples" in told
    assert "labels alone" not in card({"held_out_by_label": None, "held_out_contradicted": 0.0})
    assert "labels alone" not in card({}), "as an older Lodemap kept it"
    assert "(95 % interval" in card({"held_out_by_hand": 12.0})
    by_hand = card({"held_out_by_hand": 359.0})
    assert "of the 359 held-out samples that were named by hand, not drawn at random" in by_hand
    assert "95 % interval" not in by_hand
