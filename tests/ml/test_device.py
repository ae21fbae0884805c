import pytest
import torch

from ml.device import resolve_device
from ml.errors import InvalidInputError
from ml.model import build_model
from tests.ml.scenes import CONFIG, blobs, figure, run, snapshots


def test_resolve_device__auto_takes_what_is_there() -> None:
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert resolve_device("auto").type == expected


def test_resolve_device__cpu_is_always_there() -> None:
    assert resolve_device("cpu") == torch.device("cpu")


def test_resolve_device__refuses_an_unknown_name() -> None:
    with pytest.raises(InvalidInputError, match="auto, cpu or cuda"):
        resolve_device("tpu")


def test_resolve_device__says_when_there_is_no_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InvalidInputError, match="use --device cpu or auto"):
        resolve_device("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_train__learns_on_cuda_too() -> None:
    done = snapshots(run(build_model(CONFIG, (1, 8, 8), 3, "cuda"), blobs(annotated=(0, 1))))
    assert figure(done[-1], "loss") < figure(done[1], "loss")
