"""Runs are listed without their receipts being read."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.sql.rows import to_json
from store.sql.run_columns import HEAD, RUN_COLUMNS, num_moved_in
from tests.store.scene import Scene

WORSE = "A" * 50_000


@pytest.mark.parametrize(
    ("of", "asked"),
    [
        (sqlite, "typeof(run.receipt) <> 'null' AS has_receipt"),
        (postgresql, "run.receipt IS NOT NULL AS has_receipt"),
    ],
    ids=["sqlite", "postgresql"],
)
def test_columns__a_receipt_is_not_read(of: Any, asked: str) -> None:
    said = str(select(*RUN_COLUMNS).compile(dialect=of.dialect()))
    assert re.sub(r"[()]", "", asked) in re.sub(r"[()]", "", said)
    assert said.count("receipt") == asked.count("receipt")


def test_listed__which_have_a_receipt_and_what_it_says_was_moved(scene: Scene) -> None:
    first = scene.trained(scene.submit("pretrain"))
    scene.move([1], [[0, 0]])
    run = scene.claim(scene.submit())
    scene.commit(run, 0)
    receipt = {"num_moved": 1, "gain": None, "worse": WORSE}
    scene.store.leases.finish(run.run_id, "worker", "finished", None, receipt)
    listed = scene.store.runs.of_project(scene.id)
    assert [each.has_receipt for each in listed] == [False, True]
    records = scene.store.epochs.records(scene.id)
    assert [records[each].num_moved for each in (first.run_id, run.run_id)] == [None, 1]


def test_num_moved_in__of_the_beginning_alone() -> None:
    reason = 'as "num_moved":7 says'
    gain = {"num_known": 3, "reason": reason, "verdict": None}
    shares = [{"author": "Ana", "num_moved": 0}, {"author": "Ben", "num_moved": 5}]
    figures = {"worse": WORSE, "num_moved": 12, "num_known": 4, "gain": gain, "by": shares}
    said = to_json(figures)
    assert num_moved_in(said[:HEAD]) == 12
    assert num_moved_in(said[: said.index(":12") + 2]) is None
    assert num_moved_in(to_json({"gain": gain, "num_named": 3})) is None
    assert num_moved_in(to_json(figures | {"by": shares * 400})[:HEAD]) is None
