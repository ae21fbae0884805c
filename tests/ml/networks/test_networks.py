import pytest
import torch
from torch import nn

from ml.errors import InvalidInputError
from ml.networks.networks import (
    FEATURE_DIM,
    check_shape,
    make_branch,
    make_encoder,
    make_wei_encoder,
)


def count(network: nn.Module, kind: type[nn.Module]) -> int:
    return sum(isinstance(layer, kind) for layer in network.modules())


@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 64, 64), (1, 224, 224), (1, 1, 9)])
def test_wei_encoder__has_four_convolutions_and_two_full_layers(shape: tuple[int, ...]) -> None:
    encoder = make_wei_encoder(shape)
    assert count(encoder, nn.Conv2d) == 4
    assert count(encoder, nn.Linear) == 2
    assert encoder(torch.rand(2, *shape)).shape == (2, FEATURE_DIM)


@pytest.mark.parametrize("make", [make_encoder, make_wei_encoder])
def test_encoders__read_vectors(make: type) -> None:
    encoder = make((384,))
    assert count(encoder, nn.Conv2d) == 0
    assert encoder(torch.rand(5, 384)).shape == (5, FEATURE_DIM)


def test_branch__is_linear_or_has_hidden_layers() -> None:
    assert count(make_branch(2, ()), nn.Linear) == 1
    assert count(make_branch(2, (64, 32)), nn.Linear) == 3
    assert make_branch(3, (64,))(torch.rand(4, FEATURE_DIM)).shape == (4, 3)


@pytest.mark.parametrize("shape", [(0,), (4097,), (8, 8), (2, 8, 8), (1, 513, 8), ()])
def test_check_shape__says_what_is_possible(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInputError, match=r"1 or 3 channels .* or vectors of 1 to 4096"):
        check_shape(shape)
