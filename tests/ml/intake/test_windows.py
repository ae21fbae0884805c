import numpy as np
import pytest

from ml.intake.errors import TooLargeError
from ml.intake.records import SoundOptions
from ml.intake.windows import Cut, Heard, centred, choose, recording_of


def test_choose__takes_spoken_words_whole_at_the_commonest_rate() -> None:
    heard = [Heard(8000, s) for s in (0.4, 0.5, 0.5, 0.6, 0.62)] + [Heard(44_100, 0.5)]
    chosen = choose(heard)
    assert chosen.rate == 8000
    assert chosen.window_s == pytest.approx(0.65)


def test_choose__takes_the_median_where_lengths_differ_within_bounds() -> None:
    assert choose([Heard(48_000, s) for s in (0.5, 1.0, 1.2, 30)]).window_s == pytest.approx(1.1)
    assert choose([Heard(48_000, 3600)]) == SoundOptions(16_000, 4.0)
    assert choose([Heard(1000, 0.01)]) == SoundOptions(2_000, 0.25)


def test_cut__rounds_a_window_up_to_whole_columns() -> None:
    assert Cut.of(SoundOptions(16_000, 1.0)) == Cut(16_000, 16_000, 16_000)
    assert Cut.of(SoundOptions(8000, 0.65, 0.5)) == Cut(8000, 82 * 64, 41 * 64)


@pytest.mark.parametrize(
    ("num_samples", "hop", "starts"),
    [
        (2000, 1000, [0, 1000]),
        (2250, 1000, [0, 1000]),  # a quarter is left out
        (2251, 1000, [0, 1000, 1251]),
        (2000, 500, [0, 500, 1000]),
        (1300, 1000, [0, 300]),
    ],
)
def test_starts__leave_out_a_quarter_of_a_window_at_most(
    num_samples: int, hop: int, starts: list[int]
) -> None:
    assert Cut(1000, 1000, hop).starts("a.wav", num_samples) == starts


def test_starts__are_refused_when_far_too_many() -> None:
    with pytest.raises(TooLargeError, match="limit is 100,000"):
        Cut(1000, 50, 5).starts("a.wav", 10_000_000)


def test_titles__differ_however_short_the_hop() -> None:
    assert Cut(8000, 8000, 4000).title("a.wav", 12_000) == "a.wav@1.50s"
    cut = Cut(16_000, 800, 80)
    titles = [cut.title("a.wav", start) for start in cut.starts("a.wav", 16_000)]
    assert len(set(titles)) == len(titles)
    assert titles[1] == "a.wav@0.005s"


def test_centred__pads_short_ones_and_keeps_the_loudest_part_of_long_ones() -> None:
    assert centred(np.ones(2, np.float32), 6).tolist() == [0, 0, 1, 1, 0, 0]
    values = np.array([0, 0, 1, 5, 1, 0], np.float32)
    assert centred(values, 3).tolist() == [1, 5, 1]
    assert centred(np.zeros(5, np.float32), 4).tolist() == [0] * 4


def test_recording__is_read_from_the_id_of_a_window() -> None:
    for hop in (100, 4000):
        assert recording_of(Cut(8000, 8000, hop).title("a/b.wav", 4000)) == "a/b.wav"
    assert recording_of("b.wav@1.50s#2") == "b.wav"
    assert [recording_of(each) for each in ("ana@home.wav", "b.wav")] == ["ana@home.wav", "b.wav"]
