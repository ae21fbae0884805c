from typing import Any

import pytest

from ml.errors import InvalidKnobError
from ml.knobs import KNOBS, Knob, check_knobs, defaults_of
from ml.records import PRESETS, RunConfig

ALL = [knob for table in KNOBS.values() for knob in table]
BY_NAME = {knob.name: knob for knob in KNOBS[PRESETS[0]]}


def name_of(knob: Knob) -> str:
    return f"{knob.name}-{knob.default:g}"


def test_defaults__of_a_run_are_those_of_its_preset() -> None:
    """But for w_dis, which every preset has in a scale of its own: the paper's stands there."""
    defaults = defaults_of(RunConfig("annotate-vae").preset)
    assert defaults.pop("w_dis") == 10
    assert {name: getattr(RunConfig("annotate-vae"), name) for name in defaults} == defaults


@pytest.mark.parametrize("preset", PRESETS)
def test_defaults__make_a_run(preset: str) -> None:
    config = RunConfig.from_json({"preset": preset, **defaults_of(preset)})
    assert config.to_json() == {**config.to_json(), **defaults_of(preset)}


@pytest.mark.parametrize("knob", ALL, ids=name_of)
def test_knob__default_is_in_its_range(knob: Knob) -> None:
    assert knob.low <= knob.default <= knob.high


@pytest.mark.parametrize("knob", ALL, ids=name_of)
def test_knob__takes_both_ends_of_its_range(knob: Knob) -> None:
    assert knob.problem(knob.low) is None
    assert knob.problem(knob.high) is None


@pytest.mark.parametrize("knob", ALL, ids=name_of)
@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), float("-inf"), -1, 1e9, 10**400, "3", None, True, [1], {}],
    ids=str,
)
def test_knob__refuses_what_is_out_of_range_or_no_number(knob: Knob, value: Any) -> None:
    problem = knob.problem(value)
    assert problem is not None
    assert problem.startswith(knob.label)
    assert len(problem) < 120


def test_knob__refuses_half_an_epoch() -> None:
    assert BY_NAME["num_epochs"].problem(2.5) == "Epochs is 2.5; choose a whole number."


def test_check_knobs__names_every_offender() -> None:
    with pytest.raises(InvalidKnobError) as caught:
        check_knobs("annotate-vae", {"num_epochs": 0, "beta_kl": "much", "learning_rate": 1e-3})
    assert set(caught.value.problems) == {"num_epochs", "beta_kl"}


def test_check_knobs__bounds_are_those_of_the_preset() -> None:
    check_knobs("refine-projection", {"learning_rate": 0.1})
    with pytest.raises(InvalidKnobError, match=r"Learning rate is 0\.1;"):
        check_knobs("annotate-vae", {"learning_rate": 0.1})
    with pytest.raises(InvalidKnobError, match="Learning rate is 10;"):
        check_knobs("refine-projection", {"learning_rate": 10})


def test_check_knobs__those_of_another_preset_are_bounded_too() -> None:
    with pytest.raises(InvalidKnobError, match="Smoothness"):
        check_knobs("refine-projection", {"beta_kl": float("nan")})
