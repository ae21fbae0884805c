"""Processes that train the same weights, joined by `torch.distributed`: gloo on CPUs, NCCL on GPUs.

Rank 0 leads: it holds the lease and keeps what comes out. Before the processes do something
together it says whether it goes on, so that none waits for a leader whose run was stopped.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from enum import IntEnum
from typing import Final

import torch
import torch.distributed as dist
from torch import Tensor, nn

LEADER: Final = 0
PATIENCE: Final = timedelta(days=30)
"""How long a process waits for the others: until there is a run, or room on the disk."""
NAME_BYTES: Final = 36
"""Of a run's id."""


class Ready(IntEnum):
    """Whether a process can train what was told; of several, the least counts."""

    NEVER = 0
    """It lacks what does not come by itself, such as memory."""
    LATER = 1
    """It lacks what is away for a while, such as a database."""
    NOW = 2


class LeftError(Exception):
    """The leader does not go on with this run."""


class Ranks:
    """Its share of a training (`ml.learning.sharing`); collectives wait for all others."""

    def __init__(self, device: torch.device) -> None:
        """Join the processes that were started together, as `torchrun` tells of them."""
        self.device = device
        backend = "nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(backend, timeout=PATIENCE)
        self.rank = dist.get_rank()
        self.size = dist.get_world_size()

    @property
    def is_leader(self) -> bool:
        """Whether this process holds leases and keeps results."""
        return self.rank == LEADER

    def part(self, ids: Tensor) -> Tensor:
        """Return this process's part of a minibatch; too small a one everybody takes whole.

        Raises:
            LeftError: the leader has left the run.
        """
        self._go_on()
        return ids if len(ids) < self.size else ids.tensor_split(self.size)[self.rank]

    def join(self, parameters: Iterable[nn.Parameter], weight: int, *, is_teaching: bool) -> bool:
        """Give every parameter the mean gradient, weighted by the samples behind each part."""
        own = list(parameters)
        mine = float(weight) if is_teaching else 0.0
        flags = [mine, *(float(is_teaching and p.grad is not None) for p in own)]
        told = torch.tensor(flags, device=self.device)
        dist.all_reduce(told)
        total, *has_gradient = told.tolist()
        for parameter, is_wanted in zip(own, has_gradient, strict=True):
            if not is_wanted:
                parameter.grad = None
                continue
            if parameter.grad is None or not is_teaching:
                parameter.grad = torch.zeros_like(parameter)
            parameter.grad.mul_(mine / total)
            dist.all_reduce(parameter.grad)
        return bool(total > 0)

    def mean(self, sums: Tensor, count: int) -> Tensor:
        """Return the means of what all processes summed.

        Raises:
            LeftError: the leader has left the run.
        """
        self._go_on()
        joined = torch.cat([sums, sums.new_tensor([count])])
        dist.all_reduce(joined)
        return joined[:-1] / joined[-1]

    def agree(self, ready: Ready) -> Ready:
        """Say whether this process can train what was told; return whether all can."""
        told = torch.tensor([float(ready)], device=self.device)
        dist.all_reduce(told, op=dist.ReduceOp.MIN)
        return Ready(int(told.item()))

    def wait_for_leave(self) -> None:
        """Wait, as another than the leader, until it has said that it is done with this run."""
        with suppress(LeftError):
            self._go_on()

    def leave(self) -> None:
        """Say, as the leader, that it is done with this run, whether or not to its end."""
        dist.broadcast(torch.zeros(1, device=self.device), LEADER)

    def tell(self, run_id: str) -> None:
        """Say, as the leader, which run all train next, or that there is none (`together.END`)."""
        data = run_id.encode().ljust(NAME_BYTES, b"\0")
        dist.broadcast(torch.tensor(list(data), dtype=torch.uint8, device=self.device), LEADER)

    def hear(self) -> str:
        """Wait for what the leader says next."""
        data = torch.zeros(NAME_BYTES, dtype=torch.uint8, device=self.device)
        dist.broadcast(data, LEADER)
        return bytes(data.tolist()).rstrip(b"\0").decode()

    def close(self) -> None:
        """Leave the processes."""
        dist.destroy_process_group()

    def _go_on(self) -> None:
        going = torch.ones(1, device=self.device)
        dist.broadcast(going, LEADER)
        if not going.item():
            raise LeftError
