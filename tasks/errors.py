"""What can go wrong on the way to a worker, as part of the one error tree of `ml/errors.py`."""

from ml.errors import LodemapError
from store.errors import StartError


class BackendError(StartError):
    """The way to the workers cannot be opened."""

    code = "backend_unavailable"


class OutOfMemoryError(LodemapError):
    """A run needs more memory than its worker has."""

    code = "out_of_memory"
    status = 507

    def __init__(self, device: str, batch_size: int) -> None:
        super().__init__(
            f"The worker's memory ({device}) is too small for this run at {batch_size} samples a "
            "step; the last snapshot is kept. Use a smaller data set or a machine with more memory."
        )
