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
from ml.confident import doubted, without_own
from ml.plain_graph import PlainGraph, find_near

PIN: Final = "cleanlab==2.9.0"
NOISE: Final = 0.05
NUM_SEEDS: Final = 3
NUM_FOLDS: Final = 5


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write the precision of ours over that of cleanlab, as many suspects each as are wrong."""
    ours, theirs, flagged = [], [], []
    for each in feature_sets(is_quick):
        for is_wrong, given in injected(each, 1 if is_quick else NUM_SEEDS):
            first, share = precision_of_ours(each, given, is_wrong)
            ours.append(first)
            flagged.append(share)
            theirs.append(precision_of_cleanlab(each, given, is_wrong))
    words = "of as many suspects as are wrong, mnist and round9"
    sheet.put("wrong_precision", float(np.mean(ours)), f"share {words}, 5 % wrong")
    sheet.put("wrong_precision_flagged", float(np.mean(flagged)), "share of all that are doubted")
    if find_spec("cleanlab") is None:
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


def precision_of_ours(
    each: FeatureSet, given: NDArray[np.int16], is_wrong: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return the precision of our first suspects, and of all."""
    near = find_near(each.x, np.flatnonzero(each.is_trained), no_pause)
    graph = PlainGraph(near, each.is_trained)
    named = np.where(each.is_trained, given, -1).astype(np.int16)
    belief = without_own(each.x, graph, named, no_pause)[each.is_trained]
    said = given[each.is_trained].astype(np.int64)
    is_doubted, _ = doubted(said, belief)
    doubt = np.where(is_doubted, 1 - belief[np.arange(len(said)), said], -1)
    wrong = is_wrong[each.is_trained]
    return first_precision(doubt, wrong), float(wrong[is_doubted].mean())


def precision_of_cleanlab(
    each: FeatureSet, given: NDArray[np.int16], is_wrong: NDArray[np.bool_]
) -> float:
    """Return the same of cleanlab as its guide has it: a cross-validated logistic regression."""
    if find_spec("cleanlab") is None:
        return float("nan")
    cleanlab: Any = importlib.import_module("cleanlab.filter")
    x, said = each.x[each.is_trained], given[each.is_trained].astype(int)
    head = LogisticRegression(max_iter=400)
    belief = cross_val_predict(head, x, said, cv=NUM_FOLDS, method="predict_proba")
    order = cleanlab.find_label_issues(
        said, belief, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    doubt = np.full(len(said), -1.0)
    doubt[order] = np.arange(len(order), 0, -1)
    return first_precision(doubt, is_wrong[each.is_trained])


def first_precision(doubt: NDArray[np.floating], is_wrong: NDArray[np.bool_]) -> float:
    """Return the share of wrong ones among the most doubted, as many as are wrong, shape (n,)."""
    most = np.argsort(-doubt, kind="stable")[: int(is_wrong.sum())]
    most = most[doubt[most] >= 0]
    return float(is_wrong[most].mean()) if len(most) else 0.0


def no_pause() -> None:
    """Go on."""
