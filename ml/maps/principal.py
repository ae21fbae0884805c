"""Maps without training: principal components, and turning one map like another."""

import torch
from torch import Tensor


@torch.no_grad()
def principal_map(h: Tensor, like: Tensor, ids: Tensor) -> Tensor:
    """Return the main axes of features as a map of RMS radius 1, shape (num_samples, latent_dim).

    Axes of a principal map may flip from one epoch to the next; it is turned to lie as near as it
    can to the map people look at.

    Args:
        h: Features, shape (num_samples, FEATURE_DIM).
        like: The present map, shape (num_samples, latent_dim).
        ids: Samples that decide the axes, shape (num_trained,): held-out ones do not.
    """
    middle = h[ids].mean(0)
    # 128 x 128 at most: exact, and the same on every device
    covariance = (h[ids] - middle).T.double() @ (h[ids] - middle).double()
    axes = torch.linalg.eigh(covariance).eigenvectors[:, -like.shape[1] :].float()
    z = (h - middle) @ axes  # (num_samples, latent_dim)
    radius = z[ids].square().sum(1).mean().sqrt().clamp_min(1e-6)
    return turned_like(z / radius, like, ids)


@torch.no_grad()
def turned_like(z: Tensor, like: Tensor, ids: Tensor) -> Tensor:
    """Return a map turned or mirrored about its middle to lie as near to another as it can.

    Orthogonal Procrustes (Schönemann 1966). Both maps (num_samples, latent_dim); `ids` decide.
    """
    here, there = z[ids] - z[ids].mean(0), like[ids] - like[ids].mean(0)
    u, _, vt = torch.linalg.svd(here.T.double() @ there.double())
    turn: Tensor = (u @ vt).to(z.dtype)  # (latent_dim, latent_dim)
    return (z - z[ids].mean(0)) @ turn


@torch.no_grad()
def map_radius(z: Tensor) -> Tensor:
    """Return the RMS distance of latents (num_samples, latent_dim) from their mean, a scalar."""
    return (z - z.mean(0)).square().sum(1).mean().sqrt().clamp_min(1e-6)
