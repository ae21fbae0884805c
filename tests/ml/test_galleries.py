import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.galleries import arrange, believed, doubts, find_strangers, interleave
from ml.seeding import make_generator
from tests.ml.islands import islands, nothing_known, refused

CPU = torch.device("cpu")
SEED = 0


def test_believed__strikes_out_what_was_refused() -> None:
    known = nothing_known(3, 2)
    known.belief[:] = torch.tensor([[0.75, 0.25], [0.75, 0.25], [0.0, 0.0]])
    belief = believed(refused(refused(known, torch.tensor([1]), 0), torch.tensor([2]), 1))
    assert belief.tolist() == [[0.75, 0.25], [0.0, 1.0], [0.0, 0.0]]


def test_doubts__are_summed_over_the_open_samples_of_a_predicted_class() -> None:
    belief = torch.tensor([[0.5, 0.25, 0.25], [0.75, 0.25, 0], [0, 1, 0], [0.5, 0.5, 0], [0, 0, 0]])
    is_open = torch.tensor([True, True, True, False, True])
    assert doubts(belief, is_open).tolist() == [0.75, 0.0, -1.0]
    assert doubts(belief, torch.zeros(5).bool()).tolist() == [-1.0] * 3


def test_find_strangers__were_refused_elsewhere_and_are_believed_here() -> None:
    belief = torch.linspace(0, 0.9, 10)
    told = torch.zeros(10, 2, dtype=torch.bool)
    told[[3, 5, 6, 7, 9], 0] = True
    told[7, 1] = True  # of this class it was said, too
    is_open = torch.arange(10) != 9
    assert find_strangers(belief, is_open, told, 1).tolist() == [6, 5]


def test_find_strangers__are_six_at_most() -> None:
    told = torch.tensor([[True, False]]).expand(20, 2)
    belief = torch.linspace(0.5, 0.9, 20)
    ids = find_strangers(belief, torch.ones(20).bool(), told, 1)
    assert ids.tolist() == [19, 18, 17, 16, 15, 14]


def test_arrange__six_show_the_whole_class() -> None:
    h, island = islands(6, 40)
    nobody = torch.zeros(0, dtype=torch.int64)
    shown = arrange(h, island >= 0, nobody, torch.zeros(240).bool(), make_generator(SEED))
    assert len(shown) == 18
    assert sorted(island[shown[:6]].tolist()) == [0, 1, 2, 3, 4, 5]


def test_arrange__gives_each_third_place_to_a_stranger() -> None:
    h, island = islands(3, 40)
    strangers = torch.tensor([80, 81])
    is_member = island == 0
    shown = arrange(h, is_member, strangers, torch.zeros(120).bool(), make_generator(SEED))
    assert shown[[2, 5]].tolist() == [80, 81]
    others = [k for k in range(18) if k not in (2, 5)]
    assert is_member[shown[others]].all()


def test_arrange__what_was_passed_over_does_not_come_back_while_there_is_more() -> None:
    h, island = islands(1, 30)
    is_shown = torch.arange(30) < 20
    nobody = torch.zeros(0, dtype=torch.int64)
    shown = arrange(h, island == 0, nobody, is_shown, make_generator(SEED))
    assert sorted(shown.tolist()) == list(range(20, 30))
    again = arrange(h, island == 0, nobody, torch.ones(30).bool(), make_generator(SEED))
    assert len(again) == 18


def test_arrange__of_equal_features_still_shows_18() -> None:
    everyone, nobody = torch.ones(40).bool(), torch.zeros(0, dtype=torch.int64)
    shown = arrange(torch.ones(40, 4) / 2, everyone, nobody, ~everyone, make_generator(SEED))
    assert len(set(shown.tolist())) == 18


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 30), st.integers(0, 6))
def test_interleave__keeps_both_orders_and_leaves_no_place_empty(own: int, strangers: int) -> None:
    mine, theirs = list(range(own)), list(range(100, 100 + strangers))
    shown = interleave(mine, theirs, CPU).tolist()
    assert len(shown) == min(18, own + strangers)
    assert [i for i in shown if i < 100] == list(range(len([i for i in shown if i < 100])))
    assert [i for i in shown if i >= 100] == sorted(i for i in shown if i >= 100)
    assert strangers == 0 or 100 in shown[:3]
