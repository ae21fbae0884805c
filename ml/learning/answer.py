"""What is believed of every sample after a few annotations: the mean of two kinds of head.

Label spreading asks who is near whom, a linear head asks what a class looks like. Each is wrong
where the other is right, and neither costs more than a tenth of a second (docs/learning.md,
sections 1 and 8). Both read directions of features: what their length says is mostly contrast.
"""

from collections.abc import Iterator
from typing import Final

import torch
from torch import Tensor, nn

from ml.cores import slices
from ml.graph.neighbours import Neighbours
from ml.graph.spreading import FeatureGraph, as_said
from ml.insight.confident import HEAD_DECAY, HEAD_RATE, HEAD_STEPS, MOST_TAUGHT
from ml.learning.drops import Drops, heed
from ml.learning.optimizers import make_adam
from ml.learning.replay import ReplayedStep
from ml.networks.networks import make_head, mask_logits
from ml.seeding import make_generator

NUM_NEAREST: Final = 15
STEPS_AT_ONCE: Final = 20
AT_ONCE: Final = 2**24
"""Beliefs, of samples by classes, that a head is asked at once: 64 MB."""


class View:
    """Features of all samples, who is near whom by them, and what two heads make of it."""

    def __init__(
        self, h: Tensor, ids: Tensor, num_classes: int, graph: FeatureGraph | None = None
    ) -> None:
        """Start to look.

        Args:
            h: Directions of features as the head reads them, shape (num_samples, FEATURE_DIM).
            ids: Samples that may speak, ascending, on the CPU: held-out ones only listen.
            num_classes: Classes of the project.
            graph: Who is near whom, where that is known of these very features and `ids`.
        """
        self.h = h
        with torch.device("meta"):  # draws no weights from PyTorch's global generator
            head = make_head(h.shape[1], num_classes, 0)
        self.head = head.to_empty(device=h.device)
        """The linear head; fitted anew for every answer."""
        self._ids = ids
        self.graph: FeatureGraph
        """Known once `chunks` has ended."""
        self._known_graph = graph
        self.belief = h.new_zeros((len(h), max(1, num_classes)))
        """What both heads together believe, rows sum to 1, after `ask`."""
        self.told = self.belief
        """The same with what people said kept: names are certain, refused classes struck out."""

    def chunks(self) -> Iterator[None]:
        """Find the neighbours and join them, pausing between chunks."""
        if self._known_graph is not None:
            self.graph = self._known_graph
            return
        found = Neighbours(self.h, NUM_NEAREST, self._ids)
        yield from found.chunks()
        in_graph = torch.zeros(len(self.h), dtype=torch.bool, device=self.h.device)
        in_graph[self._ids.to(self.h.device)] = True
        self.graph = FeatureGraph(found.ids, found.squared, in_graph)
        yield from self.graph.chunks()

    def ask(
        self,
        taught: Tensor,
        refused: Tensor | None,
        is_active: Tensor,
        drops: Drops | None = None,
    ) -> Iterator[None]:
        """Ask both heads, pausing in between; a refusal needs a first answer to be understood.

        Args:
            taught: class_index or negative of each sample, shape (num_samples,), int64.
            refused: Classes somebody said a sample is not, shape (num_samples, K), bool.
            is_active: Classes that may be believed, shape (K,), bool; at least one.
            drops: Samples that are to be believed what they are taught as, however many speak
                against it.
        """
        said = as_said(taught, len(is_active))
        yield from self._hear(said, is_active, drops)
        if refused is not None and bool(refused.any()):
            heard = said + understood(refused, said, self.belief)
            yield from self._hear(heard, is_active, drops)
        may_be = self.belief if refused is None else without(refused, self.belief)
        self.told = torch.where((taught >= 0)[:, None], said, may_be, out=said)

    def _hear(self, said: Tensor, is_active: Tensor, drops: Drops | None) -> Iterator[None]:
        """Fit both heads to shares of classes, shape (num_samples, K), and to drops."""
        spread = yield from self.graph.spreading(said)
        taught = draw_taught(said)  # (num_taught,)
        yield from fit_head(self.head, self.h[taught], said[taught], is_active)
        if drops is not None:
            yield from heed(drops, self.head, self.h, self._ids, spread, is_active)
        with torch.no_grad():
            for rows in slices(len(spread), AT_ONCE // spread.shape[1]):
                linear = mask_logits(self.head(self.h[rows]), is_active).softmax(1)
                spread[rows] = (spread[rows] + linear) / 2
        self.belief = spread


def understood(refused: Tensor, said: Tensor, belief: Tensor) -> Tensor:
    """Return what refusals say: the belief without that class, as strong as it is sure.

    Where an annotation stands a refusal adds nothing. All arguments and the result have the shape
    (num_samples, K).
    """
    is_heard = refused.any(1) & (said.sum(1) == 0)  # (num_samples,)
    rest = without(refused, belief)
    return rest * rest.amax(1, keepdim=True) * is_heard[:, None]


def without(refused: Tensor, belief: Tensor) -> Tensor:
    """Return beliefs in which refused classes are struck out, all (num_samples, K).

    Rows sum to 1, or to 0 where nothing else was believed.
    """
    rest = belief.masked_fill(refused, 0)
    return rest / rest.sum(1, keepdim=True).clamp_min(1e-6)


def draw_taught(said: Tensor) -> Tensor:
    """Return the samples a linear head is fitted to, shape (num_taught,): at most MOST_TAUGHT.

    Where there are more, names come before refusals, and classes take turns.

    Args:
        said: Shares of classes, shape (num_samples, K); rows of 0 for nothing.
    """
    taught = said.sum(1).nonzero().squeeze(1)
    if len(taught) <= MOST_TAUGHT:
        return taught
    order = torch.randperm(len(taught), generator=make_generator(len(taught)))
    taught = taught[order.to(taught.device)]
    likeliest = said.argmax(1)[taught]
    by_class = likeliest.argsort(stable=True)
    counts = torch.bincount(likeliest, minlength=said.shape[1])
    starts = (counts.cumsum(0) - counts).repeat_interleave(counts)
    turn = torch.empty_like(by_class)
    turn[by_class] = torch.arange(len(taught), device=taught.device) - starts
    is_refusal = said.amax(1)[taught] < 1
    first = (turn + len(taught) * is_refusal).argsort(stable=True)[:MOST_TAUGHT]
    return taught[first].sort().values


def fit_head(head: nn.Module, h: Tensor, said: Tensor, is_active: Tensor) -> Iterator[None]:
    """Fit a linear head from nothing, pausing now and then.

    Classes count by the root of how much was said of them: a class with few annotations is heard.

    Args:
        head: Its weights are replaced.
        h: Features as it reads them, shape (num_taught, FEATURE_DIM).
        said: Shares of classes, shape (num_taught, K); a row may sum to less than 1.
        is_active: Classes that may be believed, shape (K,), bool.
    """
    parameters = list(head.parameters())
    with torch.no_grad():
        for parameter in parameters:
            parameter.zero_()
    weights = said * said.sum(0).clamp_min(1e-6).rsqrt()  # (num_taught, K)
    weights = weights / weights.sum().clamp_min(1e-12)
    optimizer = make_adam([{"params": parameters}], HEAD_RATE, HEAD_DECAY)

    def descend(_: Tensor) -> None:
        log_shares = mask_logits(head(h), is_active).log_softmax(1).masked_fill(~is_active, 0)
        optimizer.zero_grad(set_to_none=True)
        (-(weights * log_shares).sum()).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    replayed, everyone = ReplayedStep(descend), torch.arange(len(h), device=h.device)
    for step in range(HEAD_STEPS):
        replayed(everyone)
        if step % STEPS_AT_ONCE == STEPS_AT_ONCE - 1:
            yield
