"""Gestures saved by walking *Look here next* where one could choose places for a lasso.

Both persons see the same pretrained map and are told by the same two heads on the same features:
one of `benchmarks.annotator`, one of `benchmarks.leads.walk`. The map stands still: what differs is
where one looks, and what is named.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.annotator import Annotator, Lasso
from benchmarks.intervals import estimate
from benchmarks.leads.scenes import FeatureSet, feature_sets
from benchmarks.leads.walk import Walker, no_pause
from benchmarks.sheet import Sheet
from ml.graph.plain_graph import Near, PlainGraph, find_near
from ml.insight.leads import Groups, Outlook, find_groups
from ml.learning.answer import View
from ml.networks.plain_encoder import FEATURE_LENGTH
from ml.records import NO_CLASS

NUM_GESTURES: Final = 20
NUM_SEEDS: Final = 5
Chooser = Callable[[NDArray[np.int16], NDArray[np.float32]], Lasso | None]
"""From annotations (n,) and belief (n, K) to the next gesture."""


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write how many gestures sooner the followers are where choosers are after twenty."""
    saved, of_set = [], {}
    for each in feature_sets(is_quick):
        bench = Bench(each)
        own = [saved_by(bench, seed) for seed in range(1 if is_quick else NUM_SEEDS)]
        saved += own
        of_set[each.name] = float(np.mean(own))
    sheet.put_estimate("gestures_saved", estimate(saved))
    told = ", ".join(f"{name} {mean:.1f}" for name, mean in of_set.items())
    sheet.notes["gestures_saved"] += f", of {NUM_GESTURES}; {told}"


class Bench:
    """What is the same for both: features, who is near whom, and the heads."""

    def __init__(self, each: FeatureSet) -> None:
        self.set = each
        near = find_near(each.x, np.flatnonzero(each.is_trained), no_pause)
        self.graph = PlainGraph(near, each.is_trained)
        self.near: Near = near
        self.groups: Groups = find_groups(each.x, self.graph, 0, no_pause)
        ids = torch.from_numpy(np.flatnonzero(each.is_trained))
        self.view = View(FEATURE_LENGTH * torch.from_numpy(each.x), ids, each.num_classes)
        for _ in self.view.chunks():
            pass

    def believe(self, annotation: NDArray[np.int16]) -> NDArray[np.float32]:
        """Return what both heads believe, shape (n, K)."""
        taught = torch.from_numpy(annotation).long()
        is_active = torch.bincount(taught[taught >= 0], minlength=self.set.num_classes) > 0
        for _ in self.view.ask(taught, None, is_active):
            pass
        found: NDArray[np.float32] = self.view.belief.numpy()
        return found


def saved_by(bench: Bench, seed: int) -> float:
    """Return gestures saved with one seed: none where followers never get there."""
    chosen = course(bench, choosing(bench, seed))
    followed = course(bench, following(bench))
    sooner = [nth for nth, value in enumerate(followed, 1) if value >= chosen[-1]]
    return float(len(chosen) - (sooner[0] if sooner else len(chosen)))


def course(bench: Bench, choose: Chooser) -> list[float]:
    """Return held-out accuracy after each gesture."""
    each = bench.set
    annotation: NDArray[np.int16] = np.full(len(each.x), NO_CLASS, np.int16)
    belief = np.zeros((len(each.x), 0), np.float32)
    accuracy, now = [], 0.0
    for _ in range(NUM_GESTURES):
        lasso = choose(annotation, belief)
        if lasso is None:
            break
        if len(lasso.ids):  # a rejection teaches nothing
            annotation[lasso.ids] = lasso.class_index
            belief = bench.believe(annotation)
            now = float((belief.argmax(axis=1) == each.label)[~each.is_trained].mean())
        accuracy.append(now)
    return accuracy


def choosing(bench: Bench, seed: int) -> Chooser:
    """Return a person who looks around on the map."""
    ids = np.flatnonzero(bench.set.is_trained)
    hand = Annotator(bench.set.label[ids], seed)

    def choose(annotation: NDArray[np.int16], _: NDArray[np.float32]) -> Lasso | None:
        lasso = hand.lasso(bench.set.z[ids], annotation[ids])
        return lasso and Lasso(ids[lasso.ids], lasso.class_index, lasso.num_looked)

    return choose


def following(bench: Bench) -> Chooser:
    """Return a person who walks *Look here next*, as the contender `leads` of `gestures` does."""
    each = bench.set
    walker = Walker(each.label)

    def choose(annotation: NDArray[np.int16], belief: NDArray[np.float32]) -> Lasso | None:
        outlook = Outlook(each.x, bench.near, bench.graph, bench.groups, belief)
        sure = belief.max(axis=1) if belief.shape[1] else np.zeros(len(each.x), np.float32)
        said = walker.answer_next(outlook, annotation, sure)
        return None if said is None else Lasso(said.ids, said.class_index, said.num_looked)

    return choose
