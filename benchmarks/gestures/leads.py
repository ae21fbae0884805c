"""A simulated person who walks *Look here next*, on the leads that the product would show.

As `store.snapshots.outlooks` has it for every new map: neighbours and belief of the network as it
is now, in NumPy, from the snapshot's checkpoint and the names it learned from; groups of the first.
"""

import numpy as np
from safetensors.numpy import load

from benchmarks.gestures.hand import Naming, View
from benchmarks.leads.walk import Walker, no_pause
from ml.graph.plain_graph import PlainGraph, directions, find_near
from ml.insight.belief import both_heads
from ml.insight.leads import Groups, Outlook, find_groups
from ml.networks.embedding import Embedding
from ml.records import Snapshot
from ml.samples.training_set import TrainingSet, to_pixels

GROUP_SEED = 0
"""As in `store.snapshots.outlooks`."""


class LeadsHand:
    """A person who answers lead after lead; a new map brings new ones."""

    def __init__(self, samples: TrainingSet, seed: int) -> None:  # noqa: ARG002 (nothing is drawn)
        """Make a person who rejected nothing yet."""
        self._walker = Walker(samples.truth)
        self._outlook: tuple[Snapshot, Outlook] | None = None
        self._groups: Groups | None = None

    def next_gesture(self, view: View) -> Naming | None:
        """Answer the first open lead."""
        if self._outlook is None or self._outlook[0] is not view.snapshot:
            self._outlook = view.snapshot, outlook_of(view, self._groups)
            self._groups = self._outlook[1].groups
        snapshot, outlook = self._outlook
        said = self._walker.answer_next(outlook, view.samples.annotation, snapshot.confidence)
        if said is None:
            return None
        return Naming(said.ids, said.class_index, said.num_looked, num_left_out=said.num_left_out)


def outlook_of(view: View, groups: Groups | None = None) -> Outlook:
    """Return what the snapshot knows of all samples; groups are its own where none are given."""
    embedding = Embedding(view.model, to_pixels(view.samples.images))
    for _ in embedding.chunks():
        pass
    x, in_graph = directions(embedding.h.numpy()), ~view.samples.is_held_out
    near = find_near(x, np.flatnonzero(in_graph), no_pause)
    graph = PlainGraph(near, in_graph)
    if groups is None:
        groups = find_groups(x, graph, GROUP_SEED, no_pause)
    tensors, taught = load(view.snapshot.checkpoint), view.samples.taught
    belief = both_heads(tensors, x, graph, taught, no_pause)
    return Outlook(x, near, graph, groups, belief)
