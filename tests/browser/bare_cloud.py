"""A cloud on the bare map engine, and the hand that turns it."""

import numpy as np

from tests.browser.bare_map import BareMap, Places

RNG = np.random.default_rng(11)
CLOUD: Places = RNG.uniform(-1, 1, (1200, 3)) * (1.6, 1, 0.7)
CENTRE = (450.0, 330.0)


def drag(bare: BareMap, by: tuple[float, float], button: str = "left") -> None:
    mouse = bare.page.mouse
    mouse.move(*CENTRE)
    mouse.down(button=button)  # type: ignore[arg-type]
    mouse.move(CENTRE[0] + by[0], CENTRE[1] + by[1], steps=6)
    mouse.up(button=button)  # type: ignore[arg-type]
    bare.settle()
