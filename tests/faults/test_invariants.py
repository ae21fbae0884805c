"""A checker that cannot fail is worthless: each invariant finds a history that breaks it."""

from dataclasses import replace

import pytest

from tests.faults.history import Drawn, Epoch, Facts, History, Line, Look, Said, Standing
from tests.faults.invariants import violations

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
    Look("two", 3.9, 4, (2, 3, 4), "y"),
]
FACTS = Facts(
    lines=(Line(1, "made", False), Line(2, "a"), Line(3, "b"), Line(4, "c")),
    runs=(Standing("r", "finished", 0, 2, 2), Standing("s", "running", 1, 0, 1, True)),
    epochs=tuple(Epoch("r", epoch, 1 + epoch // 2, "sha", "sha") for epoch in range(3)),
    drawn=(Drawn("r", 1, 1), Drawn("r", 2, 1), Drawn("r", 3, 2)),
    draft_ages_s=(5.0,),
)


def test_violations__none_in_a_history_as_it_should_be() -> None:
    assert violations(History(SAID, LOOKS), FACTS) == []


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
    "I6 an old draft is left": replace(FACTS, draft_ages_s=(3601.0,)),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_FACTS)
def test_violations__of_what_was_found(name: str) -> None:
    broken = violations(History(SAID, LOOKS), WRONG_FACTS[name])
    assert [sentence[:2] for sentence in broken if sentence.startswith(name[:2])], broken


WRONG_LOOKS = {
    "I2 a reader goes back": [*LOOKS, Look("one", 4.0, 3, (2, 3), "x")],
    "I2 a reader misses one": [LOOKS[0], replace(LOOKS[2], seqs=(2, 4)), *LOOKS[1::2]][1:],
    "I2 a reader sees what nobody said": [*LOOKS, Look("one", 4.0, 5, (2, 3, 4, 5), "y")],
    "I2 a reader sees ahead": [Look("one", 1.4, 1, (2,), "w"), *LOOKS],
    "I7 two browsers differ": [*LOOKS[:3], replace(LOOKS[3], digest="z")],
    "I7 a browser is late": [*LOOKS[:3], replace(LOOKS[3], at_s=4.1)],
    "I7 a browser never gets there": LOOKS[:3],
}


@pytest.mark.parametrize("name", WRONG_LOOKS)
def test_violations__of_what_browsers_saw(name: str) -> None:
    broken = violations(History(SAID, WRONG_LOOKS[name]), FACTS)
    assert {sentence[:2] for sentence in broken} == {name[:2]}, broken
