"""The contenders of `gestures`: how each is run, and what its kept results depend on."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.gestures.course import Course
from benchmarks.gestures.hand import HandMaker, LassoHand
from benchmarks.gestures.keep import code_digest, digest
from benchmarks.gestures.leads import LeadsHand
from benchmarks.gestures.live import live_course
from benchmarks.gestures.plan import PRESET_OF, Plan
from benchmarks.gestures.scene import FEATURES, Scene
from benchmarks.gestures.static import ceiling, control, pixels_cnn, pixels_knn
from benchmarks.gestures.suggested import SuggestedHand
from ml.knobs import defaults_of
from ml.records import PRESETS

STATIC: Final[Mapping[str, Callable[[Scene, int], Course]]] = {
    "pixels_knn": pixels_knn,
    "pixels_cnn": pixels_cnn,
    "control": control,
    "ceiling": ceiling,
}
HANDS: Final[Mapping[str, HandMaker]] = {
    "annotate_vae": LassoHand,
    "lodemap": LassoHand,
    "leads": LeadsHand,
    "suggested": SuggestedHand,
}
"""By live contender."""
STATIC_CODE: Final = (
    "benchmarks.annotator",
    "benchmarks.gestures.static",
    "benchmarks.gestures.answers",
    "benchmarks.gestures.network",
    "benchmarks.gestures.layout",
    "benchmarks.gestures.course",
)
LIVE_CODE: Final = (
    "benchmarks.gestures.live",
    "benchmarks.gestures.hand",
    "benchmarks.gestures.layout",
    "benchmarks.gestures.course",
)
HAND_CODE: Final[Mapping[str, tuple[str, ...]]] = {
    "leads": ("benchmarks.gestures.leads", "benchmarks.leads.walk"),
    "suggested": tuple(
        f"benchmarks.gestures.{each}"
        for each in ("suggested", "suggestions", "groups", "clusters", "walks")
    ),
}
"""Modules of those hands that hold no lasso."""
NOT_THE_ANSWER: Final = ("num_seeds", "num_few_seeds")
"""Of a plan: how many seeds are taken does not change what one of them gives."""


def why_absent(contender: str) -> str | None:
    """Return why a contender cannot run in this version, None where it can."""
    preset = PRESET_OF.get(contender)
    if preset is not None and preset not in PRESETS:
        return f"there is no preset {preset} yet"
    return None


def epochs_after_gesture(contender: str, plan: Plan) -> int | None:
    """Return how long a live contender learns; the preset's own epochs when None."""
    return plan.vae_epochs if contender == "annotate_vae" else None


def take(scene: Scene, contender: str, seed: int) -> Course:
    """Run a contender once."""
    if contender in STATIC:
        return STATIC[contender](scene, seed)
    epochs = epochs_after_gesture(contender, scene.plan)
    return live_course(scene, PRESET_OF[contender], HANDS[contender], epochs, seed)


def mark_of(scene: Scene, contender: str) -> str:
    """Return a digest of all that decides a contender's results on a set, but for the seed.

    It names the pretraining by what came out, so that it is done first where it is not kept.
    """
    plan = {k: v for k, v in dataclasses.asdict(scene.plan).items() if k not in NOT_THE_ANSWER}
    preset = PRESET_OF.get(contender)
    if preset is None:
        is_on_pixels = contender.startswith("pixels")
        base = "pixels" if is_on_pixels else digest(scene.pretrained(FEATURES))
        return digest(scene.identity, contender, plan, base, code_digest(*STATIC_CODE))
    # a preset's module is named after it, so that another preset's change discards nothing
    hand = HAND_CODE.get(contender, ("benchmarks.annotator",))
    code = code_digest(*LIVE_CODE, *hand, f"ml.presets.{preset.replace('-', '_')}", "ml.training")
    base = digest(scene.pretrained(preset))
    return digest(scene.identity, contender, plan, defaults_of(preset), base, code)


def name_of(contender: str, seed: int, mark: str) -> str:
    """Return the name a course is kept under."""
    return f"{contender}_{seed}_{mark}"
