"""What is known of chunks of large data."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Chunk:
    """One row as its worker holds it."""

    job_id: str
    nth: int
    run_id: str | None
    """The snapshot whose network encodes; None of one that draws."""
    epoch: int
    first: int
    """First sample."""
    stop: int
    """The sample after its last."""
    is_last: bool
    """Whether it puts the parts together."""
    attempt: int
    dataset_id: str | None = None
    """The data set whose sheets it draws; None of one that encodes."""


@dataclass(frozen=True)
class Part:
    """Where a part of the samples is, of a job that was asked for."""

    first: int
    """First sample."""
    artifact: str | None
    """What a worker wrote; None where it is not done."""
    sha256: str | None


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    state: Literal["working", "done", "failed"]
    num_done: int
    num_chunks: int
    num_working: int
    """Chunks that a worker is at."""
    artifact: str | None
    """The parts put together, once it is done."""
    sha256: str | None
