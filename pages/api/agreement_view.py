"""How far people agree, as a page shows it: figures, pairs of people, and what is to settle."""

from itertools import combinations
from typing import Any, Final

import numpy as np

from ml.measures.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha
from ml.wording import many
from store.annotations.agreement import Judgements, Person
from store.journal.history import Told

LEAST: Final = 20
"""Samples named by two or more people below which no figure is told."""
MOST_SHOWN: Final = 500
"""Samples to settle in one answer."""


def agreement_json(told: Told, judged: Judgements) -> dict[str, Any]:
    """Return the figures and the queue; figures that would mislead are null, with a reason."""
    people = judged.people
    num_given = sum((person.given >= 0 for person in people), np.zeros(1, np.int64))
    num_shared = int((num_given >= 2).sum())
    is_told = num_shared >= LEAST
    num_by_all = int((num_given == len(people)).sum()) if len(people) > 1 else 0
    is_told_by_all = len(people) > 2 and num_by_all >= LEAST
    return {
        "seq": told.state.seq,
        "people": [
            {"author_id": p.author_id, "author": p.author, "num_given": int((p.given >= 0).sum())}
            for p in people
        ],
        "num_shared": num_shared,
        "pairs": [_pair_json(*pair) for pair in combinations(people[:5], 2)],
        "fleiss_kappa": fleiss_kappa(judged.ratings) if is_told_by_all else None,
        "num_shared_by_all": num_by_all,
        "krippendorff_alpha": krippendorff_alpha(judged.ratings) if is_told else None,
        "reason": _reason(len(people), num_shared),
        "num_differing": len(judged.differing),
        "num_settled": judged.num_settled,
        "differing": [
            _differing_json(int(sample), told, judged) for sample in judged.differing[:MOST_SHOWN]
        ],
    }


def _reason(num_people: int, num_shared: int) -> str:
    """Return why no figure is told; empty when one is."""
    if num_people < 2:
        return "Agreement needs two people who name the same samples."
    if num_shared < LEAST:
        were = f"{many(num_shared, 'sample')} {'was' if num_shared == 1 else 'were'}"
        return f"Withheld: {were} named by two people, {LEAST} are needed."
    return ""


def _pair_json(one: Person, other: Person) -> dict[str, Any]:
    is_both = (one.given >= 0) & (other.given >= 0)
    num_shared = int(is_both.sum())
    return {
        "authors": [one.author, other.author],
        "author_ids": [one.author_id, other.author_id],
        "num_shared": num_shared,
        "num_alike": int((one.given == other.given)[is_both].sum()),
        "cohen_kappa": cohen_kappa(one.given, other.given) if num_shared >= LEAST else None,
    }


def _differing_json(sample: int, told: Told, judged: Judgements) -> dict[str, Any]:
    return {
        "sample": sample,
        "now": int(told.state.annotation[sample]),
        "given": [
            {"author": p.author, "author_id": p.author_id, "class_index": int(p.given[sample])}
            for p in judged.people
            if p.given[sample] >= 0
        ],
    }
