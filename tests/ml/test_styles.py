"""Styles set knobs that exist, within their bounds, and do what their names say."""

import copy

import pytest
import torch

from ml.knobs import KNOBS, check_knobs
from ml.networks.model import LatentModel, build_model
from ml.records import PRESETS, RunConfig
from ml.styles import STYLES, Style, settings_of
from tests.ml.scenes import blobs, figure, run, snapshots

ALL = [(preset, style) for preset in PRESETS for style in STYLES[preset]]


def style_of(preset: str, name: str) -> Style:
    return next(style for style in STYLES[preset] if style.name == name)


@pytest.mark.parametrize(("preset", "style"), ALL, ids=lambda each: getattr(each, "name", each))
def test_settings__are_knobs_of_the_preset_within_bounds(preset: str, style: Style) -> None:
    settings = settings_of(preset, style)
    assert set(settings) == {knob.name for knob in KNOBS[preset]}
    check_knobs(preset, settings)
    assert RunConfig(preset=preset, **settings)  # type: ignore[arg-type]
    risky = {k.name: k.caution_above for k in KNOBS[preset] if k.caution_above is not None}
    assert all(settings[name] < limit for name, limit in risky.items())


def test_styles__have_names_of_their_own_and_differ() -> None:
    for preset in PRESETS:
        names = [style.name for style in STYLES[preset]]
        assert names[:3] == ["gentle", "firm", "separate"]
        settings = [tuple(sorted(settings_of(preset, style).items())) for style in STYLES[preset]]
        assert len(set(settings)) == len(names) == len(set(names))


def pretrained(preset: str) -> LatentModel:
    samples = blobs()
    config = RunConfig(preset=preset, num_epochs=20, batch_size=32)
    model = build_model(config, samples.sample_shape, samples.num_classes, torch.device("cpu"))
    run(model, samples, config)
    model.has_parent = True
    return model


def displaced(model: LatentModel, preset: str, name: str) -> float:
    """How far an Update in a style moves what nobody touched, in map radii."""
    config = RunConfig(
        preset=preset,
        batch_size=32,
        **settings_of(preset, style_of(preset, name)),  # type: ignore[arg-type]
    )
    events = run(copy.deepcopy(model), blobs(annotated=(0, 1, 2)), config)
    return figure(snapshots(events)[-1], "displacement_untouched")


@pytest.mark.parametrize("preset", PRESETS)
def test_gentle__moves_the_map_less_than_firm(preset: str) -> None:
    model = pretrained(preset)
    assert displaced(model, preset, "gentle") < displaced(model, preset, "firm")
