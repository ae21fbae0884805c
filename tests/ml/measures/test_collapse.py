import json
import re

import pytest

from ml.knobs import KNOBS, defaults_of
from ml.measures.collapse import LIMITS, forecast
from tests.source import ROOT

BY_NAME = {knob.name: knob for knob in KNOBS["annotate-vae"]}
SCRIPT = (ROOT / "tests" / "assets" / "teaching" / "collapse.test.mjs").read_text(encoding="utf-8")


def constant(name: str) -> list[list[object]]:
    """What the script's test expects of the same function in the browser."""
    found = re.search(rf"const {name} = (\[.*?\n\]);", SCRIPT, re.DOTALL)
    assert found, name
    return list(json.loads(re.sub(r",(\s*\])", r"\1", found[1])))


@pytest.mark.parametrize(("beta_kl", "beta_classifier", "level"), constant("CASES"))
def test_forecast__is_the_same_in_the_browser(
    beta_kl: float, beta_classifier: float, level: str
) -> None:
    assert forecast(beta_kl, beta_classifier).level == level


def test_limits__are_those_of_the_scripts_test() -> None:
    rows = [[row.class_weight, row.may_above, row.will_from] for row in LIMITS]
    assert rows == constant("LIMITS")


def test_forecast__defaults_are_calm() -> None:
    found = defaults_of("annotate-vae")
    assert forecast(found["beta_kl"], found["beta_classifier"]).level == "none"
    assert forecast(found["beta_kl"], found["beta_classifier"]).sentence == ""


def test_forecast__names_the_knob_and_where_it_is_safe() -> None:
    for beta_kl, beta_classifier in [(30, 1), (300, 1), (300, 100)]:
        sentence = forecast(beta_kl, beta_classifier).sentence
        assert BY_NAME["beta_kl"].label in sentence
        assert BY_NAME["beta_classifier"].label.lower() in sentence
        limit = re.search(r"up to (\d+)", sentence)
        assert limit
        assert forecast(float(limit[1]), beta_classifier).level == "none"


def test_limits__rise_and_lie_within_the_knobs() -> None:
    weights = [row.class_weight for row in LIMITS]
    assert weights == sorted(weights)
    assert weights[0] == BY_NAME["beta_classifier"].low
    assert weights[-1] <= BY_NAME["beta_classifier"].high
    safe = [row.may_above for row in LIMITS]
    assert safe == sorted(safe)
    assert all(BY_NAME["beta_kl"].low <= limit <= BY_NAME["beta_kl"].high for limit in safe)
