"""The part of a report that says what was taken for what."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from store.opening import Store
from store.takeaway.inks import Inks
from store.takeaway.markup import Html, join, table, tag
from store.takeaway.minutes import End, Minutes
from store.takeaway.report_parts import class_names, section

MOST_CLASSES: Final = 12
"""Classes of a confusion; of more, the pairs that are taken for each other most."""
MOST_BESIDE: Final = 6
"""Classes of two tables that stand beside each other; with more, one stands below the other."""
MOST_PAIRS: Final = 8
SHADES: Final = 10


def confusions(store: Store, minutes: Minutes, inks: Inks) -> Html:  # noqa: ARG001
    """Return what was taken for what, before and after."""
    ends = [(minutes.measured, "Before"), (minutes.after, "After")]
    told = [_confusion(minutes, end, w) for end, w in ends if end and end.confusion.counts.any()]
    if not told:
        words = "No held-out sample has both a known class and a prediction yet."
        return section("Taken for one another", tag("p", words))
    note = "Rows are what held-out samples are, columns what the network takes them for."
    num_classes = max(len(end.confusion.class_indices) for end, _ in ends if end)
    layout = "pair stacked" if MOST_BESIDE < num_classes <= MOST_CLASSES else "pair"
    return section(
        "Taken for one another", tag("p", note, class_="note"), tag("div", *told, class_=layout)
    )


def _confusion(minutes: Minutes, end: End, word: str) -> Html:
    names, of = class_names(minutes), end.confusion
    labels = [names.get(int(index), f"class {index}") for index in of.class_indices]
    caption = tag("figcaption", tag("span", word, class_="figure-title"), f" {end.title}")
    if len(labels) > MOST_CLASSES:
        return tag("figure", _pairs(labels, of.counts), caption)
    total = np.maximum(of.counts.sum(axis=1, keepdims=True), 1)
    shade = np.rint(of.counts / total * SHADES).astype(int)
    head = tag("tr", tag("th", ""), *(tag("th", short(label), title=label) for label in labels))
    rows = [
        tag("tr", tag("th", label, class_="row"), *(
            tag("td", int(count) or "", class_=f"s{shade[row, column]}" +
                (" diagonal" if row == column else ""))
            for column, count in enumerate(of.counts[row])))
        for row, label in enumerate(labels)
    ]  # fmt: skip
    return tag("figure", tag("table", head, *rows, class_="confusion"), caption)


def _pairs(labels: Sequence[str], counts: np.ndarray) -> Html:
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    most = np.argsort(-wrong, axis=None, kind="stable")[:MOST_PAIRS]
    rows = [
        (labels[at // len(labels)], labels[at % len(labels)], f"{wrong.flat[at]:,}")
        for at in most.tolist()
        if wrong.flat[at]
    ]
    right = f"{int(np.trace(counts)):,} of {int(counts.sum()):,} are right."
    return join((table(("Is", "Taken for", "Times"), rows, (2,)), tag("p", right, class_="note")))


def short(label: str) -> str:
    """Return a label that fits above a narrow column."""
    return label if len(label) <= 5 else label[:4] + "…"
