import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from ml.maps.principal import map_radius, principal_map, turned_like


@pytest.fixture
def h() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(300, 8, generator=generator) * torch.tensor([5.0, 3, 1, 1, 1, 1, 1, 1])


def test_principal_map__is_pca_up_to_a_turn(h: torch.Tensor) -> None:
    expected = PCA(2).fit_transform(h.numpy())
    expected /= np.sqrt((expected**2).sum(1).mean())
    mine = principal_map(h, torch.from_numpy(expected).float(), torch.arange(300))
    np.testing.assert_allclose(mine.numpy(), expected, atol=1e-3)
    assert map_radius(mine).item() == pytest.approx(1, abs=1e-4)


def test_principal_map__held_out_samples_decide_nothing(h: torch.Tensor) -> None:
    ids = torch.arange(200)
    like = torch.randn(300, 2, generator=torch.Generator().manual_seed(1))
    before = principal_map(h, like, ids)
    h[250:] *= 100
    torch.testing.assert_close(principal_map(h, like, ids)[:250], before[:250])


def test_turned_like__undoes_a_turn_and_a_mirror() -> None:
    z = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    z = z - z.mean(0)
    turn = torch.tensor([[0.6, 0.8], [0.8, -0.6]])
    torch.testing.assert_close(turned_like(z @ turn, z, torch.arange(50)), z, atol=1e-5, rtol=1e-4)
