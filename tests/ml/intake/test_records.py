import json
from typing import Any

import pytest

from ml.errors import InvalidInputError
from ml.intake.records import Options, SoundOptions


def test_options__come_back_from_json_as_they_were() -> None:
    options = Options(
        side=64, color="rgb", text_columns=("a", "b"), sound=SoundOptions(rate=8000, overlap=0.5)
    )
    assert Options.from_json(json.loads(json.dumps(options.to_json()))) == options
    assert Options.from_json({}) == Options()
    assert Options.from_json({"sound": {}}).sound == SoundOptions()
    assert Options.from_json({"sound": None}).sound is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"sides": 3}, "no option 'sides'"),
        ({"side": 4}, "8 to 224"),
        ({"side": True}, "whole number"),
        ({"side": 64.5}, "whole number"),
        ({"color": "blue"}, "auto, grey or rgb"),
        ({"keep_duplicates": 1}, "true or false"),
        ({"label_column": 3}, "name of a column"),
        ({"text_columns": "a"}, "list of column names"),
        ({"sound": {"rate": 10}}, "2,000 to 48,000"),
        ({"sound": {"overlap": 1.0}}, "0.0 to 0.9"),
        ({"sound": {"window_s": "long"}}, "number from"),
        ({"sound": {"loud": 1}}, "no sound option"),
        ([], "must be an object"),
    ],
)
def test_options__refuse_what_breaks_a_rule(values: Any, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        Options.from_json(values)
