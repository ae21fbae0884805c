"""The one body every worker runs, embedded or on Celery: from a run id to durable snapshots."""

import logging
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch

from ml.errors import LodemapError
from ml.learning.pacing import FramePacer
from ml.learning.sharing import ALONE
from ml.records import Frame, RunConfig, Snapshot, Step
from ml.training import TrainingSet, train
from store.errors import (
    ArtifactMissingError,
    ArtifactsUnavailableError,
    LeaseLostError,
    StoreUnavailableError,
)
from store.opening import Store
from store.records import Run
from store.runs.moments import UNREMOVED
from tasks.errors import OutOfMemoryError, UnfitRankError
from tasks.lease import Lease, LeaseTimings, RunInterruptedError
from tasks.lesson import load_lesson
from tasks.receipts import receipt_of
from tasks.recorder import Recorder
from tasks.starting_point import find_start
from tasks.workbench import Workbench, is_out_of_memory

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """How a run ends."""

    state: Literal["finished", "stopped", "failed"]
    message: str | None = None
    """One sentence for people, when there is something to say."""
    receipt: Mapping[str, Any] | None = None
    """What the moves of a finished run did, or of the run that a control is compared with."""


def run_fine_tune(
    run_id: str,
    store: Store,
    bench: Workbench,
    owner: str,
    timings: LeaseTimings | None = None,
) -> bool:
    """Train a run to its end, if it is this worker's to train, and return whether it was.

    Whatever happens is written to the run: a person reads a sentence, never a traceback. Delivered
    twice, or after the run was stopped, it returns at once; a worker that closes claims nothing.

    Args:
        run_id: The run; one that nobody may claim now, or that is not there, is left alone.
        store: Where everything is kept.
        bench: What this worker keeps warm.
        owner: This worker's id.
        timings: Of the lease.

    Raises:
        NotFoundError: when this is the id of no run that could be.
        StoreUnavailableError: when the database does not answer; another worker goes on later.
        LeaseLostError: when another worker has taken the run before this one could end it.
    """
    timings = timings or LeaseTimings()
    # rings that waited while this worker was busy are for the next one, where it closes
    is_closing = bench.closing.is_set()
    run = None if is_closing else store.leases.claim(run_id, owner, timings.lease_s)
    if run is None:
        return False
    with Lease(run_id, owner, store, bench.closing, timings) as lease:
        attempt = Attempt(run, store, bench, owner, lease)
        try:
            ending = attempt.ending()
        except RunInterruptedError as interruption:
            if interruption.reason == "closing":
                store.leases.give_back(run_id, owner)
            elif interruption.reason == "lost":
                logger.warning("Run %s may go on elsewhere; this worker leaves it.", run_id)
        except LeaseLostError:
            logger.warning("Run %s went on elsewhere; this worker leaves it.", run_id)
        except (ArtifactsUnavailableError, UnfitRankError) as error:
            let_go(run_id, store, owner, error)
        else:
            store.leases.finish(run_id, owner, ending.state, ending.message, ending.receipt)
            store.receipts.clear(run.project_id)
            with suppress(*UNREMOVED):  # what is left is swept
                store.moments.clear(run_id)
    return True


def let_go(run_id: str, store: Store, owner: str, error: LodemapError) -> None:
    """Return a run that cannot be trained now; one that a process can never train fails in time."""
    logger.warning("Run %s waits: %s", run_id, error.sentence)
    if isinstance(error, UnfitRankError):
        store.leases.give_up(run_id, owner, error.sentence)
    else:  # no fault of the run, which then comes no closer to quarantine
        store.leases.give_back(run_id, owner)


class Attempt:
    """One worker's try at a run that it has claimed."""

    def __init__(self, run: Run, store: Store, bench: Workbench, owner: str, lease: Lease) -> None:
        self._store = store
        self._bench = bench
        self._lease = lease
        self._recorder = Recorder(run, store, owner, lease)

    def ending(self) -> Ending:
        """Train, and return how the run ends.

        Raises:
            RunInterruptedError: when the run goes on later or elsewhere.
            LeaseLostError: when another worker owns the run.
            ArtifactsUnavailableError: when the files do not answer, or their disk is not mounted.
        """
        try:
            try:
                return Ending("finished", self._learn(), self._receipt())
            finally:
                self._lease.come_back()
        except RunInterruptedError as interruption:
            if interruption.reason != "stop":
                raise
            ending = Ending("stopped")
        except (LeaseLostError, StoreUnavailableError, UnfitRankError):
            raise
        except LodemapError as error:
            if isinstance(error, ArtifactMissingError):
                self._store.artifacts.standing.check()  # that one is, or all of them
            ending = Ending("failed", error.sentence)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            ending = Ending("failed", self._too_large())
        self._recorder.settle()
        return ending

    def _receipt(self) -> Mapping[str, Any] | None:
        return receipt_of(self._recorder.run, self._store, self._bench, self._lease.check)

    def _learn(self) -> str | None:
        """Train as asked; where the GPU is too small, once more with half the batch."""
        run = self._recorder.run
        lesson = load_lesson(run, self._store, self._bench, self._lease.check)
        self._bench.share_work(lesson.num_samples * math.prod(lesson.sample_shape))
        try:
            return self._train(lesson, run.config)
        except torch.OutOfMemoryError:
            if self._bench.share is not ALONE:  # the others are in the middle of a step
                raise
            logger.warning("Run %s: out of memory; trying half the batch.", run.run_id)
        self._bench.make_room()
        half = max(1, run.config.batch_size // 2)
        return self._train(lesson, replace(run.config, batch_size=half))

    def _train(self, lesson: TrainingSet, config: RunConfig) -> str | None:
        """Train from the newest checkpoint to the last epoch; return what a person should know."""
        self._lease.check()
        start = find_start(self._recorder.run, lesson, self._store, self._bench)
        self._recorder.begin(start.base)
        self._lease.check()
        pacer = FramePacer(time.monotonic)
        if self._recorder.run.kind in ("control", "variant"):
            pacer = FramePacer(time.monotonic, math.inf, 0.0)  # snapshots do
        share = self._bench.share
        for event in train(start.model, lesson, config, pacer, start.resume, share):
            self._lease.check()
            self._record(event)
        return start.note

    def _record(self, event: Step | Frame | Snapshot) -> None:
        if isinstance(event, Snapshot):
            self._recorder.snapshot(event)
        elif isinstance(event, Frame):
            self._recorder.frame(event)

    def _too_large(self) -> str:
        batch_size = self._recorder.run.config.batch_size
        return OutOfMemoryError(str(self._bench.device), batch_size).sentence
