"""What a folder that machines share says while its files are opened, in a person's words."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from store.datasets.files import TABLE, name_of
from store.errors import ArtifactsRefusedError, ArtifactsUnavailableError
from store.opening import Store
from tests.store.scene import put_digits

PLACES = pytest.mark.parametrize(
    ("owner", "name"), [(Path, "exists"), (np, "load"), (pa, "memory_map")]
)


def failing(code: int) -> Callable[..., Any]:
    def fail(*_args: object, **_named: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.fixture
def dataset_id(store: Store) -> str:
    made = put_digits(store)
    store.artifacts.write(name_of(made, TABLE), b"", durable=False)
    return made


def read_all(store: Store, dataset_id: str) -> None:
    store.datasets.samples(dataset_id)
    store.datasets.files.table(dataset_id)


@PLACES
@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM])
def test_opening__without_the_rights_is_refused_in_a_sentence(
    owner: Any, name: str, code: int, store: Store, dataset_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, failing(code))
    with pytest.raises(ArtifactsRefusedError, match=r"refuse this process .*correct its rights"):
        read_all(store, dataset_id)


@PLACES
@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE])
def test_opening__of_a_disk_that_fails_costs_a_run_no_try(
    owner: Any, name: str, code: int, store: Store, dataset_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, failing(code))
    with pytest.raises(ArtifactsUnavailableError, match=r"do not answer .*look after the disk"):
        read_all(store, dataset_id)
