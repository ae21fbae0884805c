"""The presets: which losses a run makes smaller, one module each."""

from ml.learning.learner import Learner
from ml.networks.model import LatentModel
from ml.presets.annotate_vae import AnnotateVae
from ml.presets.contrast import Contrast
from ml.presets.lodemap import Lodemap
from ml.presets.refine_projection import RefineProjection
from ml.presets.unfold import Unfold
from ml.records import RunConfig
from ml.samples.training_set import TrainingSet


def make_learner(
    model: LatentModel, samples: TrainingSet, config: RunConfig, is_fine_tuning: bool
) -> Learner:
    """Return what trains `model` under its preset.

    Args:
        model: The network.
        samples: What it learns from.
        config: How.
        is_fine_tuning: Whether it goes on from an earlier run; else it pretrains without labels.
    """
    if model.preset == "annotate-vae":
        return AnnotateVae(model, samples, config)
    if model.preset == "lodemap":
        return (Lodemap if is_fine_tuning else Unfold)(model, samples, config)
    if not is_fine_tuning:
        return Contrast(model, samples, config)
    return RefineProjection(model, samples, config)
