"""What the load benchmark makes of its measurements."""

import math
import xml.etree.ElementTree as ElementTree

import pytest

from benchmarks.load import percentile_ms
from benchmarks.load.curves import Panel, draw


def test_percentile__of_nothing_is_withheld() -> None:
    assert math.isnan(percentile_ms([], 95))
    assert percentile_ms([0.001 * n for n in range(101)], 95) == pytest.approx(95)


@pytest.mark.parametrize("most", [0.3, 1.0, 7.0, 39.0, 123.4, 4000.0])
def test_draw__every_point_lies_inside_its_diagram(most: float) -> None:
    lines = {"p50": {1: most / 3, 50: most}, "p95": {1: most / 2, 50: most}}
    root = ElementTree.fromstring(draw([Panel("A < B", "browsers", "ms", lines)] * 2))
    dots = [each for each in root.iter() if each.tag.endswith("circle")]
    assert len(dots) == 8
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    assert all(0 < float(dot.attrib["cx"]) < width / 2 for dot in dots)
    assert all(30 < float(dot.attrib["cy"]) < height for dot in dots)
