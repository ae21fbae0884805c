"""What can go wrong on the way to a worker, as part of the one error tree of `ml/errors.py`."""

from typing import Final

from ml.errors import LodemapError
from store.errors import StartError, StoreUnavailableError

EXIT_CANNOT_START: Final = StartError.exit_code
"""Status of a process that said why it cannot start: that seldom mends itself."""
EXIT_TRY_AGAIN: Final = StoreUnavailableError.exit_code
"""Status of a process that found something silent it needs: the next one may well start."""


class BackendError(StartError):
    """The way to the workers cannot be opened."""

    code = "backend_unavailable"


class BackendSilentError(BackendError):
    """Redis does not answer; it may soon."""

    exit_code = EXIT_TRY_AGAIN


class UnfitRankError(LodemapError):
    """One of several processes that train together has not what a run needs."""

    code = "unfit_rank"

    def __init__(self) -> None:
        super().__init__(
            "One of the processes that train together cannot train this run: its device, its "
            "memory or its files are missing. Its log says which; mend it, then start the run "
            "again."
        )


class OutOfMemoryError(LodemapError):
    """A run needs more memory than its worker has."""

    code = "out_of_memory"
    status = 507

    def __init__(self, device: str, batch_size: int) -> None:
        super().__init__(
            f"The worker's memory ({device}) is too small for this run at {batch_size} samples a "
            "step; the last snapshot is kept. Use a smaller data set or a machine with more memory."
        )
