"""Where to look next: samples and groups that are worth a gesture, and why.

    ambiguous   the two likeliest classes are near each other, and the entropy is high
    wrong       an annotation that confident learning doubts (`ml.insight.confident`)
    outlier     much further from its neighbours than they from theirs (after Breunig et al. 2000)
    group       similar samples whose walks meet least of what was seen (docs/learning.md, 11)

Pure functions in NumPy of what a snapshot knows and of what the journal says now. What somebody has
answered already, by a class or by *unsure*, is not asked again.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.graph.plain_graph import Near, PlainGraph, absorbed, cells_of, nearest_centre, reach_of
from ml.insight.belief import two_likeliest
from ml.insight.confident import LEAST_EACH, doubted, without_own
from ml.records import NO_CLASS

Kind = Literal["ambiguous", "wrong", "outlier", "group"]
KINDS: Final[tuple[Kind, ...]] = ("group", "ambiguous", "wrong", "outlier")
MOST_LEADS: Final = 60
"""Of each kind."""
MOST_MARGIN: Final = 0.3
"""Between the two likeliest classes of an ambiguous sample."""
FAR_OUT: Final = 3.0
"""Interquartile ranges beyond the upper quartile from which a sample is an outlier (Tukey 1977)."""
NUM_AROUND: Final = 10
"""Neighbours that tell how far from others a sample is."""
LEAST_SHARE: Final = 0.6
"""Mean belief in one class that makes it a group's suggested one."""
SMALLEST_GROUP: Final = 5
MOST_SHOWN: Final = 15
"""Pictures a group is named by: three rows of the gallery, so that each can be seen."""
MOST_DECIDING: Final = 1000
"""Members of a group that decide which of them stand for it."""
MOST_GROUPS: Final = 20
GROUP_SHARE: Final = 3 / 40
LEAST_MEMBERS: Final = 17
"""Members of a group in a small set, which has fewer groups."""

