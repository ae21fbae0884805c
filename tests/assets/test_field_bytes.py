"""The bytes that field.test.mjs reads are the bytes ml/maps/field_codec.py writes today."""

import re

import numpy as np

from ml.maps.field_codec import pack_field
from ml.records import Field
from tests.source import ROOT

SCRIPT = (ROOT / "tests" / "assets" / "insight" / "field.test.mjs").read_text(encoding="utf-8")


def test_fields__are_the_same_on_both_sides() -> None:
    field = Field(
        pull=np.array([[1, 0], [0, -2], [0.5, 0.5]], np.float32),
        push=np.array([[0, 0], [0, 4], [-3, 0]], np.float32),
        region=np.array([[0, -1], [2, 1]], np.int16),
        low=np.array([-1, -2], np.float32),
        high=np.array([1, 2], np.float32),
    )
    found = re.search(r'const FIELD = "([0-9a-f]+)"', SCRIPT)
    assert found
    assert bytes.fromhex(found[1]) == pack_field(field)
