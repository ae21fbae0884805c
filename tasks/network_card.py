"""The page that goes with an exported network: what it is, what it learned, how good it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml.knobs import KNOBS
from ml.measures.by_label import is_by_hand
from ml.measures.metrics import wilson_interval
from ml.records import RunConfig
from store.records import Dataset, Project
from store.takeaway.verdicts import by_hand_words, by_label_words
from tasks.plain_prepare import Preparing, preparing


@dataclass(frozen=True)
class TaughtClass:
    """A class that the network tells."""

    name: str
    """As it is called now."""
    num_taught: int
    """Annotations it learned from."""
    num_held_out: int
    """Annotations of held-out samples, which only measure."""


@dataclass(frozen=True)
class Agreement:
    """How the exported network compares with what the app showed."""

    num_samples: int
    furthest: float
    """Largest distance on an axis between its z and the snapshot's, over the map's range there."""
    share: float | None = None
    """Part of the samples whose predicted class is the app's; None without classes."""
    held_out_share: float | None = None
    """The same of held-out samples alone; None where there are none."""
    accuracy: float | None = None
    """Its own on held-out samples of known class; None where it is withheld."""
    num_known: int = 0
    """Held-out samples of known class."""
    difference: float | None = None
    """How far its highest probability is from the app's confidence, 0 to 1, on the mean."""
    calibration: float | None = None
    """Its expected calibration error on held-out samples of known class; None where withheld."""
    app_calibration: float | None = None
    """The same of the app."""


@dataclass(frozen=True)
class NetworkFacts:
    """All that a card says."""

    project: Project
    dataset: Dataset
    config: RunConfig
    run_number: int
    epoch: int
    classes: Sequence[TaughtClass]
    metrics: Mapping[str, float | None]
    """Of the snapshot, by the names of docs/glossary.md."""
    agreement: Agreement
    version: str
    """Of the Lodemap that wrote it."""


LOADING = """```python
from safetensors.torch import load_file
import torch
from network import CLASS_NAMES, SAMPLE_SHAPE, Network
network = Network().eval()
network.load_state_dict(load_file("network.safetensors"))
z, probabilities = network(torch.zeros(1, *SAMPLE_SHAPE, dtype=torch.{dtype}))
```"""
PREPARING = """```python
from safetensors.torch import load_file
from network import CLASS_NAMES, Network, prepare
network = Network().eval()
network.load_state_dict(load_file("network.safetensors"))
z, probabilities = network(prepare("{example}"))
{names}
```"""
TELL_NAMES = "print([CLASS_NAMES[i] for i in probabilities.argmax(1)])"
OTHER_HEAD = (
    "In the app the preset `lodemap` predicts by the mean of two heads: label spreading, which "
    "asks a sample's neighbours among all samples, and a linear head on the features. The first "
    "is no function of one sample, so this network has a linear head alone. It was fitted when the "
    "network was exported, to what the app believed of the samples that are trained on, and its "
    "logits were divided by the one number (a temperature) that brings its confidence to the app's."
)


def write_card(facts: NetworkFacts) -> str:
    """Return the card as Markdown."""
    title = f"# {plain(facts.project.name)}, run {facts.run_number}, epoch {facts.epoch}"
    parts = [
        title,
        f"A network made with Lodemap {facts.version}. It puts samples on a map of "
        f"{facts.project.latent_dim} axes and knows {len(facts.classes)} classes.",
        "## Load it",
        _loading(facts),
        "## Data",
        _data(facts.dataset),
        "## What it was told",
        _classes(facts.classes),
        "## How it learned",
        _knobs(facts.config),
        "## How good it is",
        _quality(facts),
        "## Licence",
        "`network.py` is under the Apache License 2.0, as Lodemap is. The weights were learned "
        "from the data and the annotations above; the licences of those decide what may be done "
        "with the weights, and whoever passes them on says so here.",
    ]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Return what somebody typed so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", text)