Array = NDArray[np.float32]
Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Groups:
    """Similar samples, by walks on the graph of features."""

    walks: sparse.csr_array
    """P, the probabilities of a walk's next step."""
    reach: Array
    """Share of its time that a walk from a group's cluster is at a sample, (n, num_groups)."""
    members: Ids
    """Ids of each group, the most reached first, (num_groups, num_members)."""
    name: str = ""
    """Names this grouping; another one has other groups under the same numbers."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """What a snapshot knows of all samples."""

    x: Array
    """Unit features, float32, shape (n, width)."""
    near: Near
    """Neighbours of each sample among those that are trained on."""
    graph: PlainGraph
    groups: Groups
    belief: Array
    """Probability of each class, shape (n, K); K is 0 while nothing is predicted."""

    @property
    def in_graph(self) -> NDArray[np.bool_]:
        """Samples that are trained on, shape (n,)."""
        return self.graph.in_graph


@dataclass(frozen=True, eq=False)
class Lead:
    """One thing worth looking at."""

    kind: Kind
    sample: int
    """The sample, or the one that stands for a group."""
    members: Ids
    """Samples it speaks of, ascending but for a group: those that stand for it, by how many."""
    class_index: int
    """The class that *Accept* gives, or NO_CLASS."""
    rival: int
    """The class it is between, or the one it was given; NO_CLASS for none."""
    score: float
    """By what it won: the higher the better within a kind. Of a group: how much of it is new."""
    group: int = -1
    """Row of `Groups.members`, whoever of it is named meanwhile; -1 for what is no group."""


def find_groups(x: Array, graph: PlainGraph, seed: int, pause: Callable[[], None]) -> Groups:
    """Group what walks from clusters of the features reach most (docs/learning.md, 11)."""
    inside = np.flatnonzero(graph.in_graph)
    wanted = min(MOST_GROUPS, math.ceil(len(inside) / LEAST_MEMBERS))
    _, index = cells_of(x[inside], wanted, seed, pause)
    used, index = np.unique(index, return_inverse=True)
    cell = np.full(len(x), -1, np.int64)
    cell[inside] = index
    walks = graph.walks()
    reach = reach_of(walks, cell, len(used), pause)
    size = min(len(inside), max(LEAST_MEMBERS, round(GROUP_SHARE * len(inside))))
    most = np.where(graph.in_graph[:, None], reach, -1)
    members = np.argsort(-most, axis=0, kind="stable")[:size].T
    return Groups(walks, reach, np.ascontiguousarray(members))


def find_leads(
    outlook: Outlook, annotation: NDArray[np.int16], pause: Callable[[], None]
) -> dict[Kind, list[Lead]]:
    """Return what is worth looking at, by kind, the best first; at most 60 of each.

    Args:
        outlook: Of a snapshot.
        annotation: class_index, NO_CLASS or UNSURE as the journal says now, shape (n,).
        pause: Called now and then; may raise to give way.
    """
    return {
        "group": group_leads(outlook, annotation, pause),
        "ambiguous": ambiguous_leads(outlook, annotation),
        "wrong": wrong_leads(outlook, annotation, pause),
        "outlier": outlier_leads(outlook, annotation),
    }


def ambiguous_leads(outlook: Outlook, annotation: NDArray[np.int16]) -> list[Lead]:
    """Return unnamed samples between two classes; of neighbours only the most doubtful."""
    belief = outlook.belief
    if belief.shape[1] < 2:
        return []
    order, entropy = two_likeliest(belief)
    first, second = np.take_along_axis(belief, order, 1).T
    most = math.log(max(2, int((belief.max(0) > 0).sum())))
    margin = first - second
    score = (1 - margin) * (1 + entropy / most) / 2
    is_open = (annotation == NO_CLASS) & outlook.in_graph & (margin < MOST_MARGIN) & (second > 0)
    ids = apart(outlook.near, ranked(score, is_open))
    return [
        Lead("ambiguous", i, np.array([i]), int(order[i, 0]), int(order[i, 1]), float(score[i]))
        for i in ids
    ]


def wrong_leads(
    outlook: Outlook, annotation: NDArray[np.int16], pause: Callable[[], None]
) -> list[Lead]:
    """Return annotated samples that are probably of another class, the least likely first."""
    taught = annotation[(annotation >= 0) & outlook.in_graph]
    counts = np.bincount(taught, minlength=max(1, int(annotation.max()) + 1))
    if (counts >= LEAST_EACH).sum() < 2:
        return []
    is_judged = annotation >= 0
    is_judged[is_judged] = counts[annotation[is_judged]] >= LEAST_EACH
    heard = np.where(is_judged, annotation, NO_CLASS)
    ids = np.flatnonzero(is_judged)
    given = annotation[ids].astype(np.int64)
    is_doubted, instead, own = doubted(given, without_own(outlook.x, outlook.graph, heard, pause))
    doubt = 1 - own
    best = ranked(doubt, is_doubted)
    return [
        Lead("wrong", int(ids[i]), ids[i : i + 1], int(instead[i]), int(given[i]), float(doubt[i]))
        for i in best[:MOST_LEADS]
    ]


def outlier_leads(outlook: Outlook, annotation: NDArray[np.int16]) -> list[Lead]:
    """Return unnamed samples that are like no other, the loneliest first."""
    away = np.sqrt(outlook.near.squared[:, :NUM_AROUND])  # (n, 10)
    away = np.where(np.isfinite(away), away, 0)
    own = away.mean(axis=1)
    others = own[outlook.near.ids[:, :NUM_AROUND]].mean(axis=1)
    ratio = own / np.maximum(others, 1e-6)
    low, high = np.quantile(ratio[outlook.in_graph], (0.25, 0.75))
    least = max(1.0, high + FAR_OUT * (high - low))
    is_open = (annotation == NO_CLASS) & outlook.in_graph & (ratio > least) & (others > 1e-6)
    return [
        Lead("outlier", int(i), np.array([i]), NO_CLASS, NO_CLASS, float(ratio[i]))
        for i in ranked(ratio, is_open)[:MOST_LEADS]
    ]


def group_leads(
    outlook: Outlook, annotation: NDArray[np.int16], pause: Callable[[], None]
) -> list[Lead]:
    """Return groups of unnamed samples, the one with the least of what was seen first."""
    groups = outlook.groups
    is_seen = (annotation != NO_CLASS) & outlook.in_graph
    new = (1 - absorbed(groups.walks, is_seen, pause)) @ groups.reach  # (num_groups,)
    found: list[Lead] = []
    shown: set[int] = set()
    used: set[int] = set()
    for index in np.argsort(-new, kind="stable"):
        members = groups.members[index]
        unnamed = members[annotation[members] == NO_CLASS]
        if len(unnamed) < SMALLEST_GROUP or 2 * len(shown.intersection(unnamed)) >= len(unnamed):
            continue
        pause()
        shown.update(unnamed.tolist())
        lead = as_lead(outlook.x, unnamed, outlook.belief, float(new[index]))
        # groups overlap, and each has a ring of its own
        sample = next((each for each in lead.members.tolist() if each not in used), lead.sample)
        used.add(sample)
        found.append(replace(lead, sample=sample, group=int(index)))
    return found


def as_lead(x: Array, members: Ids, belief: Array, score: float) -> Lead:
    """Return a group as a lead: few samples that stand for all of them, so that each can be seen.

    Members nobody looked at would bring more noise than they teach (docs/learning.md, 4 and 11).

    Args:
        x: Unit features, shape (n, width).
        members: Unnamed samples, the most typical first, at least one.
        belief: Shape (n, K).
        score: How much of the group is new.
    """
    shown = representatives(x, members, MOST_SHOWN)
    shares = belief[members].mean(axis=0) if belief.shape[1] else np.zeros(1, np.float32)
    best = int(shares.argmax())
    class_index = best if shares[best] >= LEAST_SHARE else NO_CLASS
    return Lead("group", int(shown[0]), shown, class_index, NO_CLASS, score)


def representatives(x: Array, members: Ids, count: int) -> Ids:
    """Return at most `count` samples spread over some, those that stand for many first.

    Each is the one nearest to the middle of its cell of a k-means. Equal samples have one between
    them: the most typical others fill its places.
    """
    if len(members) <= count:
        return members
    some = members[:: math.ceil(len(members) / MOST_DECIDING)]
    centres, _ = cells_of(x[some], count, 0, lambda: None)
    cell = nearest_centre(x[members], centres)
    away = np.square(x[members] - centres[cell]).sum(axis=1)
    first = np.lexsort((away, cell))  # of each cell the nearest to its middle
    used, at, size = np.unique(cell[first], return_index=True, return_counts=True)
    chosen = members[first[at[np.argsort(-size, kind="stable")]]]
    rest = members[~np.isin(members, chosen)]
    return np.concatenate([chosen, rest[: count - len(used)]])


def ranked(score: NDArray[np.floating], is_open: NDArray[np.bool_]) -> Ids:
    """Return the open ones by falling score, equal ones by their number."""
    ids = np.flatnonzero(is_open)
    return ids[np.argsort(-score[ids], kind="stable")]


def apart(near: Near, ids: Ids) -> list[int]:
    """Return at most 60 of some samples in their order, none beside an earlier one."""
    kept: list[int] = []
    beside: set[int] = set()
    for i in ids.tolist():
        if i in beside:
            continue
        kept.append(i)
        if len(kept) == MOST_LEADS:
            break
        beside.update(near.ids[i, :NUM_AROUND].tolist())
    return kept


def likeliest(belief: Array, sample: int) -> list[tuple[int, float]]:
    """Return the five likeliest classes of a sample with their probability, none of 0."""
    row = belief[sample]
    order = np.argsort(-row, kind="stable")[:5]
    return [(int(k), float(row[k])) for k in order if row[k] > 0]


def most_alike(x: Array, sample: int, count: int) -> tuple[Ids, Array]:
    """Return the samples nearest to one by features, the nearest first, and their cosine.

    Args:
        x: Unit features, shape (n, width).
        sample: Whose neighbours are wanted; not among them.
        count: How many; fewer where there are not so many.
    """
    alike = x @ x[sample]
    alike[sample] = -np.inf
    count = max(0, min(count, len(x) - 1))
    best = np.argpartition(-alike, count - 1)[:count] if count else np.zeros(0, np.int64)
    best = best[np.lexsort((best, -alike[best]))]
    return best.astype(np.int64), alike[best]
