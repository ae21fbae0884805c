import torch

from ml.learning.order import draw_with
from ml.seeding import make_generator


def drawn(num_annotated: int, num_samples: int, count: int, seed: int = 0) -> torch.Tensor:
    """How many annotated and other samples a draw holds, the annotated ones being the first."""
    chosen = draw_with(torch.arange(num_samples) < num_annotated, count, make_generator(seed))
    assert len(set(chosen.tolist())) == count
    return chosen


def test_draw_with__few_annotated_ones_are_all_met() -> None:
    chosen = drawn(30, 1000, 100)
    assert set(range(30)) <= set(chosen.tolist())


def test_draw_with__many_annotated_ones_leave_half_to_the_others() -> None:
    draws = [drawn(600, 1000, 100, seed) for seed in range(2)]
    assert [int((each < 600).sum()) for each in draws] == [50, 50]
    assert set(draws[0].tolist()) != set(draws[1].tolist())


def test_draw_with__where_the_others_are_too_few_annotated_ones_fill_up() -> None:
    chosen = drawn(990, 1000, 100)
    assert int((chosen >= 990).sum()) == 10
