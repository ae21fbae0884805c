import pytest
import torch

from ml.device import exactly, gains_by_bfloat16, resolve_device, training_precision
from ml.errors import InvalidInputError
from ml.networks.model import build_model
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


def able(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the processor claim these abilities alone."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: dict.fromkeys(names, True))


def test_gains_by_bfloat16__asks_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, expected in (("avx512_bf16", True), ("amx_bf16", True), ("avx512_f", False)):
        able(monkeypatch, name)
        assert gains_by_bfloat16(torch.device("cpu")) is expected


def test_training_precision__places_and_weights_stay_float32(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    able(monkeypatch, "avx512_bf16")
    model = build_model(CONFIG, (1, 8, 8), 3)
    x = torch.rand(4, 1, 8, 8)
    whole = model.encode(x)
    with training_precision(model.device):
        assert model.encoder(x).dtype == torch.bfloat16
        rough = model.encode(x)
        assert rough.mu.dtype == rough.log_variance.dtype == torch.float32
        assert model.classify(rough.mu, rough.mu).dtype == torch.float32
        assert model.decode(rough.mu).dtype == torch.float32
        with exactly(model.device):
            torch.testing.assert_close(model.encode(x).mu, whole.mu)
    assert not torch.equal(rough.mu, whole.mu)
    torch.testing.assert_close(rough.mu, whole.mu, rtol=0.05, atol=0.01)


def test_training_precision__a_processor_without_bfloat16_computes_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    able(monkeypatch, "avx512_f")
    with training_precision(torch.device("cpu")):
        assert build_model(CONFIG, (1, 8, 8), 3).encoder(torch.rand(1, 1, 8, 8)).dtype == (
            torch.float32
        )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_train__learns_on_cuda_too() -> None:
    done = snapshots(run(build_model(CONFIG, (1, 8, 8), 3, "cuda"), blobs(annotated=(0, 1))))
    assert figure(done[-1], "loss") < figure(done[1], "loss")
