"""What a report says of a gain: the sentences of the map's receipt, teaching/receipt.mjs."""

from collections.abc import Mapping
from typing import Any, Final

from ml.measures.by_label import is_by_hand
from ml.measures.comparison import Comparison
from ml.measures.metrics import wilson_interval
from ml.measures.receipt import Gain
from ml.wording import many

WORDS: Final[Mapping[str, str]] = {
    "real gain": "The 95 % interval is above no effect: the network is right more often because "
    "of the moves.",
    "harm": "The 95 % interval is below no effect: the network is right less often because of "
    "the moves. Undo the run, or move other samples.",
    "no effect": "Whatever the moves did to the map, they did nothing to what the network believes "
    "of samples it never saw.",
    "may be chance": "The 95 % interval of what the moves did includes no effect. Name or move "
    "more samples near the border to find out.",
}
"""By the verdicts of ml/measures/receipt.py."""
BETWEEN: Final[Mapping[str, str]] = {
    "real gain": "The 95 % interval is above no change: the network is right more often.",
    "harm": "The 95 % interval is below no change: the network is right less often.",
    "no effect": "What the network believes of samples it never saw is as it was.",
    "may be chance": "The 95 % interval includes no change: it may be chance.",
}
"""The same of two snapshots, where nobody's moves alone can be the cause."""


def points(share: float) -> str:
    """Return a difference of shares as "+1.2 points"."""
    text = f"{abs(100 * share):.1f}"
    sign = "±" if text == "0.0" else "+" if share > 0 else "−"
    return f"{sign}{text}"


def percent(share: float | None) -> str:
    """Return "84.6 %", or "withheld"."""
    return "withheld" if share is None else f"{100 * share:.1f} %"


def percent_of(share: float | None, count: float | None) -> str:
    """Return "84.6 % (82.4 to 86.6)", with the ends of its 95 % interval among `count`."""
    if share is None or not count:
        return percent(share)
    low, high = wilson_interval(share, int(count))
    return f"{percent(share)} ({100 * low:.1f} to {100 * high:.1f})"


def by_hand_words(num_by_hand: float, num_known: float) -> str:
    """Return which samples accuracy is of where names alone tell many a class, as the map does."""
    which = many(int(num_known), "held-out sample that was", "held-out samples that were")
    if num_by_hand < num_known:
        some = f"{int(num_by_hand):,} of {int(num_known):,}"
        which = f"held-out samples of known class, {some}"
    return f"of the {which} named by hand, not drawn at random"


def by_label_words(share: float | None, number: float | None) -> str:
    """Return what the data set's labels alone say of accuracy, as the map does; "" without it.

    Args:
        share: `held_out_by_label` (ml/measures/by_label.py).
        number: Held-out samples that are named against their label.
    """
    if share is None or not number:
        return ""
    named = many(int(number), "held-out sample is", "held-out samples are")
    return f"By the data set's labels alone {percent(share)}: {named} named against them."


def accuracy_of(metrics: Mapping[str, float | None]) -> str:
    """Return the accuracy of a run, and where it is another by the data set's labels that too."""
    known, accuracy = metrics.get("held_out_known"), metrics.get("held_out_accuracy")
    by_hand = is_by_hand(metrics.get("held_out_by_hand"), known)
    told = percent(accuracy) if by_hand else percent_of(accuracy, known)
    share = metrics.get("held_out_by_label")
    return told if share is None else f"{told}, by labels {percent(share)}"


def renamed_words(comparison: Comparison, since: str) -> str:
    """Return which held-out samples a comparison leaves out, without a stop; "" without any."""
    number, against = comparison.num_renamed, comparison.num_named_against
    were = many(number or against, "held-out sample was", "held-out samples were")
    own = f"named against {'its label' if against == 1 else 'their label'} since {since}"
    if not number:
        return f"{were} {own}" if against else ""
    return f"{were} renamed since {since}" + (f", and {against:,} {own}" if against else "")


def interval(mean: float, low: float | None, high: float | None) -> str:
    """Return "+1.2 points, 95 % interval −0.6 to +3.0"."""
    if low is None or high is None:
        return "withheld: fewer than 20 held-out samples of known class"
    return f"{points(mean)} points, 95 % interval {points(low)} to {points(high)}"


def gain_between(gain: Gain) -> str:
    """Return what lies between two snapshots, in one or two sentences."""
    if gain.verdict is None:
        return f"Withheld. {gain.reason}"
    figures = interval(gain.mean or 0.0, gain.low, gain.high)
    return f"{figures} ({gain.verdict}, {gain.num_known:,} held out). {BETWEEN[gain.verdict]}"


def rounding_words(figures: Mapping[str, Any]) -> str:
    """Return that a run and its control were trained in different ways; "" where not, or unknown.

    Who kept the receipt before this was noted did not say.
    """
    run, control = figures.get("trained_on"), figures.get("control_trained_on")
    if not run or not control or run == control:
        return ""
    return (f" The two were not trained on the same kind of device or in the same precision "
            f"({run}; {control}): rounding alone can turn a few predictions.")  # fmt: skip


def receipt_words(figures: Mapping[str, Any], control: str) -> list[str]:
    """Return what a run's moves or names did, in sentences."""
    said = [f"{figures['num_arrived']:,} of {figures['num_moved']:,} moved samples arrived."]
    if control == "none":
        num_named = figures["num_named"]
        said = [f"{many(num_named, 'sample')} {'was' if num_named == 1 else 'were'} named."]
    if figures.get("drift_share") is not None:
        said.append(f"Samples nobody touched drifted by {100 * figures['drift_share']:.1f} % of "
                    "the map.")  # fmt: skip
    if figures.get("wrong_to_right") is not None:
        apart = ", apart from what was named" if figures.get("num_named") else ""
        said.append(f"{figures['wrong_to_right']:,} predictions became right, "
                    f"{figures['right_to_wrong']:,} wrong{apart}.")  # fmt: skip
    gain = figures.get("gain")
    if control == "none":
        said.append("It was not compared with a run without these names.")
    elif gain is None:
        waits = "Its effect on held-out samples is still being measured."
        said.append(waits if control == "waiting" else "Its effect on held-out samples was not "
                    "measured.")  # fmt: skip
    elif gain["verdict"] is None:
        said.append(f"Effect on held-out samples withheld. {gain['reason']}")
    else:
        said.append(f"Against the same run without the moves: "
                    f"{interval(gain['mean'], gain['low'], gain['high'])} ({gain['verdict']}). "
                    f"{WORDS[gain['verdict']]}{rounding_words(figures)}")  # fmt: skip
    return said
