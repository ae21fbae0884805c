"""What a worker does when it is rung: it takes the run that goes first, whichever was named."""

import logging

from ml.errors import LodemapError
from store.names import UUID
from store.opening import Store
from tasks.encoding import encode_next
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench

logger = logging.getLogger(__name__)


def answer(run_id: str, store: Store, bench: Workbench, worker_id: str) -> None:
    """Work on one run; what cannot be worked on is left to the reconciler.

    Args:
        run_id: The run that was rung for, or the job of a chunk. Bells come late, twice or out of
            order, so it only says that something waits; where nothing does, it is tried.
        store: Knows who goes first.
        bench: What this worker keeps warm.
        worker_id: This worker.
    """
    try:
        missed: set[str] = set()
        while (
            first := store.queue.first(missed, worker_id)
        ) is not None and not bench.closing.is_set():
            if run_fine_tune(first, store, bench, worker_id):
                return
            missed.add(first)  # another worker was faster
        if not missed and UUID.fullmatch(run_id):
            run_fine_tune(run_id, store, bench, worker_id)
        store.queue.pass_on(worker_id)
        while not bench.closing.is_set() and encode_next(store, worker_id):
            if store.queue.first(missed, worker_id) is not None:
                return  # its bell was rung, too
    except LodemapError as error:
        logger.warning("Run %.100r was not worked on: %s", run_id, error.sentence)
