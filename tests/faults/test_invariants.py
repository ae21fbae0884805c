"""A checker that cannot fail is worthless: each invariant finds a history that breaks it."""

from dataclasses import replace

import pytest

from tests.contract.workplace import until
from tests.faults import clients
from tests.faults.clients import Crowd
from tests.faults.history import Draft, Drawn, Epoch, Facts, History, Line, Look, Said, Standing
from tests.faults.invariants import AGREE_WITHIN_S, KILLED_S, violations
from tests.pages.web import Answer, Browser

SAID = [
    Said("a", "acknowledged", 2, 1.0),
    Said("b", "unknown", None, 1.2),
    Said("c", "acknowledged", 4, 2.0),
    Said("d", "refused", None, 2.1),
]
LOOKS = [
    Look("one", 1.5, 3, (2, 3), "x"),
    Look("two", 1.6, 3, (2, 3), "x"),
    Look("one", 2.5, 4, (2, 3, 4), "y"),
    Look("two", 2.0 + AGREE_WITHIN_S - 0.1, 4, (2, 3, 4), "y"),
]
FAULT_S = 0.5
READERS = {"one", "two"}
FACTS = Facts(
    lines=(Line(1, "made", False), Line(2, "a"), Line(3, "b"), Line(4, "c")),
    runs=(Standing("r", "finished", 0, 2, 2), Standing("s", "running", 1, 0, 1, True)),
    epochs=tuple(Epoch("r", epoch, 1 + epoch // 2, "sha", "sha") for epoch in range(3)),
    drawn=(Drawn("r", 1, 1), Drawn("r", 2, 1), Drawn("r", 3, 2)),
    drafts=(Draft("half", FAULT_S + KILLED_S / 2),),
)


def history(
    said: list[Said] = SAID, looks: list[Look] = LOOKS, fault_s: float = FAULT_S, *stumbles: str
) -> History:
    """What clients told, with two browsers and one fault."""
    return History(said, looks, set(READERS), [fault_s], list(stumbles))


def test_violations__none_in_a_history_as_it_should_be() -> None:
    assert violations(history(), FACTS) == []


def test_violations__none_of_a_gesture_that_came_just_before_a_fault() -> None:
    late = [*LOOKS[:3], replace(LOOKS[3], at_s=2.0 + AGREE_WITHIN_S + 5)]
    assert violations(history(looks=late, fault_s=2.1), FACTS) == []


def lines(*changed: Line) -> Facts:
    return replace(FACTS, lines=changed)


def epochs(*changed: Epoch) -> Facts:
    return replace(FACTS, epochs=changed)


WRONG_FACTS = {
    "I1 an acknowledged gesture is lost": lines(*FACTS.lines[:3]),
    "I1 an acknowledged gesture is elsewhere": lines(
        *FACTS.lines[:2], Line(3, "c"), Line(4, "b")
    ),
    "I1 a gesture without an answer is saved twice": lines(*FACTS.lines, Line(5, "b")),
    "I1 a refused gesture is saved": lines(*FACTS.lines, Line(5, "d")),
    "I2 the journal has a gap": lines(*FACTS.lines[:3], Line(5, "c")),
    "I2 a seq is there twice": lines(*FACTS.lines, Line(4, "e")),
    "I2 readers miss one": replace(
        FACTS, lines=(Line(1, "made", True), *FACTS.lines[1:])
    ),
    "I3 an epoch is missing": epochs(*FACTS.epochs[1:]),
    "I3 an epoch is there twice": epochs(*FACTS.epochs, FACTS.epochs[2]),
    "I3 a checkpoint is torn": epochs(*FACTS.epochs[:2], replace(FACTS.epochs[2], found="")),
    "I4 an old owner commits": epochs(
        *(replace(row, attempt=2 - row.epoch // 2) for row in FACTS.epochs)
    ),
    "I4 an old owner draws": replace(
        FACTS, drawn=(Drawn("r", 1, 1), Drawn("r", 2, 2), Drawn("r", 3, 1))
    ),
    "I4 somebody who never claimed commits": epochs(
        *FACTS.epochs[:2], replace(FACTS.epochs[2], attempt=3)
    ),
    "I5 a run is forgotten": replace(
        FACTS, runs=(FACTS.runs[0], replace(FACTS.runs[1], has_live_lease=False))
    ),
    "I6 a process is left": replace(FACTS, orphans=("17 python",)),
    "I6 a draft is never removed": replace(FACTS, drafts=(Draft("half", 1.0, True),)),
    "I6 somebody who lives leaves a draft": replace(
        FACTS, drafts=(Draft("half", FAULT_S + KILLED_S + 0.1),)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_FACTS)
def test_violations__of_what_was_found(name: str) -> None:
    broken = violations(history(), WRONG_FACTS[name])
    assert [sentence[:2] for sentence in broken if sentence.startswith(name[:2])], broken


WRONG_LOOKS = {
    "I2 a reader goes back": [*LOOKS, Look("one", 4.0, 3, (2, 3), "x")],
    "I2 a reader misses one": [LOOKS[0], replace(LOOKS[2], seqs=(2, 4)), *LOOKS[1::2]][1:],
    "I2 a reader sees what nobody said": [*LOOKS, Look("one", 4.0, 5, (2, 3, 4, 5), "y")],
    "I2 a reader sees ahead": [Look("one", 1.4, 1, (2,), "w"), *LOOKS],
    "I7 two browsers differ": [*LOOKS[:3], replace(LOOKS[3], digest="z")],
    "I7 a browser is late": [
        *LOOKS[:3],
        replace(LOOKS[3], at_s=2.0 + AGREE_WITHIN_S + 0.1),
    ],
    "I7 a browser never gets there": LOOKS[:3],
    "I7 a browser stops looking": [*LOOKS[:3], replace(LOOKS[3], at_s=1.9)],
}


@pytest.mark.parametrize("name", WRONG_LOOKS)
def test_violations__of_what_browsers_saw(name: str) -> None:
    broken = violations(history(looks=WRONG_LOOKS[name]), FACTS)
    assert {sentence[:2] for sentence in broken} == {name[:2]}, broken


def test_violations__of_a_browser_that_never_saw_anything() -> None:
    blind = [look for look in LOOKS if look.reader == "one"]
    broken = violations(history(looks=blind), FACTS)
    assert {sentence[:2] for sentence in broken} == {"I2", "I7"}
    assert all("two" in sentence for sentence in broken)


def test_violations__of_a_browser_that_is_late_after_a_fault_and_not_in_the_end() -> None:
    said = [*SAID, Said("d2", "acknowledged", 5, 100.0)]
    late = [
        *LOOKS[:3], replace(LOOKS[3], at_s=99.0),
        Look("one", 100.5, 5, (2, 3, 4, 5), "z"), Look("two", 100.5, 5, (2, 3, 4, 5), "z"),
    ]  # fmt: skip
    facts = replace(FACTS, lines=(*FACTS.lines, Line(5, "d2")))
    assert violations(history(said, late), facts) == [
        "I7: two saw gesture 4, of 2.0, late or never"
    ]


def test_violations__of_a_browser_whose_app_was_away() -> None:
    """What was said meanwhile may be seen late; what is said once it is back may not."""
    late = [*LOOKS[:3], replace(LOOKS[3], at_s=2.0 + AGREE_WITHIN_S + 0.1)]
    told = history(looks=late)
    told.faulted_at, told.outages = [0.0], [(0.0, 0.9)]
    assert [sentence[:2] for sentence in violations(told, FACTS)] == ["I7"]
    told.outages = [(0.0, 1.1)]
    assert violations(told, FACTS) == []


def test_violations__of_an_answer_that_is_none() -> None:
    broken = violations(history(SAID, LOOKS, FAULT_S, "one was answered 500"), FACTS)
    assert broken == ["I2: one was answered 500"]


class Deaf(Browser):
    """An app that answers nothing but errors."""

    def ask(self, *_: object, **__: object) -> Answer:
        return Answer(500, {}, b"")


def test_crowd__notes_readers_that_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "Browser", Deaf)
    with Crowd(0, "p", 10).at_work(1, 2) as noted:
        until(lambda: len(noted.stumbles) > 3, "answers")
    broken = violations(noted, Facts())
    assert {f"I2: reader{i} never saw anything" for i in range(2)} <= set(broken)
    assert {"I2: reader0 was answered 500", "I2: annotator0 was answered 500"} <= set(broken)
