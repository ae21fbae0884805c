"""What the load benchmark makes of its measurements."""

import math
import xml.etree.ElementTree as ElementTree

import pytest

from benchmarks.load import percentile_ms, put_rounds
from benchmarks.load.crowd import Tally
from benchmarks.load.curves import Panel, draw
from benchmarks.load.redone import redone
from benchmarks.load.soak import Held, put_held
from benchmarks.sheet import Sheet
from store.records import FrameRow


def test_percentile__of_nothing_is_withheld() -> None:
    assert math.isnan(percentile_ms([], 95))
    assert percentile_ms([0.001 * n for n in range(101)], 95) == pytest.approx(95)


def test_put_rounds__medians_of_the_rounds_and_between_what_they_lay() -> None:
    sheet = Sheet()
    put_rounds(sheet, 50, [Tally(ack_s=[ms / 1000], seen_s=[0.2]) for ms in (90, 40, 300)], 1.0)
    keys = ("ack_p95_ms_50", "ack_p95_ms_50_least", "ack_p95_ms_50_most", "seen_p95_ms_50")
    assert [sheet.figures[key] for key in keys] == pytest.approx([90, 40, 300, 200])
    assert "rounds 90, 40, 300" in sheet.notes["ack_p95_ms_50"]


@pytest.mark.parametrize("most", [0.3, 1.0, 7.0, 39.0, 123.4, 4000.0])
def test_draw__every_point_lies_inside_its_diagram(most: float) -> None:
    lines = {"p50": {1: most / 3, 50: most}, "p95": {1: most / 2, 50: most}}
    root = ElementTree.fromstring(draw([Panel("A < B", "browsers", "ms", lines)] * 2))
    dots = [each for each in root.iter() if each.tag.endswith("circle")]
    assert len(dots) == 8
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    assert all(0 < float(dot.attrib["cx"]) < width / 2 for dot in dots)
    assert all(30 < float(dot.attrib["cy"]) < height for dot in dots)


def frames(*shown: tuple[int, float]) -> list[FrameRow]:
    """Frames by attempt and epoch; those of whole epochs are snapshots, but for what begins one."""
    return [
        FrameRow("r", n, attempt, abs(epoch), epoch > 0 and epoch % 1 == 0, "a", {})
        for n, (attempt, epoch) in enumerate(shown)
    ]


FIRST = ((1, 1.0), (1, 2.0), (1, 2.6))


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (((2, 3.0),), 0.6),
        (((2, -2.0), (2, 2.4), (2, 3.0)), 0.6),
        (((2, -1.0), (2, 2.0), (2, 3.0)), 1.6),
        (((2, 1.3),), 1.6),
        (((1, 3.0),), 0.0),
    ],
)
def test_redone__is_what_the_next_attempt_trains_again(
    then: tuple[tuple[int, float], ...], expected: float
) -> None:
    assert redone(frames(*FIRST, *then), 1) == pytest.approx(expected)


def test_put_held__growth_of_both_processes_and_files_that_are_new() -> None:
    sheet = Sheet()
    before = Held((100, 20), (200, 10), 7, frozenset({"old"}), 0)
    after = Held((105, 19), (300, 12), 8, frozenset({"old", "new"}), 5_000_000)
    put_held(sheet, before, after, "a while")
    assert sheet.figures == pytest.approx({
        "soak_growth": 0.05, "soak_descriptors": -1, "soak_worker_growth": 0.5,
        "soak_worker_descriptors": 2, "soak_unnamed_files": 1,
    })  # fmt: skip
    assert "another process" in sheet.notes["soak_worker_growth"]
    assert sheet.notes["soak_unnamed_files"].startswith("new;")
