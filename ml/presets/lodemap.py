"""Ours: features refined by contrast that knows the classes, on a map that is held.

    loss = contrast of a minibatch's features, once five classes are known
         + w_layout Cauchy contrast of neighbours on the map + w_magnets CE by magnets
         + w_anchor anchor of what nobody touched + w_dis distance of moved samples from targets

Two speeds: the map moves on features at rest, some milliseconds a step and a frame at once; steps
of the encoder come beside them, w_contrast times as far: Adam, to whom only the contrast speaks of
it, takes no notice of a factor. The class of a sample is what two heads on the features believe
(`ml.learning.answer`), not what the map shows. Figures: docs/learning.md, sections 9 to 11.
"""

import math
from collections.abc import Iterator
from typing import Any, ClassVar, Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from numpy.typing import NDArray
from torch import Tensor

from ml.device import exactly
from ml.learning.answer import View
from ml.learning.augment import AUGMENT
from ml.learning.drops import Drops
from ml.learning.learner import Learner
from ml.learning.losses import (
    anchor_loss,
    cauchy_info_nce,
    info_nce,
    magnet_logits,
)
from ml.learning.optimizers import make_adam
from ml.learning.partners import Partners
from ml.maps.force import Ties
from ml.maps.principal import map_radius
from ml.measures.stability import StartingMap
from ml.networks.checkpoint import Checkpoint
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel
from ml.networks.networks import mask_logits
from ml.presets.contrast import most_pairs
from ml.records import RunConfig
from ml.samples.known import RunFeatures
from ml.samples.training_set import TrainingSet
from ml.seeding import draw_most

MAP_STEPS: Final = 16
"""Steps of the map alone in an epoch."""
MOST_ENCODER_STEPS: Final = 8
"""Steps of the encoder in an epoch: few, so that an answer takes seconds up to some 10,000 samples.
Beyond, looking for neighbours after them takes longest (docs/learning.md, 11)."""
LEAST_CLASSES: Final = 5
"""Refined earlier, a class nobody named yet is merged into others (docs/learning.md, 7)."""
MAP_SPEED: Final = 10.0
"""Learning rate of the map over that of the encoder."""
NUM_EDGES: Final = 256
"""Edges that take part in one step of the map."""
MAGNET_INERTIA: Final = 0.7
"""How much of its old place a magnet keeps when its class has new samples."""