def _loading(facts: NetworkFacts) -> str:
    is_image = len(facts.dataset.sample_shape) == 3
    reads = (
        "uint8 images (B, channels, height, width) from 0 to 255; it divides by 255 itself"
        if is_image
        else "float32 vectors (B, dimensions) as they were imported"
    )
    made = preparing(facts.dataset)
    code = LOADING.format(dtype="uint8" if is_image else "float32")
    if made.example:
        last = TELL_NAMES if facts.classes else "print(z)"
        code = PREPARING.format(example=made.example, names=last)
    packages = " ".join(("torch", "safetensors", *made.packages))
    says = "`CLASS_NAMES[i]` names column i of `probabilities`."
    nothing = "It was taught no class: `probabilities` is None, and the ONNX model gives `z` alone."
    return "\n\n".join(
        [
            f"In this folder, with `pip install {packages}`:",
            code,
            f"It reads {reads}. {says if facts.classes else nothing}",
            _treatment(facts.dataset, made),
            "`network.onnx` is the same for ONNX Runtime and others: `samples` in, `z` and "
            "`probabilities` out; the names of the classes are in its metadata (`class_names`).",
        ]
    )


def _treatment(dataset: Dataset, made: Preparing) -> str:
    """Return how files become samples, or why none does."""
    told = " ".join(plain(each) for each in dataset.about.treatment)
    if made.example is None:
        return " ".join(filter(None, (made.sentence, told)))
    return f"`prepare` makes of a file what the import made of those of the data set. {told}"


def _data(dataset: Dataset) -> str:
    rows = [
        ("name", plain(dataset.name)),
        ("samples", f"{dataset.num_samples:,}"),
        ("shape of one", " x ".join(map(str, dataset.sample_shape))),
        ("sha256", f"`{dataset.dataset_id}`"),
    ]
    return _table(("data set", ""), rows)


def _classes(classes: Sequence[TaughtClass]) -> str:
    if not classes:
        return "Nothing: it was pretrained without names."
    rows = [(plain(each.name), each.num_taught, each.num_held_out) for each in classes]
    return _table(("class", "annotations it learned from", "annotations held out"), rows)


def _knobs(config: RunConfig) -> str:
    """Return what the preset has a use for; `config.json` has all."""
    names = {"preset", "latent_dim", "batch_size", "seed"}
    names |= {knob.name for knob in KNOBS[config.preset]}
    rows = [(name, value) for name, value in config.to_json().items() if name in names]
    return _table(("knob", "value"), rows)


def _quality(facts: NetworkFacts) -> str:
    metrics, own = facts.metrics, facts.agreement
    known = metrics.get("held_out_known")
    num_by_hand = metrics.get("held_out_by_hand")
    by_hand = is_by_hand(num_by_hand, known)
    app = _accuracy(metrics.get("held_out_accuracy"), known, by_hand)
    lines = [f"Held-out accuracy in the app: {app}, on samples that were never trained on."]
    if by_hand and known and num_by_hand:
        lines.append(f"Accuracy is {by_hand_words(num_by_hand, known)}: of the others nothing is "
                     "known, and no interval can be told.")  # fmt: skip
    share, number = metrics.get("held_out_by_label"), metrics.get("held_out_contradicted")
    if said := by_label_words(share, number):
        lines.append(said)
    if own.share is not None:
        lines.append(
            f"This network's own: {_accuracy(own.accuracy, own.num_known, by_hand)}, on "
            f"{own.num_known:,} held-out samples of known class."
        )
        if facts.project.preset == "lodemap":
            lines.append(OTHER_HEAD)
        alone = f", {own.held_out_share:.1%} of the held-out," if own.held_out_share else ""
        lines.append(
            f"It gives {own.share:.1%} of the {own.num_samples:,} samples{alone} the class that "
            "the app gave them."
        )
        lines.append(_sureness(own))
    lines.append(
        f"Its places are the snapshot's, to {own.furthest:.1e} of the map's range (snapshots are "
        "kept to 1.5e-05 of it)."
    )
    shown = [(name, f"{value:.4g}") for name, value in sorted(metrics.items()) if value is not None]
    return "\n\n".join([*lines, _table(("figure of the snapshot", "value"), shown)])


def _sureness(own: Agreement) -> str:
    """Return how its confidence compares with the app's."""
    told = (
        f"Its highest probability differs from the confidence in the app by {own.difference:.3f} "
        "on the mean."
    )
    if own.calibration is None:
        return told
    return (
        f"{told} Expected calibration error on the held-out samples of known class (15 bins, 0 is "
        f"best): {own.calibration:.3f}, in the app {own.app_calibration:.3f}."
    )


def _accuracy(share: float | None, num_known: float | None, by_hand: bool) -> str:
    if share is None or not num_known:
        return "withheld, for fewer than 20 held-out samples have a known class"
    if by_hand:
        return f"{share:.1%}"
    low, high = wilson_interval(share, int(num_known))
    return f"{share:.1%} (95 % interval {low:.1%} to {high:.1%})"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
