"""What a moving map costs: main-thread work and frames per second, against Plotly's own means."""

from typing import Any, Final

from playwright.sync_api import Page

from benchmarks.chromium import chromium
from benchmarks.records import Report
from benchmarks.static_site import static_site

SIZES: Final = {"2k": 2_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
TWEEN_MS: Final = {"2k": 4_000, "10k": 4_000, "100k": 6_000, "1m": 12_000}
"""Long enough for a dozen frames where the GPU is a CPU."""
QUICK_SHARE: Final = 0.6
CONTENDERS: Final = {
    "restyle": ("restyle", False),
    "restyle_one_color": ("restyle", True),
    "animate": ("animate", False),
}
"""Key in the figures, and how Plotly moves the points: means, and whether all have one colour."""
COMPARED: Final = "100k"
Measured = dict[str, Any]


def run(is_quick: bool) -> Report:
    """Measure in one page of a real Chromium.

    Args:
        is_quick: measure Plotly at 100k only; the other comparisons stay empty.

    Raises:
        MissingPartError: when Chromium is not installed.
    """
    share = QUICK_SHARE if is_quick else 1.0
    with static_site() as base, chromium(plays_gpu=True) as browser:
        page = browser.new_page(viewport={"width": 960, "height": 700})
        page.set_default_timeout(0)
        page.goto(f"{base}/benchmarks/bare_plot.html?of=motion")
        page.wait_for_function("window.motion !== undefined")
        renderer = str(page.evaluate(RENDERER))
        ours = {size: _ours(page, size, share) for size in SIZES}
        theirs = {
            (name, size): None
            if is_quick and size != COMPARED
            else _theirs(page, name, size, share)
            for name in CONTENDERS
            for size in SIZES
            if size != "1m"
        }
    return Report("motion", _figures(ours, theirs), _notes(ours, theirs, renderer))


RENDERER: Final = """() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    if (gl === null) return 'none';
    const {UNMASKED_RENDERER_WEBGL} = gl.getExtension('WEBGL_debug_renderer_info');
    const name = gl.getParameter(UNMASKED_RENDERER_WEBGL);
    gl.getExtension('WEBGL_lose_context').loseContext();
    return name;
}"""


def _ours(page: Page, size: str, share: float) -> Measured:
    measured: Measured = page.evaluate(
        "([n, ms]) => motion.ours(n, ms)", [SIZES[size], TWEEN_MS[size] * share]
    )
    return measured


def _theirs(page: Page, name: str, size: str, share: float) -> Measured:
    measured: Measured = page.evaluate(
        "([means, isOneColor, n, ms]) => motion.plotly(means, isOneColor, n, ms)",
        [*CONTENDERS[name], SIZES[size], TWEEN_MS[size] * share],
    )
    return measured


def _figures(
    ours: dict[str, Measured], theirs: dict[tuple[str, str], Measured | None]
) -> dict[str, float | None]:
    figures: dict[str, float | None] = {}
    for key, name in (
        ("js_ms_per_frame", "workMs"),
        ("fps", "fps"),
        ("retarget_ms", "retargetMs"),
        ("upload_ms", "uploadMs"),
    ):
        figures |= {f"{key}_{size}": measured[name] for size, measured in ours.items()}
    for (name, size), measured in theirs.items():
        figures[f"fps_{name}_{size}"] = None if measured is None else measured["fps"]
        if name == "animate":  # its work runs after the frame's callbacks, where none is counted
            continue
        figures[f"js_ms_{name}_{size}"] = None if measured is None else measured["workMs"]
    for name in CONTENDERS:
        compared = theirs[name, COMPARED]
        assert compared is not None
        figures[f"fps_ratio_vs_{name}_{COMPARED}"] = ours[COMPARED]["fps"] / compared["fps"]
    return figures


def _notes(
    ours: dict[str, Measured], theirs: dict[tuple[str, str], Measured | None], renderer: str
) -> dict[str, str]:
    notes = {"renderer": renderer}
    for size, measured in ours.items():
        notes[f"js_ms_per_frame_{size}"] = f"median of {measured['frames']} frames"
        if measured["state"] != "ready":
            notes[f"fps_{size}"] = f"drawn without WebGL2: {measured['state']}"
    for (name, size), other in theirs.items():
        key = f"fps_{name}_{size}"
        notes[key] = "not taken by --quick" if other is None else f"{other['frames']} frames"
    return notes
