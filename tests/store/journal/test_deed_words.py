"""What each verb is called: every one has its words, and they go with counts and names."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from store.journal.deed_words import WORDS, fill, words_of
from store.records import Event, Verb


def event(verb: Verb, **values: Any) -> Event:
    return Event("p", 1, verb, "Ana", "ana", datetime.now(UTC), b"", values)


def filled(of: Event, count: int) -> list[str]:
    words = words_of(of)
    return [
        fill(sentence, of, count, "cat", into="dog", new_name="fox")
        for sentence in (words.did, words.deed, words.told)
    ]


def test_words__are_there_for_every_verb() -> None:
    assert set(WORDS) == set(get_args(Verb))
    assert [verb for verb, words in WORDS.items() if not words.found_by] == []


@pytest.mark.parametrize("verb", get_args(Verb))
def test_sentences__have_no_field_that_stays_open(verb: Verb) -> None:
    did, deed, told = filled(event(verb), 2)
    assert did
    assert deed
    assert "{" not in did + deed + told


@pytest.mark.parametrize(
    ("of", "count", "did", "deed"),
    [
        (event("annotate"), 1, "named 1 sample cat", "the name cat of 1 sample"),
        (event("move"), 1200, "moved 1,200 samples", "the move of 1,200 samples"),
        (event("move", class_index=0), 1, "moved 1 sample and named it cat",
         "the move of 1 sample to cat"),
        (event("move", class_index=0), 2, "moved 2 samples and named them cat",
         "the move of 2 samples to cat"),
        (event("pin"), 1, "pinned 1 sample", "the pin of 1 sample"),
        (event("pin"), 2, "pinned 2 samples", "the pins of 2 samples"),
        (event("release", class_indices=[4]), 0, "released 1 pin", "the release of 1 pin"),
        (event("merge_class"), 0, "merged cat into dog", "the merge of cat into dog"),
        (event("checkout"), 0, "went back to an earlier state",
         "the way back to an earlier state"),
        (event("checkout", name="fox"), 0, "branched off as fox",
         "the way back to an earlier state"),
    ],
)  # fmt: skip
def test_sentences__go_with_what_was_done(of: Event, count: int, did: str, deed: str) -> None:
    assert filled(of, count)[:2] == [did, deed]


def test_names__may_hold_braces() -> None:
    assert fill(WORDS["annotate"].did, event("annotate"), 1, "{0}{x}") == "named 1 sample {0}{x}"
