"""Are names that look wrong wrong? Ours beside cleanlab alone, on the same pretrained features."""

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from benchmarks.intervals import estimate
from benchmarks.leads.scenes import FeatureSet, feature_sets
from benchmarks.sheet import Sheet
from ml.graph.plain_graph import PlainGraph, find_near
from ml.insight.confident import doubted, without_own

PIN: Final = "cleanlab==2.9.0"
NOISE: Final = 0.05
NUM_SEEDS: Final = 3
NUM_FOLDS: Final = 5


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write the precision of our suspects over that of as many of cleanlab's."""
    ours, theirs, flagged = [], [], []
    has_cleanlab = find_spec("cleanlab") is not None
    for each in feature_sets(is_quick):
        for is_wrong, given in injected(each, 1 if is_quick else NUM_SEEDS):
            wrong = is_wrong[each.is_trained]
            own = our_doubt(each, given)
            other = doubt_of_cleanlab(each, given) if has_cleanlab else own
            count = min(int((own >= 0).sum()), int((other >= 0).sum()), int(wrong.sum()))
            ours.append(first_precision(own, wrong, count))
            theirs.append(first_precision(other, wrong, count))
            flagged.append(float(wrong[own >= 0].mean()))
    words = "of equally many suspects, at most as many as are wrong"
    sheet.put("wrong_precision", float(np.mean(ours)), f"share {words}")
    sheet.put("wrong_precision_flagged", float(np.mean(flagged)), "share of all that are doubted")
    if not has_cleanlab:
        why = f"cleanlab is not installed: .venv/bin/pip install {PIN}"
        sheet.put("wrong_precision_cleanlab", None, why)
        sheet.put("wrong_precision_ratio_vs_cleanlab", None, why)
        return
    sheet.put("wrong_precision_cleanlab", float(np.mean(theirs)), f"cleanlab's share {words}")
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    sheet.put_estimate("wrong_precision_ratio_vs_cleanlab", estimate(ratios))


def injected(
    each: FeatureSet, num_seeds: int
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.int16]]]:
    """Yield which names are wrong, shape (n,), and all names: one in twenty is another class."""
    for seed in range(num_seeds):
        rng = np.random.default_rng(seed)
        is_wrong = (rng.random(len(each.label)) < NOISE) & each.is_trained
        other = (each.label + rng.integers(1, each.num_classes, len(each.label))) % each.num_classes
        yield is_wrong, np.where(is_wrong, other, each.label).astype(np.int16)


def our_doubt(each: FeatureSet, given: NDArray[np.int16]) -> NDArray[np.floating]:
    """Return how much we doubt each trained sample's name, -1 where we do not."""
    near = find_near(each.x, np.flatnonzero(each.is_trained), no_pause)
    graph = PlainGraph(near, each.is_trained)
    named = np.where(each.is_trained, given, -1).astype(np.int16)
    said = given[each.is_trained].astype(np.int64)
    found = doubted(said, without_own(each.x, graph, named, no_pause))
    doubt: NDArray[np.floating] = np.where(found.is_doubted, 1 - found.own, -1)
    return doubt


def doubt_of_cleanlab(each: FeatureSet, given: NDArray[np.int16]) -> NDArray[np.floating]:
    """Return the same of cleanlab as its guide has it: a cross-validated logistic regression."""
    cleanlab: Any = importlib.import_module("cleanlab.filter")
    x, said = each.x[each.is_trained], given[each.is_trained].astype(int)
    head = LogisticRegression(max_iter=400)
    belief = cross_val_predict(head, x, said, cv=NUM_FOLDS, method="predict_proba")
    order = cleanlab.find_label_issues(
        said, belief, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    doubt = np.full(len(said), -1.0)
    doubt[order] = np.arange(len(order), 0, -1)
    return doubt


def first_precision(doubt: NDArray[np.floating], is_wrong: NDArray[np.bool_], count: int) -> float:
    """Return the share of wrong ones among the `count` most doubted, both shape (n,)."""
    most = np.argsort(-doubt, kind="stable")[:count]
    return float(is_wrong[most].mean()) if len(most) else 0.0


def no_pause() -> None:
    """Go on."""
