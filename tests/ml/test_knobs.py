from typing import Any

import pytest

from ml.errors import InvalidKnobError
from ml.knobs import KNOBS, Knob, check_knobs
from ml.records import RunConfig

BY_NAME = {knob.name: knob for knob in KNOBS}


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_knob__defaults_are_those_of_a_run(knob: Knob) -> None:
    assert getattr(RunConfig(), knob.name) == knob.default
    assert knob.low <= knob.default <= knob.high


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_knob__takes_both_ends_of_its_range(knob: Knob) -> None:
    assert knob.problem(knob.low) is None
    assert knob.problem(knob.high) is None


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
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
        check_knobs({"num_epochs": 0, "beta_kl": "much", "learning_rate": 1e-3})
    assert set(caught.value.problems) == {"num_epochs", "beta_kl"}
