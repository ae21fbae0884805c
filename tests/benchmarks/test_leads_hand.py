"""A simulated person at *Look here next*: what they see, name, leave out, reject and count."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.gestures.course import Course
from benchmarks.gestures.hand import Naming, View
from benchmarks.gestures.leads import LeadsHand, outlook_of
from benchmarks.gestures.live import first_snapshot, live_course
from benchmarks.gestures.plan import Plan, SetPlan
from benchmarks.gestures.report import PROTOTYPE_NOTE, product_row, put_set
from benchmarks.gestures.scene import config_of, scene_of
from benchmarks.leads import walk
from benchmarks.leads.walk import NUM_TYPICAL, Said, Walker, in_gallery
from benchmarks.sheet import Sheet
from ml.graph.plain_graph import PlainGraph, find_near
from ml.insight.leads import MOST_SHOWN, Lead, Outlook, find_groups
from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import build_model
from ml.records import NO_CLASS
from pages.api.leads import NUM_TYPICAL as PAGE_TYPICAL
from tests.benchmarks.test_gestures import write_set
from tests.ml.islands import islands
from tests.ml.scenes import blobs

NUM = 240
ISLAND = (np.arange(NUM) // 60).astype(np.int16)
NOBODY = np.full(NUM, NO_CLASS, np.int16)
SURE = np.zeros(NUM, np.float32)


@pytest.fixture(scope="module")
def outlook() -> Outlook:
    x = islands(4, 60)[0].numpy()
    in_graph = np.arange(NUM) % 5 != 0
    near = find_near(x, np.flatnonzero(in_graph), walk.no_pause)
    graph = PlainGraph(near, in_graph)
    groups = find_groups(x, graph, 0, walk.no_pause)
    return Outlook(x, near, graph, groups, np.zeros((NUM, 0), np.float32))


def answered(walker: Walker, outlook: Outlook, annotation: NDArray[np.int16]) -> Said:
    said = walker.answer_next(outlook, annotation, SURE)
    assert said is not None
    return said


def test_pictures__are_as_many_as_the_page_shows() -> None:
    assert NUM_TYPICAL == PAGE_TYPICAL
    assert walk.NUM_IN_SIGHT >= MOST_SHOWN, "every picture of a group is seen"


def test_gallery__has_the_least_sure_first_by_the_bytes_of_a_frame() -> None:
    sure = np.array([0.9, 0.5, 0.5001, 0.1], np.float32)
    assert in_gallery(np.array([2, 3, 0, 1]), sure).tolist() == [3, 1, 2, 0]


def test_walker__names_a_group_what_it_is(outlook: Outlook) -> None:
    said = answered(Walker(ISLAND), outlook, NOBODY)
    assert len(said.ids) == said.num_looked == MOST_SHOWN
    assert set(ISLAND[said.ids]) == {said.class_index}
    assert said.num_left_out == 0


def test_walker__leaves_strangers_out_and_names_none_of_them(outlook: Outlook) -> None:
    mixed = np.where(np.arange(NUM) % 3 == 0, 4, ISLAND).astype(np.int16)
    said = answered(Walker(mixed), outlook, NOBODY)
    assert (mixed[said.ids] == said.class_index).all()
    assert said.num_left_out == said.num_looked - len(said.ids) > 0


def test_walker__rejects_what_is_not_alike_and_is_not_shown_it_again(outlook: Outlook) -> None:
    odd = np.arange(NUM, dtype=np.int16)  # no two are of one class
    walker = Walker(odd)
    first = answered(walker, outlook, NOBODY)
    assert (len(first.ids), first.class_index, first.num_looked) == (0, NO_CLASS, MOST_SHOWN)
    num_leads = 1
    while walker.answer_next(outlook, NOBODY, SURE) is not None:
        num_leads += 1
    assert num_leads == len(walk.TABS[0][1](outlook, NOBODY))


def test_walker__goes_to_the_doubtful_and_to_wrong_names_once_groups_are_done(
    outlook: Outlook, monkeypatch: pytest.MonkeyPatch
) -> None:
    between = Lead("ambiguous", 3, np.array([3]), 1, 2, 0.9)
    right, wrong = (Lead("wrong", i, np.array([i]), 3, 0, 0.9) for i in (4, 70))
    leads: dict[str, list[Lead]] = {"ambiguous": [between], "wrong": [right, wrong]}
    tabs = [(kind, leads.get(kind, [])) for kind in ("group", "ambiguous", "wrong")]
    monkeypatch.setattr(walk, "TABS", [(kind, lambda *_, n=n: n) for kind, n in tabs])
    walker = Walker(ISLAND)
    named = answered(walker, outlook, NOBODY)
    assert (named.ids.tolist(), named.class_index) == ([3], 0)
    monkeypatch.setattr(walk, "TABS", walk.TABS[2:])
    is_right = answered(walker, outlook, NOBODY)
    is_wrong = answered(walker, outlook, NOBODY)
    assert len(is_right.ids) == 0
    assert (is_wrong.ids.tolist(), is_wrong.class_index) == ([70], 1)


def test_hand__sees_the_leads_of_the_newest_map_and_names_nothing_held_out() -> None:
    samples = blobs(300, annotated=[])
    config = config_of("lodemap", 1, 0)
    model = build_model(config, samples.sample_shape, 3)
    checkpoint = pack_checkpoint(model, config, Progress())
    view = View(samples, first_snapshot(model, samples, checkpoint), model, 0)
    assert outlook_of(view).belief.shape == (300, 0)
    naming = LeadsHand(samples, 0).next_gesture(view)
    assert naming is not None
    assert not samples.is_held_out[naming.ids].any()
    assert not naming.is_rejection


class Rejecting:
    """A hand that rejects twice and names once."""

    def __init__(self, *_: object) -> None:
        self._turn = 0

    def next_gesture(self, view: View) -> Naming:
        self._turn += 1
        ids = view.samples.trained_ids[: 0 if self._turn < 3 else 9]
        return Naming(ids, 0 if len(ids) else NO_CLASS, 15, num_left_out=len(ids))


def test_live_course__counts_a_rejection_and_does_not_learn_from_it(tmp_path: Path) -> None:
    plan = Plan(num_gestures=3, num_seeds=1, pretrain_epochs=1)
    path = write_set(tmp_path / "thirds.npz")
    scene = scene_of(SetPlan("thirds", str(path), 120, 40), plan, tmp_path)
    course = live_course(scene, "lodemap", Rejecting, 1, 0)
    assert course.rejected == [1, 2, 2]
    assert course.left_out == [0, 0, 9]
    assert course.looks == [15, 30, 45]
    assert course.named == [0, 0, 9]
    assert course.displacement[:2] == [0, 0]
    assert course.accuracy["answer"][:2] == [0, 0]
    assert course.accuracy["answer"][2] > 0


def test_report__headline_is_what_people_can_do_and_the_prototype_is_called_one() -> None:
    mine = Course({"answer": [0.5] * 20}, list(range(20)), left_out=[7] * 20, rejected=[2] * 20)
    theirs = dataclasses.replace(mine, accuracy={"answer": [0.9] * 20})
    found = {"leads": {0: mine}, "suggested": {0: theirs}, "lodemap": {0: theirs}}
    assert product_row(found).contender == "leads"
    assert product_row({"suggested": {0: theirs}}).contender == "lodemap"
    sheet = Sheet()
    put_set(sheet, "s", found, 20)
    report = sheet.report("gestures")
    assert report.figures["acc_g20_s"] == report.figures["acc_g20_leads_s"] == 0.5
    assert report.figures["left_out_g20_s"] == 7
    assert report.figures["rejected_g20_s"] == 2
    assert report.notes["acc_g20_suggested_s"].endswith(PROTOTYPE_NOTE)
    assert "prototype" not in report.notes["acc_g20_s"]
