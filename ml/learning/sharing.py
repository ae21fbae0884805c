"""One training shared by several processes, each with a part of every minibatch.

Here is only what a learner asks of whoever joins the processes; that is not known to `ml`. All
processes hold the same weights and meet the same minibatches: each computes the gradient of its
part, and all take the step of the mean. Terms that are means over samples give what one process
gives; contrasts are drawn among the samples of a part.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from torch import Tensor, nn


class Share(Protocol):
    """This process's share of a training."""

    rank: int
    """Which of the processes this is, from 0."""

    def part(self, ids: Tensor) -> Tensor:
        """Return this process's part of a minibatch, shape (B,): empty only where all of it is."""

    def join(self, parameters: Iterable[nn.Parameter], weight: int, *, is_teaching: bool) -> bool:
        """Give every parameter the mean gradient of all processes, where some process has one.

        Args:
            parameters: All weights, in the same order everywhere.
            weight: How many samples this process's gradient is the mean of, above 0.
            is_teaching: Whether this process has gradients at all.

        Returns:
            Whether there is a step to take.
        """

    def mean(self, sums: Tensor, count: int) -> Tensor:
        """Return the means of what all processes summed, each over its count; shape as given."""


class Alone:
    """The share of a process that trains by itself: all of it."""

    rank: int = 0

    def part(self, ids: Tensor) -> Tensor:
        """Return the whole minibatch."""
        return ids

    def join(
        self,
        parameters: Iterable[nn.Parameter],  # noqa: ARG002
        weight: int,  # noqa: ARG002
        *,
        is_teaching: bool,
    ) -> bool:
        """Leave the gradients as they are."""
        return is_teaching

    def mean(self, sums: Tensor, count: int) -> Tensor:
        """Return the means."""
        return sums / count


ALONE: Final = Alone()
