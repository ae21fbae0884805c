"""Frozen values of the store: what a row means, free of SQL."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml.maps.pins import Pins
from ml.records import Kind, RunConfig

RunState = Literal["queued", "running", "stopping", "stopped", "finished", "failed", "quarantined"]
"""A run is live in the first three; of the others, ends, only a stopped pretraining goes on."""
LIVE_STATES: Final[frozenset[RunState]] = frozenset({"queued", "running", "stopping"})
OWNED_STATES: Final[frozenset[RunState]] = LIVE_STATES - {"queued"}
"""A worker has the run."""

Verb = Literal[
    "annotate", "clear", "mark_unsure",
    "add_class", "rename_class", "merge_class", "recolor_class",
    "move", "pin", "release", "place_class", "release_class",
    "reset", "update", "undo", "redo", "checkout",
]  # fmt: skip
"""What an event says. `update` marks a run a person asked for; undoing it restores its parent."""


@dataclass(frozen=True)
class About:
    """What a data set has beside its arrays; nothing in those the program makes itself."""

    source: str = ""
    """What it was read from, as people call it: "NPZ, round.npz"."""
    has_table: bool = False
    """Whether its samples have ids of their own, and perhaps texts."""
    text_columns: tuple[str, ...] = ()
    """Texts shown beside a sample, by the name of their column."""
    has_pictures: bool = False
    """Whether its vectors have pictures for the eye."""
    sound_rate: int | None = None
    """Samples a second of its sounds, in Hz; None where there is nothing to hear."""
    treatment: tuple[str, ...] = ()
    """Sentences that say what was done to what it was read from."""
    recipe: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The same in numbers (`ml/intake/recipes.py`); empty where nobody knows."""


@dataclass(frozen=True)
class Dataset:
    """An immutable, content-addressed set of samples."""

    dataset_id: str
    """sha256 of its content, 64 hex digits."""
    name: str
    """What people call it."""
    num_samples: int
    """Samples in it."""
    sample_shape: tuple[int, ...]
    """(channels, height, width) of a picture, or (dimensions,) of a vector."""
    class_names: tuple[str, ...]
    """Names of the data set's own labels; empty when it has none."""
    kind: Kind = "image"
    """What the samples are."""
    about: About = field(default_factory=About)
    """What else it brought along."""


@dataclass(frozen=True)
class Samples:
    """The arrays of a data set, memory-mapped where the file allows it."""

    images: NDArray[np.uint8] | NDArray[np.float32]
    """0 to 255, shape (num_samples, channels, height, width); or vectors (num_samples, D)."""
    label: NDArray[np.int16]
    """The data set's own label as an index into class_names, or -1; shape (num_samples,)."""
    is_held_out: NDArray[np.bool_]
    """Never trained on; shape (num_samples,)."""


@dataclass(frozen=True)
class Project:
    """One data set, one journal, one chain of runs."""

    project_id: str
    name: str
    dataset_id: str
    preset: str
    latent_dim: int
    seed: int
    created_at: datetime
    archived_at: datetime | None = None
    device: Literal["auto", "gpu", "any"] = "auto"
    """Where its runs are trained (`store/queue/devices.py`)."""


@dataclass(frozen=True)
class Gesture:
    """What somebody asks the journal to remember; validated against the state when appended."""

    verb: Verb
    key: str
    """Idempotency key chosen by the client: the same key again returns the same event."""
    samples: bytes = b""
    """Packed selection (ml/maps/codec.py); empty for verbs without samples."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """The verb's own values, e.g. {"class_index": 2}; JSON primitives."""
    targets: bytes = b""
    """Where the samples belong (ml/maps/pins.py); empty for verbs without targets."""


@dataclass(frozen=True)
class Event:
    """One line of the journal: append-only, never changed."""

    project_id: str
    seq: int
    """Position in the project's journal, from 1, without gaps."""
    verb: Verb
    author: str
    """Display name at the time."""
    author_id: str
    """The session that spoke; undo takes back only its own gestures."""
    created_at: datetime
    samples: bytes
    values: Mapping[str, Any]
    targets: bytes = b""
    """Where the samples belong, float32 (num_ids, latent_dim), little-endian; empty for most."""


def stands(event: Event, taken_back: Set[int]) -> bool:
    """Whether an event counts where some gestures were taken back, one it came with among them."""
    came_with = (event.seq, event.values.get("auto_of"), event.values.get("part_of"))
    return not any(seq in taken_back for seq in came_with)


@dataclass(frozen=True)
class Ack:
    """The journal's answer: the event is durable."""

    seq: int
    num_changed: int
    """Samples whose annotation or pin differs from before."""
    is_duplicate: bool = False
    """The key was known: this is the older event's answer."""
    put_off: tuple[str, ...] = ()
    """Runs it took off the project's line, oldest first; empty for a duplicate."""
    event: "Event | None" = field(default=None, compare=False, repr=False)
    """The event as saved; None for a duplicate."""
    state: "ProjectState | None" = field(default=None, compare=False, repr=False)
    """The project right after it; None for a duplicate."""


