"""Two heads on features: one asks the neighbours, one asks what a class looks like."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.graph import spreading
from ml.graph.spreading import as_said
from ml.learning import answer
from ml.learning.answer import View, draw_taught, fit_head, understood
from ml.networks.networks import make_head

NUM_CLASSES = 3


def islands(per_class: int = 40) -> tuple[Tensor, Tensor]:
    """Three bundles of directions of length 5, (3 * per_class, 8), and which one each is in."""
    generator = torch.Generator().manual_seed(0)
    kind = torch.arange(3 * per_class) % 3
    h = torch.eye(8)[kind] + 0.1 * torch.randn(len(kind), 8, generator=generator)
    return 5 * F.normalize(h, dim=1), kind


def asked(taught: Tensor, refused: Tensor | None = None, num_held_out: int = 0) -> View:
    h, _ = islands()
    view = View(h, torch.arange(len(h) - num_held_out), NUM_CLASSES)
    list(view.chunks())
    is_active = torch.bincount(taught[taught >= 0], minlength=NUM_CLASSES) > 0
    list(view.ask(taught, refused, is_active))
    return view


def one_of_each() -> Tensor:
    taught = torch.full((120,), -1)
    taught[:3] = torch.arange(3)
    return taught


def test_ask__three_names_tell_all_samples_held_out_ones_too() -> None:
    view = asked(one_of_each(), num_held_out=30)
    _, kind = islands()
    assert view.belief.argmax(1).equal(kind)
    torch.testing.assert_close(view.belief.sum(1), torch.ones(120))


def test_ask__never_believes_a_class_nobody_named() -> None:
    taught = torch.full((120,), -1)
    taught[:2] = torch.arange(2)
    view = asked(taught)
    assert not view.belief[:, 2].any()
    assert not view.told[:, 2].any()


def test_ask__what_people_said_is_kept_in_what_is_told() -> None:
    taught = islands()[1].clone()
    taught[60:] = -1
    taught[5] = 0  # of kind 2: somebody erred, and the heads doubt it
    refused = torch.zeros(120, NUM_CLASSES, dtype=torch.bool)
    refused[70, 1] = True
    view = asked(taught, refused)
    assert view.belief[5, 2] > 0.2
    assert view.told[5].tolist() == [1, 0, 0]
    assert view.told[70, 1] == 0
    assert view.told[70].sum() == pytest.approx(1)


def test_ask__a_refused_class_is_believed_less_around() -> None:
    h, kind = islands()
    middle = F.normalize(h[kind == 0].mean(0) + h[kind == 1].mean(0), dim=0)
    around = torch.randn(30, 8, generator=torch.Generator().manual_seed(1))
    between = 5 * F.normalize(middle + 0.02 * around, dim=1)
    everyone = torch.cat([h, between])
    taught = torch.full((150,), -1)
    taught[:2] = torch.arange(2)
    refused = torch.zeros(150, NUM_CLASSES, dtype=torch.bool)
    refused[120:130, 0] = True
    beliefs = []
    for said in (None, refused):
        view = View(everyone, torch.arange(150), NUM_CLASSES)
        list(view.chunks())
        list(view.ask(taught, said, torch.tensor([True, True, False])))
        beliefs.append(view.belief[130:, 0].mean())
    assert beliefs[1] < beliefs[0] - 0.1


def test_understood__is_the_rest_of_the_belief_as_strong_as_it_is_sure() -> None:
    belief = torch.tensor([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [1.0, 0.0, 0.0]])
    refused = torch.tensor([[True, False, False]] * 3)
    said = as_said(torch.tensor([-1, 1, -1]), 3)
    heard = understood(refused, said, belief)
    torch.testing.assert_close(heard[0], torch.tensor([0.0, 0.6, 0.4]) * 0.6)
    assert not heard[1].any()  # named: nothing to add
    assert not heard[2].any()  # nothing else was believed


def test_fit_head__counts_a_class_by_the_root_of_what_was_said_of_it() -> None:
    h = torch.zeros(101, 4)  # features that tell nothing: only counts speak
    annotation = torch.zeros(101, dtype=torch.int64)
    annotation[100] = 1
    head = make_head(4, 2, 0)
    list(fit_head(head, h, as_said(annotation, 2), torch.ones(2, dtype=torch.bool)))
    shares = head(h[:1]).softmax(1)[0]
    assert (shares[0] / shares[1]).item() == pytest.approx(10, rel=0.1)


def test_fit_head__pauses_and_forgets_what_it_was() -> None:
    h, kind = islands()
    said, is_active = as_said(kind, 3), torch.ones(3, dtype=torch.bool)
    heads = [make_head(8, 3, 0) for _ in range(2)]
    pauses = [len(list(fit_head(head, h, said, is_active))) for head in heads]
    assert pauses == [6, 6]
    torch.testing.assert_close(heads[0](h), heads[1](h))


def test_draw_taught__of_many_every_class_has_its_share_and_names_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ml.learning.answer.MOST_TAUGHT", 40)
    annotation = torch.arange(400) % 4
    annotation[annotation == 3] = 2
    annotation[::100] = 3  # four of a rare class
    said = as_said(annotation, 4)
    assert torch.bincount(annotation[draw_taught(said)]).tolist() == [12, 12, 12, 4]
    said[100:] *= 0.5
    assert set(annotation[draw_taught(said)].tolist()) == {0, 1, 2, 3}
    assert (draw_taught(said) < 100).sum() == 40


def test_ask__in_pieces_is_what_it_is_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = asked(one_of_each(), num_held_out=30)
    monkeypatch.setattr(spreading, "MOST_SPREAD", 130)
    monkeypatch.setattr(answer, "AT_ONCE", 21)
    pieces = asked(one_of_each(), num_held_out=30)
    torch.testing.assert_close(pieces.belief, whole.belief)
    torch.testing.assert_close(pieces.told, whole.told)
    assert pieces.told[:3].equal(torch.eye(3)), "what people said is certain"


def test_view__held_out_samples_change_nothing_for_the_others() -> None:
    h, _ = islands()
    beliefs = []
    for move in (0.0, 3.0):
        moved = h.clone()
        moved[90:] += move
        view = View(moved, torch.arange(90), NUM_CLASSES)
        list(view.chunks())
        list(view.ask(one_of_each(), None, torch.ones(NUM_CLASSES, dtype=torch.bool)))
        beliefs.append(view.belief[:90])
    assert beliefs[0].equal(beliefs[1])


def test_view__leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    asked(one_of_each())
    assert torch.get_rng_state().equal(before)
