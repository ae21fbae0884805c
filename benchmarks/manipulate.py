"""What hands on the map cost: drags, lassos, tweens on two and three axes, scrubbing."""

import math
from typing import Any, Final

import numpy as np
from playwright.sync_api import Page

from benchmarks.chromium import chromium
from benchmarks.motion import RENDERER
from benchmarks.records import Report
from benchmarks.static_site import static_site
from ml.maps.codec import encode_frame
from ml.records import Frame

SIZES: Final = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
DRAGGED: Final = (1, 5_000)
DRAG_AMONG: Final = 100_000
COMPARED: Final = "100k"
"""Size at which Plotly's own lasso is taken beside ours."""
NUM_LASSOS: Final = 5
LASSO: Final = [(460 + 230 * math.cos(a / 5), 330 + 170 * math.sin(a / 5)) for a in range(32)]
SCRUB_FRAMES: Final = 200
DURATION_MS: Final = 4_000
QUICK_SHARE: Final = 0.4
PATIENCE_MS: Final = 20_000
Measured = dict[str, Any]


def run(is_quick: bool) -> Report:
    """Measure in one page of a real Chromium.

    Args:
        is_quick: leave out a million points, and repeat less.

    Raises:
        MissingPartError: when Chromium is not installed.
    """
    share = QUICK_SHARE if is_quick else 1.0
    sizes = {name: count for name, count in SIZES.items() if not (is_quick and name == "1m")}
    with static_site() as base, chromium(plays_gpu=True) as browser:
        page = browser.new_page(viewport={"width": 960, "height": 700})
        page.set_default_timeout(0)
        page.goto(f"{base}/benchmarks/bare_plot.html?of=manipulate")
        page.wait_for_function("window.manipulate !== undefined")
        hands = Hands(page, share, 1 if is_quick else NUM_LASSOS)
        figures, notes = hands.measure(sizes)
        notes["renderer"] = str(page.evaluate(RENDERER))
    figures |= {f"bytes_per_point_{dim}d": bytes_per_point(dim) for dim in (2, 3)}
    every: dict[str, float | None] = {key: figures.get(key) for key in KEYS}
    return Report("manipulate", every, notes)


KEYS: Final = (
    *(f"drag_js_ms_{count}" for count in DRAGGED),
    *(f"{kind}_{size}" for kind in ("lasso_ms", "lasso3d_ms") for size in SIZES),
    f"lasso_plotly_ms_{COMPARED}", f"lasso_ratio_vs_plotly_{COMPARED}",
    *(f"fps_{dim}d_{size}" for dim in (2, 3) for size in SIZES),
    "scrub_fps_10k", "scrub_ratio_vs_tween_10k", "scrub_js_ms_10k",
    "bytes_per_point_2d", "bytes_per_point_3d",
)  # fmt: skip
"""Every figure, taken or not."""


class Hands:
    """A page, and how long and how often each thing is done in it."""

    def __init__(self, page: Page, share: float, num_lassos: int) -> None:
        self._page = page
        self._duration_ms = DURATION_MS * share
        self._num_lassos = num_lassos

    def measure(self, sizes: dict[str, int]) -> tuple[dict[str, float], dict[str, str]]:
        """Return every figure that the page can tell, and what to know of some."""
        figures: dict[str, float] = {}
        notes: dict[str, str] = {}
        for count in DRAGGED:
            taken = self._ask("drag(...of)", DRAG_AMONG, count, self._duration_ms)
            figures[f"drag_js_ms_{count}"] = taken["jsMs"]
            notes[f"drag_js_ms_{count}"] = f"among 100,000, {taken['frames']} frames"
        for size, count in sizes.items():
            for dim in (2, 3):
                figures[f"fps_{dim}d_{size}"] = self._tween(count, dim)["fps"]
                key = "lasso_ms" if dim == 2 else "lasso3d_ms"
                figures[f"{key}_{size}"] = self._lasso("prepareOurs", count, dim)
        theirs = self._lasso("preparePlotly", SIZES[COMPARED])
        figures[f"lasso_plotly_ms_{COMPARED}"] = theirs
        figures[f"lasso_ratio_vs_plotly_{COMPARED}"] = theirs / figures[f"lasso_ms_{COMPARED}"]
        return figures | self._scrub(), notes

    def _scrub(self) -> dict[str, float]:
        beside = self._tween(SIZES["10k"], 2)
        taken = self._ask("scrub(...of)", SIZES["10k"], SCRUB_FRAMES, self._duration_ms)
        return {
            "scrub_fps_10k": taken["fps"],
            "scrub_ratio_vs_tween_10k": taken["fps"] / beside["fps"],
            "scrub_js_ms_10k": taken["jsMs"],
        }

    def _tween(self, num_samples: int, latent_dim: int) -> Measured:
        return self._ask("tween(...of)", num_samples, latent_dim, self._duration_ms)

    def _lasso(self, prepare: str, *of: int) -> float:
        """Draw a lasso with the real mouse; return the median from its release to the selection."""
        return float(np.median([self._lasso_once(prepare, *of) for _ in range(self._num_lassos)]))

    def _lasso_once(self, prepare: str, *of: int) -> float:
        self._ask(f"{prepare}(...of)", *of)
        mouse = self._page.mouse
        mouse.move(*LASSO[0])
        mouse.down()
        for place in LASSO[1:]:
            mouse.move(*place)
        mouse.up()
        taken = self._ask("released(...of)", PATIENCE_MS)
        if taken["ms"] is None or taken["count"] == 0:
            raise RuntimeError(f"{prepare}: the lasso caught nothing")
        return float(taken["ms"])

    def _ask(self, call: str, *of: float) -> Measured:
        found: Measured = self._page.evaluate(f"of => manipulate.{call}", list(of))
        return found


def bytes_per_point(latent_dim: int, num_samples: int = SIZES["10k"]) -> float:
    """Return the bytes of a frame over its points, the header of 64 bytes counted."""
    places = np.random.default_rng(0).normal(size=(num_samples, latent_dim)).astype(np.float32)
    return len(encode_frame(Frame(1.0, places))) / num_samples