@dataclass(frozen=True)
class ClassInfo:
    """A class as the fold of its events."""

    class_index: int
    """Stable within the project, never reused."""
    name: str
    color: int
    """Slot of the colour table, 0 to 35: colour slot % 12, mark slot // 12."""
    merged_into: int | None = None
    """Set when the class lives on in another one, where its samples are now."""


@dataclass(frozen=True)
class Overridden:
    """What became of somebody's move: another person put some of its samples elsewhere."""

    seq: int
    """The move, which stands."""
    by: str
    """Display name of whoever placed them last."""
    count: int
    """How many samples."""


@dataclass(frozen=True)
class ProjectState:
    """The fold of a journal up to `seq`; a value, never changed in place."""

    seq: int
    classes: tuple[ClassInfo, ...]
    """Sorted by class_index, merged ones included; a class that was taken back leaves a gap."""
    annotation: NDArray[np.int16]
    """class_index, NO_CLASS or UNSURE of each sample, shape (num_samples,); read-only."""
    taught_run_ids: tuple[str, ...]
    """The line without its pretraining, of which no event tells: the run of each Update not undone
    or reset, oldest first (with it: store/journal/whole_state.py)."""
    undoable: Mapping[str, int]
    """By author_id, seq of the gesture their next undo would take back."""
    redoable: Mapping[str, int]
    """By author_id, seq of the gesture their next redo would bring back."""
    pins: Pins
    """Where samples were moved to."""
    class_places: Mapping[int, tuple[float, ...]]
    """By class_index of living classes, where the class should be on the map."""
    class_place_seqs: Mapping[int, int]
    """By the same, seq of the event that put the class there."""
    overridden: Mapping[str, tuple[Overridden, ...]]
    """By author_id, which of their moves others overrode since."""
    taken_back: frozenset[int] = frozenset()
    """seq of every gesture that an undo named and no redo since, and of updates gone for good."""
    updates: tuple[Event, ...] = ()
    """Every `update` event, whether it stands or not, oldest first."""
    num_made: int = 0
    """Classes ever made, those that were taken back included."""

    @property
    def num_living(self) -> int:
        """Classes that samples can be named with."""
        return sum(info.merged_into is None for info in self.classes)

    def stands(self, event: Event) -> bool:
        """Whether an event counts: neither it nor the gesture it came with was taken back."""
        return stands(event, self.taken_back)


@dataclass(frozen=True)
class Run:
    """One training from start to end."""

    run_id: str
    project_id: str
    number: int
    """1, 2, 3 in the project's order; the pretraining is 0."""
    kind: Literal["pretrain", "fine_tune", "control", "variant"]
    """A control repeats a fine-tuning without what was dragged; nobody sees it
    (ml/measures/receipt.py). A variant tries other settings beside the project's line
    (store/runs/variants.py)."""
    state: RunState
    config: RunConfig
    journal_seq: int
    """Annotations up to this event were used."""
    author: str
    created_at: datetime
    author_id: str | None = None
    """Whose it is, as a gesture's; None where nobody noted it, before there was this."""
    attempt: int = 0
    """Times a worker claimed it; three that die in a row without an epoch put it in quarantine."""
    owner: str | None = None
    """The worker that holds the lease."""
    is_cancel_requested: bool = False
    last_epoch: int = -1
    """Newest durable snapshot, -1 when there is none."""
    last_n: int = 0
    """Newest frame, 0 when there is none."""
    parent_run_id: str | None = None
    """Checkpoint it started from; resolved when claimed."""
    parent_epoch: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    """One sentence when the state is failed or quarantined, or why a run under way waits."""
    has_receipt: bool = False
    """Whether it is told what it did: it had moves and finished."""
    is_late: bool = False
    """Whether its worker has not been heard of for too long (`store/queue/lateness.py`): told
    only by `Runs.of_project`."""
    control_of: str | None = None
    """The run a control is compared with."""
    is_duplicate: bool = field(default=False, compare=False)
    """Only where it answers whoever asked for a run: it was there already, nothing was saved."""


@dataclass(frozen=True)
class FrameRow:
    """A frame on disk, in the order the browser plays them."""

    run_id: str
    n: int
    """Cursor: 1, 2, 3 within the run, never reused, across attempts."""
    attempt: int
    epoch: float
    is_snapshot: bool
    artifact: str
    """Name of the bytes in the artifact store."""
    metrics: Mapping[str, float | None]
    """Empty for frames that are not snapshots."""
    field: str | None = None
    """Name of the bytes of its field (ml/maps/field_codec.py), for snapshots that have one."""


@dataclass(frozen=True)
class SnapshotRow:
    """A durable epoch of a run."""

    run_id: str
    epoch: int
    attempt: int
    checkpoint: str
    """Artifact name of the weights."""
    sha256: str
    """Of the checkpoint's bytes, checked whenever it is loaded."""
    frame_n: int
    metrics: Mapping[str, float | None]
