"""Staging: what a reader yields becomes files a data set takes as they are."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.errors import InvalidInputError
from ml.intake.errors import IntakeError
from ml.intake.records import Batch, Outline, Rejection
from store.errors import NotFoundError
from store.intake.held_out import draw_held_out
from store.intake.staged import Staged
from store.intake.staging import Staging
from store.opening import Store

GREY = Outline("image", "PNG", (1, 4, 4), has_split=True)


def pictures(n: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).integers(1, 255, (n, 1, 4, 4), np.uint8)


def stage(
    folder: Path, *batches: Batch | Rejection, outline: Outline = GREY, **options: Any
) -> Any:
    with Staging(folder, outline, options.get("keep_duplicates", False)) as staging:
        for batch in batches:
            staging.add(batch) if isinstance(batch, Batch) else staging.reject(batch)
        return staging.finish()


def batch(values: Any, ids: str, names: list[str | None], **more: Any) -> Batch:
    return Batch(values, ids.split(), names, **more)


def test_staging__gathers_samples_labels_and_what_was_left_out(tmp_path: Path) -> None:
    first, second = pictures(3), pictures(2, 1)
    second[1] = first[0]
    summary = stage(
        tmp_path,
        batch(first, "a b c", ["10", "2", None], is_held_out=[True, False, False]),
        Rejection("d", "truncated", "d.png ends too early."),
        batch(second, "e f", ["10", "10"], is_held_out=[True, True]),
    )
    assert (summary.num_samples, summary.num_rejected, summary.num_duplicates) == (4, 1, 1)
    assert (summary.class_names, summary.counts, summary.num_held_out) == (("2", "10"), (1, 2), 2)
    staged = Staged(tmp_path, GREY)
    assert staged.summary() == summary
    assert staged.label().tolist() == [1, 0, -1, 1]
    assert (staged.flags() & 1).tolist() == [1, 0, 0, 1]
    rows = list(csv.reader(io.StringIO(staged.rejected().read_text("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [["d", "truncated"], ["f", "duplicate"]]


def test_staging__keeps_duplicates_when_asked_and_tells_them_apart_by_id(tmp_path: Path) -> None:
    same = pictures(1).repeat(3, 0)
    summary = stage(tmp_path, batch(same, "a a a", [None] * 3), keep_duplicates=True)
    assert (summary.num_samples, summary.num_duplicates) == (3, 0)
    with_ids = Staged(tmp_path, GREY).files()["table.arrow"].read_bytes()
    assert b"a#2" in with_ids
    assert b"a#3" in with_ids


def test_staging__merges_names_that_differ_in_case_and_drops_bad_ones(tmp_path: Path) -> None:
    names: list[str | None] = ["Cat", "cat ", "x" * 300, " "]
    summary = stage(tmp_path, batch(pictures(4), "a b c d", names))
    assert (summary.class_names, summary.counts) == (("Cat",), (2,))
    assert (summary.num_rejected, summary.num_warnings) == (0, 1)
    staged = Staged(tmp_path, GREY)
    assert staged.summary().warnings[0].is_kept
    assert "bad_label" in staged.warnings().read_text()
    assert "bad_label" not in staged.rejected().read_text()


@pytest.mark.parametrize(
    ("names", "counts", "num_minus_one"),
    [
        (["0", "-1", "2", "-1"], {"0": 1, "2": 1}, 2),
        (["1", "-1", "1", "-1"], {"-1": 2, "1": 2}, 0),
        (["-2", "-1", "2", "-1"], {"-2": 1, "-1": 2, "2": 1}, 0),
        (["cat", "-1", "dog", None], {"cat": 1, "-1": 1, "dog": 1}, 0),
        (["-1"] * 4, {"-1": 4}, 0),
    ],
    ids=["numbered", "two classes", "a scale", "words", "alone"],
)
def test_staging__takes_minus_one_for_no_label_beside_numbered_classes(
    tmp_path: Path, names: list[str | None], counts: dict[str, int], num_minus_one: int
) -> None:
    """Wherever it stands: what it means depends on all the others."""
    batches = [batch(pictures(1, seed), str(seed), [name]) for seed, name in enumerate(names)]
    summary = stage(tmp_path, *batches)
    assert dict(zip(summary.class_names, summary.counts, strict=True)) == counts
    assert summary.num_minus_one == num_minus_one
    label = Staged(tmp_path, GREY).label()
    assert [summary.class_names[i] if i >= 0 else None for i in label] == [
        None if num_minus_one and name == "-1" else name for name in names
    ]


def test_staging__flags_empty_pictures_but_no_numbers(tmp_path: Path) -> None:
    values = pictures(2)
    values[1] = 9
    assert stage(tmp_path, batch(values, "a b", [None] * 2)).num_empty == 1
    numbers = np.arange(3, dtype=np.float32)[:, None]
    other = tmp_path / "vectors"
    other.mkdir()
    outline = Outline("vector", "CSV", (1,))
    assert stage(other, batch(numbers, "a b c", [None] * 3), outline=outline).num_empty == 0


def test_staging__of_nothing_says_why(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"None of the 1 samples could be read\. It is broken\."):
        stage(tmp_path, Rejection("a", "truncated", "It is broken."))
    with pytest.raises(IntakeError, match="No sample was found"):
        stage(tmp_path)
    assert not Staged(tmp_path, GREY).is_complete


def test_staging__refuses_ever_more_labels(tmp_path: Path) -> None:
    outline = Outline("vector", "CSV", (1,))
    values = np.arange(10_001, dtype=np.float32)[:, None]
    names: list[str | None] = [f"name {i}" for i in range(len(values))]
    with pytest.raises(IntakeError, match="more than 10,000 different labels"):
        stage(tmp_path, Batch(values, names, names), outline=outline)  # type: ignore[arg-type]


def test_staged__can_be_looked_at_while_it_grows(tmp_path: Path) -> None:
    staged = Staged(tmp_path, GREY)
    with Staging(tmp_path, GREY, keep_duplicates=False) as staging:
        with pytest.raises(NotFoundError):
            staged.sheet(0)
        staging.add(batch(pictures(2000), " ".join(map(str, range(2000))), [None] * 2000))
        assert staged.sheet(0).startswith(b"\x89PNG")
        with pytest.raises(NotFoundError, match="still being read"):
            staged.summary()
        staging.finish()
    assert staged.sheet(1).startswith(b"\x89PNG")


def test_staged__becomes_a_data_set_that_is_recognised(tmp_path: Path, any_store: Store) -> None:
    values, sounds = pictures(4), [np.arange(n, dtype=np.int16) for n in (3, 0, 5, 1)]
    outline = Outline("spectrogram", "WAV", (1, 4, 4), sound_rate=8000)
    found = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        texts = {"speaker": ["ana", "ben", "ana", ""]}
        stage(folder, batch(values, "a b c d", ["x", "y"] * 2, texts=texts, sounds=sounds),
              outline=outline)  # fmt: skip
        staged = Staged(folder, outline)
        dataset = staged.describe("Words", "WAV, words.zip", 0.5)
        files, content = staged.files(), staged.content()
        found.append(any_store.datasets.adopt(dataset, files, content))
    assert found[0] == found[1] == any_store.datasets.of_content(content)
    dataset = found[0]
    assert (dataset.kind, dataset.class_names, dataset.about.sound_rate) == (
        "spectrogram", ("x", "y"), 8000,
    )  # fmt: skip
    kept = any_store.datasets.samples(dataset.dataset_id)
    np.testing.assert_array_equal(kept.images, values)
    assert kept.is_held_out.sum() == 2
    assert any_store.datasets.sample_ids(dataset.dataset_id) == ["a", "b", "c", "d"]
    assert any_store.datasets.texts(dataset.dataset_id, 1) == {"sample_id": "b", "speaker": "ben"}
    assert any_store.datasets.files.sound(dataset.dataset_id, 2).tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(NotFoundError):
        any_store.datasets.texts(dataset.dataset_id, 4)


def test_held_out__takes_its_part_of_each_label_and_leaves_one() -> None:
    label = np.array([0] * 10 + [1] * 4 + [2] + [-1] * 5, np.int16)
    chosen = draw_held_out(label, 0.4)
    counts = [int(chosen[label == k].sum()) for k in (0, 1, 2, -1)]
    assert counts == [4, 2, 0, 2]
    assert (draw_held_out(label, 0.4) == chosen).all()
    assert not draw_held_out(label, 0.0).any()


@pytest.mark.parametrize("split", [0.6, -0.1, True])
def test_held_out__refuses_other_parts(tmp_path: Path, split: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"from 0 to 0\.5"):
        Staged(tmp_path, GREY).held_out(split)
