"""The parts of a report, each a section of its page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from ml.knobs import KNOBS, defaults_of
from ml.wording import many, noun
from store.names import present_name, present_names
from store.opening import Store
from store.records import ClassInfo
from store.takeaway.inks import NUM_COLORS, Inks
from store.takeaway.markup import Html, join, table, tag
from store.takeaway.mentions import with_mentions
from store.takeaway.minutes import Minutes, RunTold
from store.takeaway.verdicts import (
    accuracy_of,
    by_hand_words,
    gain_between,
    interval,
    receipt_words,
    renamed_words,
)
from store.takeaway.who_said import SAID, PersonSaid
from store.version import lodemap_version

MOST_LINES: Final = 40
"""Gestures, comments and classes told one by one."""
MOST_GROUPS: Final = 12
"""Ways in which people differ, told one by one."""
MOST_IDS: Final = 6
BY_THEN: Final = ", by what was known then"
"""Of a run whose frame is gone, so that it can be measured by nothing else."""
BUT_THEN: Final = ", but where the line says otherwise: the frame of that run is gone"


def section(title: str, *children: object) -> Html:
    """Return a part with its title."""
    return tag("section", tag("h2", title), *children)


def more(count: int, one: str, several: str = "") -> Html:
    """Return a line that counts what is not told, if there is any."""
    what = noun(count, one, several)
    return tag("p", f"and {count:,} more {what}.", class_="note") if count > 0 else Html("")


def class_names(minutes: Minutes) -> dict[int, str]:
    """Return what each class is called now."""
    return {info.class_index: info.name for info in minutes.session.told.state.classes}


def living_classes(minutes: Minutes) -> list[ClassInfo]:
    """Return the classes that are no part of another."""
    return [c for c in minutes.session.told.state.classes if c.merged_into is None]


def data_part(store: Store, minutes: Minutes, inks: Inks) -> Html:  # noqa: ARG001
    """Return what the data are and how many samples of each class were named."""
    dataset = minutes.session.dataset
    shape = " × ".join(str(size) for size in dataset.sample_shape)
    rows = [
        ("Data set", dataset.name),
        ("Source", dataset.about.source or "made by the program"),
        ("Samples", f"{many(dataset.num_samples, dataset.kind)} of {shape}"),
        ("Held out", f"{minutes.num_held_out:,}, never trained on: they measure the network"),
        ("Named", f"{minutes.num_named:,}; {minutes.num_unsure:,} marked as unsure"),
    ]
    living = living_classes(minutes)
    classes = [
        tag("li", tag("i", class_=f"dot c{info.color % NUM_COLORS}"), tag("span", info.name),
            tag("span", f"{minutes.counts.get(info.class_index, 0):,}"))
        for info in living[:MOST_LINES]
    ]  # fmt: skip
    listed = tag("ul", *classes, class_="classes") if classes else tag("p", "No classes yet.")
    rest = more(len(living) - MOST_LINES, "class", "classes")
    return section("Data", _listed(rows), tag("h3", "Named samples by class"), listed, rest)


def gestures_part(store: Store, minutes: Minutes, inks: Inks) -> Html:  # noqa: ARG001
    """Return who did what, and when."""
    gestures = minutes.session.gestures
    if not gestures:
        nobody = "Nobody has named or moved a sample yet." if minutes.session.is_whole else (
            "Nobody named or moved a sample in this range.")  # fmt: skip
        return section("What was done", tag("p", nobody))
    heads = ("Person", "Gestures", *(word.capitalize() for word in SAID.values()))
    rows = [
        (p.author or "Somebody", f"{p.num_gestures:,}",
         *(_samples_of(p, word) for word in SAID.values()))
        for p in minutes.people
    ]  # fmt: skip
    lines = [
        tag("li", tag("time", when(each.at)), tag("span", each.text))
        for each in gestures[:MOST_LINES]
    ]
    rest = more(len(gestures) - MOST_LINES, "gesture")
    people = table(heads, rows, range(1, len(heads))) if rows else Html("")
    return section("What was done", people, tag("ul", *lines, class_="said"), rest)


def _samples_of(person: PersonSaid, word: str) -> str:
    """Return how many samples somebody named, moved, ..., and how many of them were renamed."""
    renamed = person.num_renamed if word == SAID["annotate"] else 0
    number = f"{person.samples.get(word, 0):,}"
    return f"{number} ({renamed:,} renamed)" if renamed else number


def metrics_part(store: Store, minutes: Minutes, inks: Inks) -> Html:  # noqa: ARG001
    """Return the figures of every run, what lies between the ends, and each class's change."""
    heads = ("", "By", "Epochs", "Named", "Held-out accuracy", "Macro-F1", "Neighbours kept")
    said = [(told.block.run.author_id, told.block.run.author) for told in minutes.runs]
    names = present_names([*said, *minutes.session.authors])
    runs = table(heads, [_run_row(run, names) for run in minutes.runs], (2, 3, 4, 5, 6))
    return section(
        "What it did", *_change(minutes), runs, tag("p", _note(minutes), class_="note"),
        *_by_class(minutes), *_receipts(minutes.runs),
    )  # fmt: skip


