import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from ml.errors import InvalidInputError
from store.annotations.changes import read_past
from store.errors import NotFoundError
from store.exports.annotations import SCHEMA, annotations, history
from store.exports.catalogue import Wanted, open_table
from tests.store.archives.story import add_epoch, learn, tell
from tests.store.scene import BEN, Scene, pack


def rows(scene: Scene, packed: bytes | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = annotations(scene.store, scene.id, packed).collected().to_pylist()
    return found


def test_annotations__one_row_a_sample_as_the_fold_has_it(scene: Scene) -> None:
    tell(scene)
    found = {row["index"]: row for row in rows(scene)}
    assert sorted(found) == [1, 2, 3, 5, 35]
    state = scene.state()
    assert all(row["class_index"] == state.annotation[i] for i, row in found.items())
    assert {found[i]["class_name"] for i in (1, 2, 3, 35)} == {"dog"}
    assert (found[5]["class_name"], found[5]["verb"]) == (None, "mark_unsure")
    assert (found[1]["verb"], found[1]["from"], found[1]["who"]) == ("merge_class", "cat", "Ben")
    assert (found[2]["verb"], found[2]["from"], found[2]["seq"]) == ("annotate", "cat", 5)
    assert (found[2]["sample_id"], found[2]["label"], found[2]["held_out"]) == ("2", "zero", False)
    assert found[35]["held_out"]


def test_annotations__say_when_by_utc(scene: Scene) -> None:
    scene.name([1], 0)
    when = rows(scene)[0]["when"]
    assert abs((datetime.now(UTC) - when).total_seconds()) < 60


def test_annotations__say_who_learned_first_and_what_was_seen(scene: Scene) -> None:
    tell(scene)
    found = {row["index"]: row for row in rows(scene)}
    assert found[2]["run"] == 2, "the second Update was the first to hear that 2 is a dog"
    assert found[1]["run"] is None, "no run has heard of the merge"
    assert found[35]["run"] is None, "nobody learns from a held-out sample"
    assert (found[2]["snapshot_run"], found[2]["snapshot_epoch"]) == (1, 2.0)
    past = {(row["index"], row["seq"]): row for row in history_rows(scene)}
    assert past[1, 3]["run"] == 1
    assert past[35, 3]["run"] is None
    assert (past[1, 3]["snapshot_run"], past[1, 3]["snapshot_epoch"]) == (0, 2.0)


def history_rows(scene: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = history(scene.store, scene.id).collected().to_pylist()
    return found


def test_history__every_change_that_stands_and_nothing_taken_back(scene: Scene) -> None:
    tell(scene)
    found = [
        (row["seq"], row["index"], row["from"], row["class_name"]) for row in history_rows(scene)
    ]
    assert found == [
        *[(3, i, None, "cat") for i in (1, 2, 3, 4, 35)],
        (5, 2, "cat", "dog"), (8, 4, "cat", None), (9, 5, None, None),
        *[(11, i, "cat", "dog") for i in (1, 3, 35)],
    ]  # fmt: skip


def test_history__a_reset_that_stands_takes_names_away_until_it_is_undone(scene: Scene) -> None:
    scene.name([1, 2], 0)
    scene.say("reset", who=BEN)
    assert [(row["seq"], row["class_name"]) for row in history_rows(scene)][2:] == [(4, None)] * 2
    assert rows(scene) == []
    scene.say("undo", who=BEN)
    assert len(history_rows(scene)) == 2
    assert len(rows(scene)) == 2


def test_history__what_another_word_covered_was_not_learned(scene: Scene) -> None:
    """Ben's word stood while the run learned; once he takes it back, Ana's was never heard."""
    learn(scene, scene.submit("pretrain"))
    scene.name([7], 0)
    scene.name([1], 0)
    scene.name([1], 1, BEN)
    learn(scene, scene.submit())
    scene.say("undo", who=BEN)
    found = {row["index"]: row["run"] for row in rows(scene)}
    assert found == {1: None, 7: 1}


def test_past__adds_up_to_the_state(scene: Scene) -> None:
    tell(scene)
    past = read_past(scene.store, scene.id)
    annotation = np.full(40, -1, np.int16)
    for change in past.changes:
        assert (annotation[change.ids] == change.before).all()
        annotation[change.ids] = change.after
    assert (annotation == scene.state().annotation).all()


def test_annotations__a_move_says_its_own_snapshot(scene: Scene) -> None:
    run = learn(scene, scene.submit("pretrain"))
    frame = scene.store.frames.after(run.run_id, 1)[0]
    scene.move([1], [[0, 0]], class_index=0, snapshot={"run_id": run.run_id, "n": frame.n})
    row = rows(scene)[0]
    assert (row["verb"], row["snapshot_run"], row["snapshot_epoch"]) == ("move", 0, frame.epoch)
    assert frame.epoch == 0.5


def test_annotations__a_name_says_its_own_snapshot_while_a_run_learns(scene: Scene) -> None:
    shown = learn(scene, scene.submit("pretrain"))
    scene.name([1], 0)
    run = scene.claim(scene.submit())
    add_epoch(scene, run, 0)
    add_epoch(scene, run, 1)
    frames = {frame.epoch: frame.n for frame in scene.store.frames.after(run.run_id, 0)}
    moving = {"run_id": run.run_id, "n": frames[0.5]}
    scene.say("annotate", [1], BEN, class_index=1, snapshot=moving)
    scene.say("mark_unsure", [2], snapshot={"run_id": shown.run_id, "n": 3})
    scene.say("annotate", [3], class_index=1)
    told = {row["index"]: (row["snapshot_run"], row["snapshot_epoch"]) for row in rows(scene)}
    assert told == {1: (1, 0.5), 2: (0, 1.0), 3: (None, None)}
    scene.say("clear", [1], snapshot=moving)
    last = history_rows(scene)[-1]
    assert (last["verb"], last["snapshot_run"], last["snapshot_epoch"]) == ("clear", 1, 0.5)


def test_annotations__of_a_selection(scene: Scene) -> None:
    tell(scene)
    assert [row["index"] for row in rows(scene, pack([2, 3, 10]))] == [2, 3]
    with pytest.raises(InvalidInputError, match="selected"):
        annotations(scene.store, scene.id, pack([]))
    with pytest.raises(InvalidInputError, match="could not be read"):
        annotations(scene.store, scene.id, b"\x07")


def test_annotations__of_an_empty_journal(scene: Scene) -> None:
    assert rows(scene) == []
    for form in ("csv", "parquet", "jsonl"):
        data = data_of(scene, "annotations", form)
        assert (data == b"") == (form == "jsonl")


def data_of(scene: Scene, what: str, form: str) -> bytes:
    return b"".join(open_table(scene.store, scene.id, Wanted(what, form)).chunks)


def test_forms__all_say_the_same(scene: Scene) -> None:
    tell(scene)
    table = annotations(scene.store, scene.id).collected()
    assert table.schema.equals(SCHEMA)
    parquet = pq.read_table(io.BytesIO(data_of(scene, "annotations", "parquet")))
    assert parquet.equals(table)
    text = data_of(scene, "annotations", "csv").decode("utf-8-sig")
    written = list(csv.DictReader(io.StringIO(text, newline="")))
    lines = [json.loads(line) for line in data_of(scene, "annotations", "jsonl").splitlines()]
    for row, cells, line in zip(table.to_pylist(), written, lines, strict=True):
        assert cells["class_name"] == (row["class_name"] or "")
        assert line["class_name"] == row["class_name"]
        assert (int(cells["index"]), line["index"]) == (row["index"], row["index"])
        assert cells["when"] == line["when"]
        assert cells["when"].endswith("Z")
        assert datetime.fromisoformat(line["when"]).tzinfo is not None
        assert cells["held_out"] == str(row["held_out"]).lower()


def test_open_table__knows_what_it_offers(scene: Scene) -> None:
    for what, form in (("annotations", "npy"), ("features", "csv"), ("embedding", "xlsx")):
        with pytest.raises(NotFoundError, match="choose one of"):
            open_table(scene.store, scene.id, Wanted(what, form))
    with pytest.raises(NotFoundError):
        open_table(scene.store, "0" * 36, Wanted("annotations", "csv"))
