import pytest
import torch

from ml.errors import InvalidInputError
from ml.networks.model import build_model, seat_new_classes
from ml.networks.networks import FEATURE_DIM
from ml.records import RunConfig

SHAPES = [(1, 8, 8), (1, 28, 28), (3, 33, 47), (1, 1, 64), (3, 64, 64), (1, 5, 5), (3, 224, 224)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("latent_dim", [2, 3])
def test_model__fits_every_shape(shape: tuple[int, int, int], latent_dim: int) -> None:
    model = build_model(RunConfig("annotate-vae", latent_dim=latent_dim), shape, 4)
    x = torch.rand(2, *shape)
    with torch.no_grad():
        latent = model.encode(x)
        assert model.encoder(x).shape == (2, FEATURE_DIM)
        assert latent.mu.shape == latent.log_variance.shape == (2, latent_dim)
        assert model.decode(latent.mu).shape == x.shape
        assert model.classify(latent.mu, latent.mu).shape == (2, 4)


@pytest.mark.parametrize("num_hidden_layers", [0, 1, 2])
def test_head__has_as_many_hidden_layers_of_ten_units(num_hidden_layers: int) -> None:
    model = build_model(
        RunConfig("annotate-vae", num_hidden_layers=num_hidden_layers), (1, 8, 8), 5
    )
    widths = [layer.out_features for layer in model.head if isinstance(layer, torch.nn.Linear)]
    assert widths == [10] * num_hidden_layers + [5]


def test_build_model__equal_seeds_give_equal_weights() -> None:
    first, same = (build_model(RunConfig("annotate-vae", seed=3), (1, 8, 8), 2) for _ in range(2))
    other = build_model(RunConfig("annotate-vae", seed=4), (1, 8, 8), 2)
    assert torch.equal(first.get_parameter("mu.weight"), same.get_parameter("mu.weight"))
    assert not torch.equal(first.get_parameter("mu.weight"), other.get_parameter("mu.weight"))


def test_build_model__leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    build_model(RunConfig("annotate-vae"), (1, 8, 8), 2)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("shape", [(2, 8, 8), (1, 0, 8), (1, 8, 2000)], ids=str)
def test_build_model__refuses_shapes(shape: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInputError, match="1 or 3 channels"):
        build_model(RunConfig("annotate-vae"), shape, 2)


def test_seat_new_classes__points_each_class_at_its_own_place() -> None:
    model = build_model(RunConfig("annotate-vae"), (1, 8, 8), 4)
    z = torch.tensor([[5.0, 1.0], [5.2, 1.2], [3.0, 3.0], [3.0, 3.2]])
    seat_new_classes(model, z, z, torch.tensor([0, 0, 2, 2]))
    with torch.no_grad():
        logits = model.classify(z, z)
    assert logits[:, [0, 2]].argmax(1).tolist() == [0, 0, 1, 1]
    assert not logits[:, [1, 3]].any()  # classes nobody named keep their row of zeros


def test_seat_new_classes__leaves_taught_rows_alone() -> None:
    model = build_model(RunConfig("annotate-vae"), (1, 8, 8), 2)
    z = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    seat_new_classes(model, z, z, torch.tensor([0, 1]))
    before = model.classify(z, z).detach().clone()
    seat_new_classes(model, z, z.flip(0), torch.tensor([0, 1]))
    assert torch.equal(before, model.classify(z, z).detach())
