"""Static maps by UMAP (McInnes et al. 2018), what the controls' person lassos on."""

import importlib
import warnings
from importlib.util import find_spec
from typing import Any, Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.records import MissingPartError

Metric = Literal["euclidean", "cosine"]
PIN: Final = "umap-learn==0.5.12"
"""As the extra `gestures` of pyproject.toml has it."""
NUM_NEIGHBOURS: Final = 15
SEED: Final = 0


def check_umap() -> None:
    """See that UMAP is here.

    Raises:
        MissingPartError: when it is not.
    """
    if find_spec("umap") is None:
        raise MissingPartError(
            "The control maps need umap-learn, which is not installed; run "
            f".venv/bin/python -m pip install {PIN}, or take one contender by --part lodemap."
        )


def umap_layout(
    x: NDArray[np.float32], is_test: NDArray[np.bool_], metric: Metric
) -> NDArray[np.float32]:
    """Return where samples lie, shape (num_samples, 2), float32.

    Held-out samples take no part in the layout; they are placed on it afterwards.

    Args:
        x: Vectors, shape (num_samples, D).
        is_test: Held-out samples, shape (num_samples,).
        metric: How their distance is measured.

    Raises:
        MissingPartError: when umap-learn is not installed.
    """
    check_umap()
    num_threads = torch.get_num_threads()
    with warnings.catch_warnings():
        # it tells at import that TensorFlow is absent, and at each fit that a seed costs threads
        warnings.simplefilter("ignore")
        umap: Any = importlib.import_module("umap")
        count = min(NUM_NEIGHBOURS, int((~is_test).sum()) - 1)
        mapper = umap.UMAP(n_neighbors=count, metric=metric, random_state=SEED)
        z = np.empty((len(x), 2), np.float32)
        z[~is_test] = mapper.fit_transform(x[~is_test])
        z[is_test] = mapper.transform(x[is_test])
    # numba gives the OpenMP both share all cores, whatever was asked for: on a busy machine every
    # step of a network that is trained afterwards would take fifteen times as long
    torch.set_num_threads(num_threads)
    return z
