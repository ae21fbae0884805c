"""The report says what the store says, holds no script, and tells when it cannot tell."""

import re
from pathlib import Path

from ml.measures.by_label import BY_HAND_SHARE
from ml.measures.receipt import Verdict
from ml.records import RunConfig
from store.people.comment_drafts import Draft
from store.records import Gesture
from store.takeaway.bundle import ASSETS
from store.takeaway.making import make
from store.takeaway.verdicts import (
    WORDS,
    accuracy_of,
    by_hand_words,
    by_label_words,
    interval,
    points,
    receipt_words,
)
from store.takeaway.wish import Wish
from tests.store.archives.story import learn
from tests.store.scene import ANA, BEN, Scene, pack


def report_of(scene: Scene, path: Path) -> str:
    make(scene.store, scene.id, Wish("report"), path, lambda _share: None)
    return path.read_text(encoding="utf-8")


def test_report__tells_the_session(told: Scene, tmp_path: Path) -> None:
    told.name([2], 1)
    draft = Draft("Is this <b>one</b> like @3 a #dog?", "selection", "k", pack([2, 3]))
    told.store.comments.add(told.id, draft, "Ben", BEN)
    page = report_of(told, tmp_path / "report.html")
    for part in (
        told.project.name, "Two people named", "Ana named 5 samples “cat”", "Pretraining",
        "Run 2", "withheld", told.project.dataset_id,
        "Is this &lt;b&gt;one&lt;/b&gt; like <em>sample 3</em> a <em>dog</em>?",
        "Held out", "To get there again", "Before and after",
    ):  # fmt: skip
        assert part in page, part
    assert page.count("data:image/png;base64,") == 2
    assert "<script" not in page
    assert "unsafe" not in page
    assert not re.search(r"\b(?:nan|None|inf)\b", re.sub(r'src="[^"]+"', "", page))


def test_report__of_a_project_nobody_spoke_in(bare: Scene, tmp_path: Path) -> None:
    learn(bare, bare.submit("pretrain"))
    page = report_of(bare, tmp_path / "report.html")
    assert "the map is as the pretraining left it" in page
    assert "Nobody has named or moved a sample yet." in page
    assert "No comment and no disagreement waits." in page


def test_report__names_are_text(told: Scene, tmp_path: Path) -> None:
    told.say("add_class", name="</td><img src=x onerror=alert(1)>")
    page = report_of(told, tmp_path / "report.html")
    assert page.count("<img") == 2, "the two maps"
    assert "&lt;/td&gt;&lt;img" in page


def test_verdicts__are_the_sentences_of_the_receipt_on_the_map() -> None:
    script = (ASSETS / "teaching" / "receipt.mjs").read_text(encoding="utf-8")
    assert set(WORDS) == set(Verdict.__args__)  # type: ignore[attr-defined]
    assert all(f'"{sentence}"' in script for sentence in WORDS.values())


def test_words__of_labels_are_those_of_the_map_and_only_where_there_is_a_figure() -> None:
    told = by_label_words(0.65, 62.0)
    assert told == (
        "By the data set's labels alone 65.0 %: 62 held-out samples are named against them."
    )
    assert told in (ASSETS / "parts" / "bylabel.mjs").read_text(encoding="utf-8")
    metrics = {"held_out_accuracy": 0.968, "held_out_known": 359.0}
    assert accuracy_of({**metrics, "held_out_by_label": 0.65}).endswith("), by labels 65.0 %")
    assert accuracy_of({**metrics, "held_out_by_label": None}) == accuracy_of(metrics)
    assert [by_label_words(None, 2.0), by_label_words(None, None)] == ["", ""]


def test_words__of_names_alone_are_those_of_the_map() -> None:
    words = "named by hand, not drawn at random"
    assert by_hand_words(183.0, 183.0) == f"of the 183 held-out samples that were {words}"
    some = "of the held-out samples of known class, 30 of 183"
    assert by_hand_words(30.0, 183.0) == f"{some} {words}"
    script = (ASSETS / "parts" / "byhand.mjs").read_text(encoding="utf-8")
    for each in (words, "of the held-out samples of known class, "):
        assert each in script
    assert f"BY_HAND_SHARE = {BY_HAND_SHARE};" in script


def test_words__of_figures() -> None:
    assert [points(value) for value in (0.0123, -0.0049, 0.0, -0.0001)] == [
        "+1.2",
        "−0.5",
        "±0.0",
        "±0.0",
    ]
    assert interval(0.01, None, None).startswith("withheld")
    figures = {"num_moved": 2, "num_arrived": 1, "drift_share": None, "gain": None}
    assert receipt_words(figures, "waiting")[-1].endswith("still being measured.")
    gain = {"verdict": "harm", "mean": -0.1, "low": -0.2, "high": -0.05, "reason": ""}
    assert "Undo the run" in receipt_words({**figures, "gain": gain}, "measured")[-1]
    apart = {"trained_on": "GPU", "control_trained_on": "CPU, float32"}
    words = receipt_words({**figures, **apart, "gain": gain}, "measured")[-1]
    assert words.endswith("(GPU; CPU, float32): rounding alone can turn a few predictions.")
    script = (ASSETS / "teaching" / "receipt.mjs").read_text(encoding="utf-8")
    assert words.split(". ")[-1].replace("GPU; CPU, float32", "${run}; ${control}") in script


def test_report__calls_who_was_a_guest_by_the_name_given_since(bare: Scene, tmp_path: Path) -> None:
    learn(bare, bare.submit("pretrain"))
    store, samples = bare.store, pack([1, 2, 3])
    store.journal.append(
        bare.id, Gesture("annotate", "g", samples, {"class_index": 0}), "Guest", ANA
    )
    bare.name([5], 1)
    learn(
        bare,
        store.runs.submit(
            bare.id, "fine_tune", RunConfig("annotate-vae", num_epochs=2), "Guest", ANA, "u"
        ),
    )
    page = report_of(bare, tmp_path / "report.html")
    assert "Ana named" in page
    assert "Guest" not in page