def _note(minutes: Minutes) -> str:
    """Return what the figures of the runs are of."""
    by_hand = minutes.after.num_by_hand
    told = (
        f"Accuracy is {by_hand_words(by_hand, minutes.after.confusion.num_known)}."
        if by_hand
        else "In brackets is Wilson's 95 % interval."
    )
    but = BUT_THEN if any(run.is_by_then for run in minutes.runs) else ""
    note = (
        f"Accuracy and macro-F1 are by what was known when {minutes.after.shot.block.title} "
        f"learned{but}. {told} A figure is withheld with fewer than 20 held-out samples of known "
        "class."
    )
    if any(run.metrics.get("held_out_by_label") is not None for run in minutes.runs):
        note += (
            " By labels is what the data set's own labels alone say, where held-out samples are "
            "named against them."
        )
    return note


def _change(minutes: Minutes) -> list[Html]:
    """Return what lies between the two snapshots that are compared."""
    comparison, measured = minutes.comparison, minutes.measured
    if comparison is None or measured is None:
        where = "yet" if minutes.session.is_whole else "in this range"
        words = f"There are no two snapshots that know a class {where}, so no change"
        return [tag("p", f"{words} can be measured.")]
    renamed = renamed_words(comparison, minutes.since)
    apart = [tag("p", f"{renamed}: the change is told without them.")] if renamed else []
    if comparison.gain.verdict is None:
        return [tag("p", gain_between(comparison.gain)), *apart]
    flips = (
        f"From {measured.title} to {minutes.after.title}, {len(comparison.to_right):,} held-out "
        f"predictions became right and {len(comparison.to_wrong):,} became wrong."
    )
    return [tag("p", gain_between(comparison.gain)), tag("p", flips), *apart]


def _by_class(minutes: Minutes) -> list[Html]:
    names, comparison = class_names(minutes), minutes.comparison
    if comparison is None or not comparison.classes:
        return []
    changes = [
        (names.get(each.class_index, f"class {each.class_index}"), f"{each.num_known:,}",
         interval(each.mean, each.low, each.high))
        for each in comparison.classes[:MOST_LINES]
    ]  # fmt: skip
    return [
        tag("h3", f"Change of each class since {minutes.since}"),
        table(("Class", "Held out", "More often right"), changes, (1,)),
        more(len(comparison.classes) - MOST_LINES, "class", "classes"),
    ]


def _run_row(told: RunTold, names: Mapping[str, str]) -> Sequence[object]:
    run, metrics = told.block.run, told.metrics
    number = metrics.get("num_annotated")
    author = present_name(run.author, run.author_id, names)
    f1, kept = metrics.get("macro_f1"), metrics.get("trustworthiness")
    return (
        told.block.title, author if run.kind == "fine_tune" else "", run.last_epoch,
        "" if number is None else f"{int(number):,}",
        f"{accuracy_of(metrics)}{BY_THEN if told.is_by_then else ''}",
        "" if f1 is None else f"{f1:.3f}", "" if kept is None else f"{kept:.3f}",
    )  # fmt: skip


