"""Steps recorded once and replayed: a small network keeps a GPU waiting for launches.

A step of contrast on 28x28 launches some hundred kernels of a few microseconds each; a CUDA graph
launches them at once (docs/benchmarks.md, cuda). On a CPU nothing is recorded.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress

import torch
from torch import Tensor


class ReplayedStep:
    """A step on some samples that is done as it is at first, then recorded, then replayed.

    What it does may depend on nothing but how many samples there are. As long as it lives, nothing
    it reads may be put elsewhere in memory, only changed in place; so one is made for an epoch.
    """

    def __init__(
        self, step: Callable[[Tensor], None], noise: torch.Generator | None = None
    ) -> None:
        """Make one that has recorded nothing.

        Args:
            step: Called with sample ids, shape (B,). It may not wait for the device.
            noise: The generator it draws from, if any; replayed draws go on from its state.
        """
        self._step = step
        self._noise = noise
        self._is_warm: set[int] = set()
        self._recorded: dict[int, tuple[torch.cuda.CUDAGraph, Tensor]] = {}

    def __call__(self, ids: Tensor) -> None:
        """Do the step on the samples `ids`, shape (B,)."""
        size = len(ids)
        if not ids.is_cuda or size not in self._is_warm:
            self._is_warm.add(size)
            self._step(ids)
            return
        if size not in self._recorded:
            self._recorded[size] = self._record(ids)
        graph, own_ids = self._recorded[size]
        own_ids.copy_(ids)
        graph.replay()

    def _record(self, ids: Tensor) -> tuple[torch.cuda.CUDAGraph, Tensor]:
        """Return the step as a graph, not yet done, and where it reads the ids from."""
        own_ids, graph = ids.clone(), torch.cuda.CUDAGraph()
        if self._noise is not None:
            graph.register_generator_state(self._noise)
        now, aside = torch.cuda.current_stream(), torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(now)
        with torch.cuda.stream(aside):
            # other threads of a worker may go on with their own work meanwhile
            graph.capture_begin(capture_error_mode="thread_local")
            is_whole = False
            try:
                self._step(own_ids)
                is_whole = True
            finally:
                # what broke a recording is told, not that it could not be ended then
                with nullcontext() if is_whole else suppress(RuntimeError):
                    graph.capture_end()
        now.wait_stream(aside)
        return graph, own_ids
