from typing import Any

import pytest

from ml.errors import InvalidInputError
from ml.records import PRESETS, UNTOLD_PRESET, RunConfig, pretrain_epochs


def test_run_config__survives_json() -> None:
    config = RunConfig("annotate-vae", num_epochs=7, beta_kl=2.5, latent_dim=3, seed=11)
    assert RunConfig.from_json(config.to_json()) == config


def test_recall__reads_what_was_valid_when_it_was_written() -> None:
    config = RunConfig("annotate-vae", num_epochs=7, seed=11)
    assert RunConfig.recall(config.to_json()) == config
    old = RunConfig.recall({"num_epochs": 10_000, "gone_since": 1})
    assert (old.num_epochs, old.beta_kl) == (10_000, RunConfig(UNTOLD_PRESET).beta_kl)
    assert old.preset == UNTOLD_PRESET


def test_from_json__takes_whole_floats_as_javascript_sends_them() -> None:
    config = RunConfig.from_json({"preset": PRESETS[0], "num_epochs": 20.0})
    assert config.num_epochs == 20
    assert isinstance(config.num_epochs, int)


@pytest.mark.parametrize(
    "values",
    [
        {"preset": "unknown"},
        {"preset": [1]},
        {"latent_dim": 4},
        {"num_hidden_layers": 3},
        {"batch_size": 0},
        {"batch_size": 5000},
        {"seed": -1},
        {"seed": 10**400},
        {"seed": float("nan")},
        {"seed": float("inf")},
        {"seed": "text"},
        {"num_epochs": True},
        {"colour": "red"},
    ],
    ids=str,
)
def test_from_json__refuses_with_one_sentence(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        RunConfig.from_json({"preset": PRESETS[0], **values})
    assert "\n" not in caught.value.sentence
    assert len(caught.value.sentence) < 250


def test_a_run__has_a_preset_that_somebody_chose() -> None:
    with pytest.raises(InvalidInputError, match="preset is missing; use one of lodemap, "):
        RunConfig.from_json({"num_epochs": 7})
    with pytest.raises(TypeError, match="preset"):
        RunConfig()  # type: ignore[call-arg]


def test_pretrain_epochs__fewer_for_many_samples_never_too_few() -> None:
    assert [pretrain_epochs("lodemap", n) for n in (0, 1_400, 7_000, 14_000, 10**6)] == [
        60, 60, 60, 30, 15,
    ]  # fmt: skip
