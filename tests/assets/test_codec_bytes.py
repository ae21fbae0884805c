"""The bytes that codec.test.mjs reads are the bytes ml/maps/codec.py writes today."""

import re

import numpy as np

from ml.maps.codec import encode_frame, pack_ids
from ml.maps.pins import Pins, pack_pins
from ml.records import Frame, Snapshot
from tests.source import ROOT

SCRIPT = (ROOT / "tests" / "assets" / "parts" / "codec.test.mjs").read_text(encoding="utf-8")


def constant(name: str) -> bytes:
    found = re.search(rf'const {name} = "([0-9a-f]+)"', SCRIPT)
    assert found, name
    return bytes.fromhex(found[1])


def test_frames__are_the_same_on_both_sides() -> None:
    snapshot = Snapshot(
        epoch=3,
        embedding=np.array([[0, 0], [1, 2], [-1, 4], [0.5, 1]], np.float32),
        prediction=np.array([0, -1, 2, 1], np.int16),
        confidence=np.array([0, 0.5, 1, 0.25], np.float32),
        uncertainty=np.array([1, 0, 0.5, 0.75], np.float32),
    )
    assert constant("SNAPSHOT") == encode_frame(snapshot)
    frame = Frame(2.5, np.array([[1, 2, 3], [4, 5, 6]], np.float32))
    assert constant("FRAME") == encode_frame(frame)


def test_pins__are_the_same_on_both_sides() -> None:
    places = np.array([[1, -2], [0.5, 1e6]], np.float32)
    pins = Pins.none(2)
    for at, (sample, seq) in enumerate(((3, 4), (7, 9))):
        pins = pins.placed(np.array([sample]), places[at : at + 1], seq, [])
    assert constant("PINS") == pack_pins(pins)


def test_selections__are_the_same_on_both_sides() -> None:
    packed = [pack_ids(np.array([3, 7]), 200), pack_ids(np.array([0, 1, 2, 8, 15]), 16)]
    assert re.findall(r'bytes\("([0-9a-f]+)"\)', SCRIPT) == [each.hex() for each in packed]
