"""Teaching the projection branch a map that was laid out elsewhere (Wei et al., section 2).

The network is trained by then: features stay as they are, so that a pass over all samples costs as
much as one minibatch of images.
"""

import math
from collections.abc import Iterator
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.networks.model import LatentModel
from ml.seeding import make_generator

EPOCHS: Final = 80
RATE: Final = 4e-3
"""First step of Adam; it falls to nothing, so that the branch ends at rest."""
BATCH_SIZE: Final = 256


def teach_branch(
    model: LatentModel, h: Tensor, layout: Tensor, ids: Tensor, seed: int
) -> Iterator[None]:
    """Fit the branch to a layout by smooth L1, pausing after each epoch.

    Args:
        model: The network; nothing but its branch changes.
        h: Features, shape (num_samples, FEATURE_DIM).
        layout: Where the map should show the samples, shape (num_samples, latent_dim).
        ids: Samples that teach, shape (num_trained,): held-out ones do not.
        seed: Decides the order.
    """
    generator = make_generator(seed)
    optimizer = torch.optim.Adam(model.mu.parameters(), RATE, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        order = ids[torch.randperm(len(ids), generator=generator).to(ids.device)]
        for batch in order.chunk(math.ceil(len(order) / BATCH_SIZE)):
            optimizer.zero_grad(set_to_none=True)
            loss = F.smooth_l1_loss(model.locate(h[batch]).mu, layout[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
        yield