class Lodemap(Learner):
    """Contrast on h; layout, magnets, anchor and displacement on z."""

    TERMS: ClassVar[tuple[str, ...]] = (
        "loss", "contrast", "layout", "magnets", "anchor", "displacement",
    )  # fmt: skip
    SELDOM: ClassVar[tuple[str, ...]] = ("encoder.", "contrast.", "head.")
    IS_EVEN: ClassVar[bool] = True

    def __init__(self, model: LatentModel, samples: TrainingSet, config: RunConfig) -> None:
        super().__init__(model, samples, config)
        device = model.device
        self._trained = self.ids.to(device)
        self._annotated = (self.taught >= 0).nonzero().squeeze(1)  # (num_annotated,)
        self._features = RunFeatures(model, self.pixels, samples.known)
        self._answered: Tensor | None = None
        self._belief = torch.zeros(0)
        self._partners: Partners | None = None
        self._num_pairs = most_pairs(config.batch_size, model.sample_shape, device)
        self._num_encoder_steps = 0
        self._is_blind = True
        refused = samples.taught_refusals
        self._refused = None if refused is None else torch.from_numpy(refused).to(device)

    def ties(self) -> Ties:
        """Return the magnets, which leave moved samples to their targets."""
        magnets, config, radius = self.model.magnets, self.config, self._radius
        assert magnets is not None
        return Ties(
            lambda z: magnet_logits(z, magnets, radius),
            config.w_magnets,
            config.w_dis / float(radius),
            leaves_moved=config.w_dis > 0,
        )

    def make_optimizer(self) -> torch.optim.Optimizer:
        """Return Adam for the encoder and, faster, for the map; heads are fitted apart."""
        model = self.model
        assert model.contrast is not None
        refined = [*model.encoder.parameters(), *model.contrast.parameters()]
        groups: list[dict[str, Any]] = [
            {"params": refined, "speed": self.config.w_contrast},
            {"params": model.mu.parameters(), "speed": MAP_SPEED},
        ]
        return make_adam(groups, self.config.learning_rate)

    def note_start(self) -> StartingMap | None:
        """Return None: `prepare` asks where everything is, and some of that is noted."""
        return None

    def prepare(self) -> Iterator[None]:
        """Note where everything is before the first step, and seat the magnets."""
        yield from self._features.begin()
        embedding = self.embed()
        yield from embedding.chunks()
        self.starting_map = StartingMap.of(embedding.mu, self.samples)
        self._home = torch.from_numpy(embedding.mu).to(self.model.device)
        self._radius = map_radius(self._home[self._trained])
        if len(self.samples.placed_classes) and self.config.w_dis:
            self.carry(embedding)
        moved = self._heeded_moves()
        pulled = torch.cat([moved, self.carried])
        self._gathered = self._annotated[~torch.isin(self._annotated, pulled)]
        touched = torch.cat([self._annotated, moved, self.members])
        self._untouched = self._trained[~torch.isin(self._trained, touched)]
        self._seat_magnets(pulled)

    def _heeded_moves(self) -> Tensor:
        """Return moved samples, (n,); none where moves weigh nothing."""
        return self.moved if self.config.w_dis else self.moved[:0]

    @torch.no_grad()
    def _seat_magnets(self, pulled: Tensor) -> None:
        """Put each class's magnet where its samples are: at once at first, then bit by bit.

        One with a place of its own stands there where moves weigh; `pulled` have a target, (n,).
        """
        magnets = self.model.magnets  # (K, latent_dim)
        assert magnets is not None
        places = self._home.clone()
        places[pulled] = self.target[pulled]
        for k in self.is_active.nonzero().squeeze(1).tolist():
            ids = self._annotated[self.taught[self._annotated] == k]
            place = places[ids].median(0).values
            inertia = MAGNET_INERTIA if bool(magnets[k].any()) else 0.0
            magnets[k] = inertia * magnets[k] + (1 - inertia) * place
        placed = torch.from_numpy(self.samples.placed_classes).to(magnets.device)
        own = torch.from_numpy(self.samples.places(self.model.latent_dim)).to(magnets.device)
        if self.config.w_dis:
            magnets[placed] = own[placed]

    def resume(self, checkpoint: Checkpoint) -> None:
        """Continue where `checkpoint` of the same run stands; what was held is held on."""
        super().resume(checkpoint)
        self._features.now = None

    def embed(self) -> Embedding:
        """Return an embedding of all samples, still to be computed; quick on features at rest."""
        return Embedding(self.model, self.pixels, self._features.h)

    def tune(self, epoch: int) -> Iterator[None]:
        """Learn who is near whom and what is believed, where the last snapshot did not.

        The first epoch does without: the map should move at once.
        """
        if self._features.now is None:
            yield from self._features.refresh()
        if epoch > 1:
            yield from self._ask()

    def conclude(self, embedding: Embedding) -> Iterator[None]:  # noqa: ARG002 (of these features)
        """Ask the heads what they believe; the run after this one may begin with the features."""
        yield from self._ask()
        self._features.keep()

    def _ask(self) -> Iterator[None]:
        """Ask the heads unless they were asked about these very features."""
        known = self._features.now
        assert known is not None
        if self._answered is known.h:
            return
        view = View(self.model.direction(known.h), self.ids, self.model.num_classes, known.graph)
        yield from view.chunks()
        known.graph = view.graph
        if bool(self.is_active.any()):
            drops = Drops.of(self._heeded_moves(), self.taught)
            yield from view.ask(self.taught, self._refused, self.is_active, drops)
            self.model.head.load_state_dict(view.head.state_dict())
        self._belief = view.belief
        self._partners = Partners(view.graph, view.told)
        self._answered = known.h

    def _count_encoder_steps(self) -> int:
        """Return the steps of the encoder in the next epoch; 0 while it has nothing to learn."""
        partners = self._partners
        is_taught = partners is not None and partners.num_sure_classes >= LEAST_CLASSES
        if not is_taught or self.config.w_contrast == 0:
            return 0
        return min(MOST_ENCODER_STEPS, math.ceil(len(self.ids) / self._num_pairs))

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch."""
        return self._num_encoder_steps + MAP_STEPS

    def run_epoch(self, epoch: int) -> Iterator[int]:
        """Train one epoch, yielding the updates done in it after each and where a run may stop."""
        for _ in self.tune(epoch):
            yield 0
        done, self._is_blind = 0, self._partners is None
        for done, ids in enumerate(self.begin_epoch(epoch), start=1):
            self.step(ids)
            yield done
        if done:
            for _ in self._features.refresh():
                yield done
        for more in range(1, MAP_STEPS + 1):
            self.step(self._trained[:0])
            yield done + more

    def minibatches(self, ids: Tensor) -> tuple[Tensor, ...]:
        """Return the near-equal minibatches of the encoder: the first of a random order."""
        self._num_encoder_steps = n = self._count_encoder_steps()
        return torch.tensor_split(ids[: n * self._num_pairs], n) if n else ()

    def weight_of(self, ids: Tensor) -> int:  # noqa: ARG002 (all steps count alike)
        """Return 1: a step of the map counts as one of the encoder."""
        return 1

    def mean_losses(self) -> dict[str, float] | None:
        """Return the epoch's mean terms; the contrast's over the steps that had one."""
        means = super().mean_losses()
        if means and self._num_encoder_steps:
            means["contrast"] *= self.steps_per_epoch / self._num_encoder_steps
        return means

    @property
    def withheld_terms(self) -> tuple[str, ...]:
        """The contrast where nothing is refined; before neighbours are known, the total as well."""
        if self._is_blind:
            return ("loss", "contrast", "layout")
        return () if self._num_encoder_steps else ("contrast",)

    def losses(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, ...]:
        """Return total, contrast, layout, magnets, anchor and displacement of a step."""
        config = self.config
        with exactly(self.model.device):
            layout, magnets, anchor, displacement = self._map_losses(noise)
        contrast = self._contrast(ids, noise) if len(ids) else layout.new_zeros(())
        total = contrast + config.w_layout * layout + config.w_magnets * magnets
        total = total + config.w_anchor * anchor + config.w_dis * displacement
        return total, contrast, layout, magnets, anchor, displacement

    def _contrast(self, ids: Tensor, noise: torch.Generator) -> Tensor:
        """Return the contrast of samples and partners, likely members of one class left out."""
        model, partners = self.model, self._partners
        assert partners is not None
        assert model.contrast is not None
        both = torch.cat([ids, partners.draw(ids, noise)])  # (2B,)
        h = model.features(AUGMENT[self.samples.kind](self.samples_at(both), noise))
        first, second = model.contrast(h).float().chunk(2)
        return info_nce(first, second, partners.are_alike(both))

    def _map_losses(self, noise: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return layout, magnets, anchor and displacement on features at rest."""
        h, model = self._features.h, self.model
        assert h is not None
        here, there, is_pair = self._edges(noise)
        gathered, untouched = (draw_most(ids, noise) for ids in (self._gathered, self._untouched))
        drawn = self.draw_targets(noise)
        parts = [here, there, gathered, untouched, torch.cat(drawn)]
        places = torch.split(model.locate(h[torch.cat(parts)]).mu, [len(part) for part in parts])
        layout = cauchy_info_nce(places[0], places[1], is_pair) if len(here) else h.new_zeros(())
        return (
            layout,
            self._magnets(places[2], gathered),
            anchor_loss(places[3], self._home[untouched], self._radius),
            self.displacement(places[4], drawn) / self._radius,
        )

    def _edges(self, noise: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        if self._partners is None:
            return (self._trained[:0],) * 3
        return self._partners.edges(self._trained, NUM_EDGES, noise)

    def _magnets(self, z: Tensor, ids: Tensor) -> Tensor:
        """Return the cross entropy of annotated samples by the places of their classes."""
        magnets = self.model.magnets
        if len(ids) == 0 or magnets is None:
            return z.new_zeros(())
        logits = magnet_logits(z, magnets, self._radius)
        return F.cross_entropy(mask_logits(logits, self.is_active), self.taught[ids])

    def probabilities(self, embedding: Embedding) -> NDArray[np.float32]:  # noqa: ARG002
        """Return what the heads believe, shape (num_samples, K); `conclude` has asked them."""
        found: NDArray[np.float32] = self._belief.cpu().numpy()
        return found
