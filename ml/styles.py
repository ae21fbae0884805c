"""Ways to learn that a person may choose by name instead of turning knob after knob.

Measured on the digits, 25 names in each of six classes, one core (silhouette of the predicted
classes on the map; displacement of untouched points in map radii), `lodemap` as the mean of three
networks and three draws of names:

    lodemap             usual    gentle   firm     separate   spread
      displacement      .055     .030     .089     .135       .169
      silhouette        .208     .190     .233     .261       .246
    annotate-vae
      displacement      .467     .132     .585     .665       .473
      silhouette        .410     .307     .420     .442       .442
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ml.knobs import defaults_of


@dataclass(frozen=True)
class Style:
    """Settings of the knobs under one name."""

    name: str
    """What the interface and a stored choice call it."""
    label: str
    """What a person reads."""
    sentence: str
    """What it does, in one plain sentence."""
    values: Mapping[str, float]
    """Knobs it sets; every other knob of the preset stands at its default."""


def _gentle(**values: float) -> Style:
    return Style("gentle", "Gentle", "The map keeps its shape; names tug at it.", values)


def _firm(**values: float) -> Style:
    return Style("firm", "Firm", "Names count more, and the map follows them.", values)


def _separate(**values: float) -> Style:
    return Style("separate", "Separate", "Classes part, whatever moves with them.", values)


def _spread(sentence: str, **values: float) -> Style:
    return Style("spread", "Spread", sentence, values)


STYLES: Final[Mapping[str, tuple[Style, ...]]] = {
    "lodemap": (
        _gentle(num_epochs=4, learning_rate=4e-4, w_magnets=0.5, w_anchor=6.0),
        _firm(num_epochs=10, w_magnets=3.0, w_anchor=1.0),
        _separate(num_epochs=12, w_magnets=5.0, w_anchor=0.5, w_contrast=2.5),
        _spread(
            "Neighbours draw together and all others part, so that the map unfolds.",
            num_epochs=10, w_magnets=0.3, w_anchor=0.2, w_layout=1.0,
        ),
    ),
    "annotate-vae": (
        _gentle(num_epochs=8, learning_rate=1e-3, beta_classifier=20.0),
        _firm(num_epochs=20, beta_classifier=300.0),
        _separate(num_epochs=25, beta_classifier=600.0, beta_kl=0.3),
        _spread(
            "The points fill the map evenly, classes side by side.",
            num_epochs=20, beta_classifier=50.0, beta_kl=8.0,
        ),
    ),
    "refine-projection": (
        _gentle(num_epochs=2, learning_rate=5e-3),
        _firm(num_epochs=8),
        _separate(num_epochs=15, w_cls=1.0),
    ),
}  # fmt: skip
"""By preset; nothing in `refine-projection` evens out a map, so it has no *spread*."""


def settings_of(preset: str, style: Style) -> dict[str, float | int]:
    """Return what every knob of a preset stands at in a style."""
    return defaults_of(preset) | dict(style.values)
