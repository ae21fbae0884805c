"""The map in Firefox: it draws, and a lasso takes what is inside."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.static_site import static_site
from tests.browser.bare_map import surely
from tests.browser.firefox import Firefox, firefox, installed
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(
    installed() is None, reason="Firefox is an extra: apt-get install firefox-esr"
)
POINTS = np.random.default_rng(5).uniform(-1, 1, (800, 2))
DENT = [(250.0, 150.0), (640.0, 130.0), (560.0, 330.0), (700.0, 520.0), (300.0, 500.0)]
MOUNT = f"""
    return (async () => {{
        window.map = await lab.mount();
        const flat = Float32Array.from({POINTS.ravel().round(5).tolist()});
        map.setPoints({len(POINTS)}, 2);
        map.setLook(lab.repeat([180, 48, 12, 255], {len(POINTS)}), new Uint8Array({len(POINTS)}));
        map.cut(flat);
        map.setTool("lasso");
        for (let k = 0; k < 20; k++) await lab.frame();
        return map.stats().state;
    }})()"""
HAS_WEBGL2 = "return document.createElement('canvas').getContext('webgl2') !== null"
PLACES = f"""return {POINTS.round(5).tolist()}.map((place) => map.places.of(place))
    .map(({{x, y}}) => [x, y])"""


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with static_site() as base, firefox(tmp_path_factory.mktemp("firefox")) as opened:
        opened.open(f"{base}/tests/browser/map_layer.html")
        opened.wait_for("window.lab !== undefined", 30 * PATIENCE)
        yield opened


def test_map__draws_and_a_lasso_takes_what_is_inside(fox: Firefox) -> None:
    state = fox.evaluate(MOUNT)
    # without a card and without Mesa Firefox has no WebGL2; hands work all the same
    told = ("ready", []) if fox.evaluate(HAS_WEBGL2) else ("none", ["no_webgl"])
    assert (state, fox.evaluate("return lab.log.troubles")) == told
    inside, near = surely(np.array(fox.evaluate(PLACES)), DENT)
    steps = [
        (ax + (bx - ax) * u, ay + (by - ay) * u)
        for (ax, ay), (bx, by) in pairwise(DENT)
        for u in (0.25, 0.5, 0.75, 1)
    ]
    fox.draw([DENT[0], *steps])
    fox.wait_for("lab.log.selections.length > 0", 10 * PATIENCE)
    (found,) = fox.evaluate("return lab.log.selections.map(({ids}) => [...ids])")
    assert len(inside) > 100
    assert set(found) - near == inside
