"""One worker of several processes: `torchrun --nproc-per-node 4 -m tasks.together [--once]`.

Each process takes a part of every minibatch (`ml/learning/sharing.py`), on a GPU of its own where
there are any. Rank 0 is the worker that others see: it takes the run that goes first, holds its
lease and keeps its snapshots; the others follow. `--once` ends when nothing waits.
"""

from ml import startup

# isort: split
import logging
import math
import os
import signal
import sys
import threading
import time
import uuid
from typing import Final, NamedTuple

import torch

from ml.errors import LodemapError
from ml.learning.pacing import FramePacer
from ml.samples.training_set import TrainingSet
from ml.training import train
from store.errors import ArtifactsUnavailableError, StoreUnavailableError
from store.logs import set_up_logs
from store.opening import Store, open_for_worker
from store.records import Run
from store.settings import Settings
from tasks.errors import UnfitRankError
from tasks.fine_tune import run_fine_tune
from tasks.lease import RunInterruptedError
from tasks.lesson import load_lesson
from tasks.presence import Presence, name_worker
from tasks.ranks import LeftError, Ranks, Ready
from tasks.starting_point import StartingPoint, find_start
from tasks.workbench import Workbench, is_out_of_memory

startup.all_in()

logger = logging.getLogger(__name__)

LOOK_S: Final = 0.5
"""Between two looks at the queue: no bell rings for this worker."""
END: Final = "end"
"""Said by the leader instead of a run's id."""
UNKNOWN: Final = ""
"""Instead of a run's id: nobody can say which run goes first."""


class Prepared(NamedTuple):
    """What a process trains."""

    run: Run
    lesson: TrainingSet
    start: StartingPoint


class FollowedRanks(Ranks):
    """The leader's ranks, who hear of a run as soon as its first minibatch is shared."""

    run_id: str = ""
    is_told: bool = False

    def part(self, ids: torch.Tensor) -> torch.Tensor:
        """Return this process's part, after all others have heard of the run.

        Raises:
            RunInterruptedError: another cannot train it now; it is to be given back.
            UnfitRankError: another cannot train it at all.
        """
        if not self.is_told:
            self.tell(self.run_id)
            ready = self.agree(Ready.NOW)
            if ready is Ready.NEVER:
                raise UnfitRankError
            if ready is Ready.LATER:
                logger.warning("Run %s is given back: not every process can train it.", self.run_id)
                raise RunInterruptedError("closing")
            self.is_told = True
        return super().part(ids)


def lead(store: Store, bench: Workbench, ranks: FollowedRanks, *, is_once: bool) -> None:
    """Take runs, the one that goes first each time, until the process is asked to end."""
    worker_id = name_worker("together", os.getpid(), uuid.uuid4().hex[:8])
    device = f"{ranks.size} x {bench.device_name}"
    presence = Presence(
        store, worker_id, bench.device.type, store.settings.mode, device, bench.device_memory
    )
    presence.start()
    presence.say("ready")
    while not bench.closing.is_set():
        run_id = next_run(store, worker_id)
        if run_id is None and is_once:
            break
        if not run_id:
            time.sleep(LOOK_S)
            continue
        presence.say("busy")
        if not lead_run(run_id, store, bench, ranks, worker_id):
            time.sleep(LOOK_S)
        presence.say("ready")
    ranks.tell(END)
    presence.close()


def lead_run(
    run_id: str, store: Store, bench: Workbench, ranks: FollowedRanks, worker_id: str
) -> bool:
    """Train one run together with all others; return whether they came to it."""
    ranks.run_id, ranks.is_told = run_id, False
    try:
        run_fine_tune(run_id, store, bench, worker_id)
    except LodemapError as error:
        logger.warning("Run %s was not worked on: %s", run_id, error.sentence)
    if ranks.is_told:
        ranks.leave()
    return ranks.is_told


def next_run(store: Store, worker_id: str) -> str | None:
    """Return the run that goes first, None where there is none, `UNKNOWN` where nobody can say."""
    try:
        return store.queue.first((), worker_id)
    except LodemapError as error:
        logger.warning("No run can be taken: %s", error.sentence)
        return UNKNOWN


def prepare(run_id: str, store: Store, bench: Workbench) -> Prepared | Ready:
    """Return what a run trains here, or when it can."""
    try:
        run = store.runs.get(run_id)
        lesson = load_lesson(run, store, bench)
        bench.share_work(lesson.num_samples * math.prod(lesson.sample_shape))
        return Prepared(run, lesson, find_start(run, lesson, store, bench))
    except (StoreUnavailableError, ArtifactsUnavailableError) as error:
        logger.warning("Run %s cannot be trained here now: %s", run_id, error.sentence)
        return Ready.LATER
    except LodemapError as error:
        logger.warning("Run %s cannot be trained here: %s", run_id, error.sentence)
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        logger.warning("Run %s cannot be trained here: out of memory.", run_id)
    return Ready.NEVER


def follow(store: Store, bench: Workbench, ranks: Ranks) -> None:
    """Train whatever the leader trains, and keep nothing."""
    while (run_id := ranks.hear()) != END:
        found = prepare(run_id, store, bench)
        if isinstance(found, Ready):
            ranks.agree(found)
            continue
        if ranks.agree(Ready.NOW) is not Ready.NOW:
            continue
        run, lesson, start = found
        never = FramePacer(time.monotonic, math.inf, 0.0)
        try:
            for _ in train(start.model, lesson, run.config, never, start.resume, ranks):
                pass
            ranks.wait_for_leave()  # the leader still keeps what came out
        except LeftError:
            logger.info("Run %s does not go on.", run_id)
        except LodemapError as error:  # the leader's as well: it is the same training
            logger.warning("Run %s: %s", run_id, error.sentence)
            ranks.wait_for_leave()


def main() -> int:
    """Run one of the processes; return its exit status."""
    set_up_logs(os.environ, "INFO")
    try:
        work(Settings.from_env(os.environ))
    except LodemapError as error:
        logger.error("This process cannot go on: %s", error.sentence)
        return error.exit_code
    return 0


def work(settings: Settings) -> None:
    """Train with the others until this process is asked to end.

    Raises:
        LodemapError: the settings are false, or the store cannot be opened.
    """
    if torch.cuda.is_available() and settings.device != "cpu":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    bench = Workbench(settings.device)
    is_leader = os.environ["RANK"] == "0"
    ranks = FollowedRanks(bench.device) if is_leader else Ranks(bench.device)
    bench.share = ranks
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: bench.closing.set())
    with open_for_worker(settings) as store:
        if isinstance(ranks, FollowedRanks):
            lead(store, bench, ranks, is_once="--once" in sys.argv)
        else:
            follow(store, bench, ranks)
    ranks.close()


if __name__ == "__main__":
    sys.exit(main())
