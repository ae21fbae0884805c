"""What a report is told: of a range only what belongs to it, and nothing from before a reset."""

from pathlib import Path

import numpy as np

from store.opening import Store
from store.takeaway.inks import read_inks
from store.takeaway.making import make
from store.takeaway.minutes import Minutes, gather
from store.takeaway.report import draw_map
from store.takeaway.session import read_session
from store.takeaway.wish import Place, Wish
from tests.store.archives.story import learn
from tests.store.scene import BEN, Scene


def minutes_of(scene: Scene, since: Place | None = None, until: Place | None = None) -> Minutes:
    return gather(
        scene.store, read_session(scene.store, scene.id, Wish("report", since, until), 99)
    )


def report_of(
    scene: Scene, folder: Path, since: Place | None = None, until: Place | None = None
) -> str:
    path = folder / "report.html"
    make(scene.store, scene.id, Wish("report", since, until), path, lambda _share: None)
    return path.read_text(encoding="utf-8")


def titles(minutes: Minutes) -> list[str]:
    return [told.block.title for told in minutes.runs]


def test_range__that_ends_early_counts_what_was_so_then(told: Scene, tmp_path: Path) -> None:
    minutes = minutes_of(told, until=Place(0))
    assert [(person.author, person.num_gestures) for person in minutes.people] == [("Ana", 1)]
    assert (minutes.num_named, minutes.counts, minutes.num_unsure) == (5, {1: 5}, 0)
    assert titles(minutes) == ["Pretraining"]
    assert minutes.until == "at the end of the pretraining"
    minutes = minutes_of(told, until=Place(1))
    assert (minutes.num_named, minutes.num_unsure) == (4, 1)
    assert (titles(minutes), minutes.num_updates) == (["Pretraining", "Run 1"], 1)
    page = report_of(told, tmp_path, until=Place(1))
    for part in (
        "Session report · from the pretraining to the end of Run 1 · ",
        "Two people named 4 of 40 samples, and the network learned from them in 1 Update.",
        "right on held-out samples named by hand, at the end of Run 1<",
    ):
        assert part in page, part
    assert "Run 2" not in page
    assert ", now" not in page


def test_range__that_begins_later_is_about_itself(told: Scene, tmp_path: Path) -> None:
    minutes = minutes_of(told, Place(1), Place(1))
    assert {person.author: dict(person.samples) for person in minutes.people} == {
        "Ana": {"cleared": 1},
        "Ben": {"named": 1, "unsure about": 1},
    }
    assert titles(minutes) == ["Run 1"]
    assert minutes.since == "epoch 0 of Run 1"
    assert np.flatnonzero(minutes.named_before >= 0).tolist() == [1, 2, 3, 4, 35]
    assert np.flatnonzero(minutes.named >= 0).tolist() == [1, 2, 3, 35]
    page = report_of(told, tmp_path, Place(1), Place(1))
    for part in (
        "Session report · Run 1 · ",
        "Two people named or moved samples in this range; 4 of 40 samples are named at its end.",
        "right on held-out samples named by hand, at epoch 0 of Run 1<",
    ):
        assert part in page, part
    assert minutes_of(told).since == "the end of the pretraining"


def test_range__in_which_nobody_spoke_says_so(bare: Scene, tmp_path: Path) -> None:
    learn(bare, bare.submit("pretrain"))
    bare.name([1, 2, 3], 0)
    learn(bare, bare.submit())
    page = report_of(bare, tmp_path, Place(1))
    assert "Nobody named or moved samples in this range; 3 of 40 samples are named now." in page
    assert "Nobody named or moved a sample in this range.</p>" in page
    assert "yet." not in page.split("Taken for one another")[0]


def test_maps__show_the_names_of_their_own_end(told: Scene) -> None:
    """What is named later rings no point of the map before."""
    whole, alone = minutes_of(told, Place(1)), minutes_of(told, Place(1), Place(1))
    inks = read_inks("light")
    assert draw_map(told.store, whole, whole.before, inks) == draw_map(
        told.store, alone, alone.before, inks
    )
    stopped = told.submit()
    told.store.runs.request_stop(stopped.run_id)
    told.name([7, 8, 9], 1)
    minutes = minutes_of(told)
    assert np.flatnonzero(minutes.named >= 0).tolist() == [1, 2, 3, 7, 8, 9, 35]
    assert "Run 3" not in titles(minutes)


def test_people__are_those_since_a_reset_that_stands(told: Scene, tmp_path: Path) -> None:
    told.say("reset", who=BEN)
    told.name([7, 8], 1)
    minutes = minutes_of(told)
    assert [(p.author, p.num_gestures, p.samples) for p in minutes.people] == [
        ("Ana", 1, {"named": 2})
    ]
    page = report_of(told, tmp_path)
    assert "One person named 2 of 40 samples; no Update has learned from them yet." in page
    told.say("undo")
    assert "Nobody has named any of 40 samples yet;" in report_of(told, tmp_path)


def test_people__a_sample_named_twice_is_counted_once_and_told_as_renamed(
    bare: Scene, tmp_path: Path
) -> None:
    learn(bare, bare.submit("pretrain"))
    bare.name([1, 2, 3, 4], 0)
    bare.name([3, 4], 1)
    bare.name([4, 5], 1)
    (ana,) = minutes_of(bare).people
    assert (ana.num_gestures, ana.samples, ana.num_renamed) == (3, {"named": 5}, 2)
    assert "5 (2 renamed)" in report_of(bare, tmp_path)


def test_accuracy__of_data_without_labels_is_of_what_was_named_by_hand(
    store: Store, tmp_path: Path
) -> None:
    num_samples = 150
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (num_samples, 1, 8, 8), dtype=np.uint8)
    is_held_out = np.arange(num_samples) % 3 == 0
    label = np.full(num_samples, -1)
    dataset = store.datasets.put("cats", images, label, is_held_out, ())
    project = store.projects.create("p", dataset.dataset_id, class_names=("cat", "dog"))
    scene = Scene(store, project, num_samples=num_samples)
    scene.predicted(scene.submit("pretrain"), -1)
    scene.name(list(range(90)), 0)
    scene.predicted(scene.submit(), 0)
    page = report_of(scene, tmp_path)
    which = "30 held-out samples that were named by hand, not drawn at random"
    assert f"right about 100.0 % of the {which}." in page
    assert "right on held-out samples named by hand, now" in page
    assert "Wilson" not in page
    assert "100.0 % (" not in page


def test_runs__one_whose_frame_is_gone_is_told_by_its_own_figures(
    told: Scene, tmp_path: Path
) -> None:
    """The map of no run between the ends is drawn, so none of them is missed."""
    whole = report_of(told, tmp_path)
    assert "by what was known then" not in whole
    assert "Accuracy and macro-F1 are by what was known when Run 2 learned. " in whole
    run = minutes_of(told).runs[1].block.run
    row = told.store.runs.snapshot(run.run_id, run.last_epoch)
    frame = told.store.frames.get(row.run_id, row.attempt, row.frame_n)
    for spoil in (lambda: told.store.artifacts.write(frame.artifact, b"x", durable=False),
                  lambda: told.store.artifacts.remove(frame.artifact)):  # fmt: skip
        spoil()
        first, middle, last = minutes_of(told).runs
        assert [first.is_by_then, middle.is_by_then, last.is_by_then] == [False, True, False]
        assert middle.metrics == row.metrics
        page = report_of(told, tmp_path)
        assert page.count("withheld, by what was known then") == 1
        assert "when Run 2 learned, but where the line says otherwise" in page