def _receipts(runs: Iterable[RunTold]) -> list[Html]:
    told = [
        tag(
            "p", tag("b", f"{run.block.title}. "), " ".join(receipt_words(run.receipt, run.control))
        )
        for run in runs
        if run.receipt is not None
    ]
    return [tag("h3", "What moves and names did"), *told] if told else []


def settings_part(store: Store, minutes: Minutes, inks: Inks) -> Html:  # noqa: ARG001
    """Return the knobs of every run; those that stand where they always do are left out."""
    preset = minutes.session.project.preset
    labels = {knob.name: knob.label for knob in KNOBS[preset]}
    rows = []
    for told in minutes.runs:
        config, usual = told.block.config.to_json(), defaults_of(preset)
        turned = [
            f"{labels[name]} {config[name]:g}"
            for name in labels
            if config[name] != usual[name] and name != "num_epochs"
        ]
        rows.append((told.block.title, config["num_epochs"], ", ".join(turned) or "as they come"))
    words = f"Preset {preset}, a map of {minutes.session.project.latent_dim} axes."
    return section("Settings", tag("p", words), table(("", "Epochs", "Turned knobs"), rows, (1,)))


def open_part(store: Store, minutes: Minutes, inks: Inks) -> Html:  # noqa: ARG001
    """Return what is still to be talked about: comments, and samples people name differently."""
    said_of = [c.name for c in living_classes(minutes)], minutes.session.dataset.num_samples
    comments = [
        tag("li", tag("b", f"{each.author}: "), with_mentions(each.text, *said_of))
        for each in minutes.comments[:MOST_LINES]
    ]
    differing, names = minutes.judged.differing, class_names(minutes)
    ids = store.datasets.sample_ids(minutes.session.dataset.dataset_id) if len(differing) else ()
    said: dict[str, list[str]] = {}
    for sample in differing.tolist():
        opinions = "; ".join(
            f"{p.author}: {names.get(int(p.given[sample]), 'a class')}"
            for p in minutes.judged.people
            if p.given[sample] >= 0
        )
        said.setdefault(opinions, []).append(ids[sample])
    groups = sorted(said.items(), key=lambda pair: -len(pair[1]))
    rows = [(_some(each), f"{len(each):,}", words) for words, each in groups[:MOST_GROUPS]]
    if not comments and not rows:
        return section("Still open", tag("p", "No comment and no disagreement waits."))
    return section(
        "Still open",
        tag("ul", *comments, class_="open") if comments else Html(""),
        more(len(minutes.comments) - MOST_LINES, "comment"),
        table(("Samples named differently", "How many", "As"), rows, (1,)) if rows else Html(""),
        more(len(groups) - MOST_GROUPS, "way to differ", "ways to differ"),
    )


def _some(ids: Sequence[str]) -> str:
    """Return the first few samples, and that there are more."""
    return ", ".join(ids[:MOST_IDS]) + (" …" if len(ids) > MOST_IDS else "")


def reproduce_part(store: Store, minutes: Minutes, inks: Inks) -> Html:  # noqa: ARG001
    """Return what it takes to get there again."""
    session = minutes.session
    rows: list[tuple[str, object]] = [
        ("Data set, sha256", tag("code", session.dataset.dataset_id)),
        ("Journal position", f"{session.end_seq:,}"),
        ("Seed", session.project.seed),
        ("Lodemap", lodemap_version()),
        ("All of it", tag("code", f'python app.py export "{session.project.name}" --what project '
                          "--with-data")),
    ]  # fmt: skip
    words = "Equal data, journal, settings, seed and version give equal maps on one kind of device."
    return section("To get there again", tag("p", words), _listed(rows))


def _listed(rows: Iterable[tuple[str, object]]) -> Html:
    return tag("dl", *(join((tag("dt", term), tag("dd", value))) for term, value in rows))


def when(at: datetime) -> str:
    """Return "24 Nov 2026, 14:03"."""
    return f"{at.day} {at:%b %Y, %H:%M}"
