"""Gestures saved when the simulated annotator goes where *most useful group* sends it.

The same person (benchmarks/annotator.py) in front of the same pretrained map, told by the same two
heads on the same features, once choosing places and once following. The map stands still: what
differs is where one looks.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.annotator import Annotator, Lasso
from benchmarks.intervals import estimate
from benchmarks.leads.doubted import no_pause
from benchmarks.leads.scenes import FeatureSet, feature_sets
from benchmarks.sheet import Sheet
from ml.graph.plain_graph import Near, PlainGraph, find_near
from ml.insight.leads import Groups, Outlook, find_groups, group_leads
from ml.learning.answer import View
from ml.networks.model import FEATURE_LENGTH
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
    followed = course(bench, following(bench, seed))
    sooner = [nth for nth, value in enumerate(followed, 1) if value >= chosen[-1]]
    return float(len(chosen) - (sooner[0] if sooner else len(chosen)))


def course(bench: Bench, choose: Chooser) -> list[float]:
    """Return held-out accuracy after each gesture."""
    each = bench.set
    annotation: NDArray[np.int16] = np.full(len(each.x), NO_CLASS, np.int16)
    belief = np.zeros((len(each.x), 0), np.float32)
    accuracy = []
    for _ in range(NUM_GESTURES):
        lasso = choose(annotation, belief)
        if lasso is None:
            break
        annotation[lasso.ids] = lasso.class_index
        belief = bench.believe(annotation)
        is_right = belief.argmax(axis=1) == each.label
        accuracy.append(float(is_right[~each.is_trained].mean()))
    return accuracy


def choosing(bench: Bench, seed: int) -> Chooser:
    """Return a person who looks around on the map."""
    ids = np.flatnonzero(bench.set.is_trained)
    hand = Annotator(bench.set.label[ids], seed)

    def choose(annotation: NDArray[np.int16], _: NDArray[np.float32]) -> Lasso | None:
        lasso = hand.lasso(bench.set.z[ids], annotation[ids])
        return lasso and Lasso(ids[lasso.ids], lasso.class_index, lasso.num_looked)

    return choose


def following(bench: Bench, seed: int) -> Chooser:
    """Return a person who goes through the first group, the most typical samples first."""
    each = bench.set
    hand = Annotator(each.label, seed)

    def choose(annotation: NDArray[np.int16], belief: NDArray[np.float32]) -> Lasso | None:
        outlook = Outlook(each.x, bench.near, bench.graph, bench.groups, belief)
        found = group_leads(outlook, annotation, no_pause)
        return hand.along(found[0].members) if found else None

    return choose
