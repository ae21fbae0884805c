"""What is drawn below and above the points: regions, arrows, trails; pixels on the bare map."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser.bare_map import SPARSE, BareMap

BLANK = (252, 252, 251)
PULL, PUSH, BLUE = (11, 101, 112), (127, 77, 0), (0, 0, 200)
FIELD_JS = """({ dim, pull, push, region, side }) => map.setField({
    latentDim: dim, numSamples: pull.length / dim, gridSide: side, low: [-3, -3], high: [3, 3],
    pullScale: 1, pushScale: 1, pull: Int8Array.from(pull), push: Int8Array.from(push),
    region: Int16Array.from(region), colors: Uint8Array.of(0, 0, 200) })"""


@pytest.fixture
def bare(opened: BareMap) -> BareMap:
    opened.mount(SPARSE)
    return opened


def set_field(bare: BareMap, dim: int = 2) -> None:
    """Force on the third point alone: pull to the right, push to the left; class 0 on the left."""
    pull = np.zeros((5, dim), int)
    pull[2, 0] = 100
    region = np.full((12, 12), -1)
    region[2:10, 2:6] = 0
    side = 12 if dim == 2 else 0
    bare.call(
        FIELD_JS,
        {
            "dim": dim,
            "pull": pull.ravel().tolist(),
            "push": (-pull).ravel().tolist(),
            "region": region.ravel().tolist() if side else [],
            "side": side,
        },
    )


def beside(bare: BareMap, shift: float) -> NDArray[np.float64]:
    """Pixels around the third point, shifted to the right."""
    x, y = bare.places(SPARSE)[2]
    return bare.colors(x + shift, y, reach=7)


def num_like(pixels: NDArray[np.float64], color: tuple[int, int, int]) -> int:
    return int((np.abs(pixels - color).max(axis=2) < 25).sum())


def switch(bare: BareMap, script: str) -> None:
    bare.call(script)
    bare.settle()


def test_arrows__pull_is_solid_and_push_is_dashed(bare: BareMap) -> None:
    bare.call("() => map.setSelected(Uint8Array.of(0, 0, 1, 0, 0), 1)")
    set_field(bare)
    bare.settle()
    assert num_like(beside(bare, 14), PULL) == 0, "off until it is asked for"
    switch(bare, "() => map.setArrows(true)")
    solid, dashed = num_like(beside(bare, 14), PULL), num_like(beside(bare, -14), PUSH)
    assert solid >= 12
    assert 4 <= dashed < solid
    switch(bare, "() => map.setArrows(false)")
    assert num_like(beside(bare, 14), PULL) == 0
    assert num_like(beside(bare, -14), PUSH) == 0


def test_arrows__of_a_field_of_other_samples_are_not_drawn(bare: BareMap) -> None:
    bare.call("() => map.setSelected(Uint8Array.of(0, 0, 1, 0, 0), 1)")
    set_field(bare, dim=3)
    switch(bare, "() => { map.setArrows(true); map.setRegions(true); }")
    assert num_like(beside(bare, 14), PULL) == 0
    switch(bare, "() => map.setField(null)")
    assert num_like(beside(bare, 14), PULL) == 0


def test_regions__wash_and_border_where_the_class_is(bare: BareMap) -> None:
    set_field(bare)
    switch(bare, "() => map.setRegions(true)")
    inside, outside, edge = (colors_at(bare, x, 0.0) for x in (-1.0, 2.7, 0.0))
    assert np.abs(outside - BLANK).max() == 0
    tint = BLANK - inside.mean(axis=(0, 1))
    assert 10 < tint[0] < 40, "a wash of blue takes red away, but not much"
    assert tint[2] < tint[0]
    assert np.abs(edge - BLANK).max() > 2 * tint.max(), "a line where it ends"


def colors_at(bare: BareMap, x: float, y: float) -> NDArray[np.float64]:
    place = bare.places(np.array([[x, y]]))[0]
    return bare.colors(float(place[0]), float(place[1]), 6)


def test_trails__run_along_the_ways(bare: BareMap) -> None:
    switch(
        bare,
        """() => map.setTrails([{ latentDim: 2, color: [0, 0, 200],
            path: Float32Array.of(-1, 0, 0, 0, 0, 1) }])""",
    )
    faint, strong = (colors_at(bare, x, y) for x, y in ((-0.5, 0), (0, 0.5)))
    assert num_like(strong, BLUE) == 0, "a little light"
    assert (BLANK - strong.min(axis=(0, 1)))[0] > (BLANK - faint.min(axis=(0, 1)))[0] > 60
    switch(bare, "() => map.setTrails([])")
    assert np.abs(colors_at(bare, 0, 0.5) - BLANK).max() == 0


def test_contours__enclose_the_crowd_and_follow_it(bare: BareMap) -> None:
    crowd = np.random.default_rng(0).normal(size=(3000, 2))
    bare.mount(crowd)
    # with the points hidden the lines alone are seen
    switch(bare, "() => map.setLook(new Uint8Array(12000), new Uint8Array(3000).fill(16))")
    radius = 1.177  # holds half of a bell, 2.45 holds 95 %
    ring = [(radius, 0.0), (-radius, 0.0), (0.0, radius), (0.0, -radius)]
    inside = [(0.0, 0.0)]
    assert darkest(bare, ring) < 8, "off until it is asked for"
    switch(bare, "() => map.setContours(true)")
    assert min(darkest(bare, [place]) for place in ring) > 60
    assert darkest(bare, inside) < 8
    switch(bare, "() => map.setContours(false)")
    assert darkest(bare, ring) < 8


def darkest(bare: BareMap, places: list[tuple[float, float]]) -> float:
    """How dark it gets near some places: a line of 3,000 points is no perfect circle."""
    found = [bare.colors(x, y, 22) for x, y in bare.places(np.array(places))]
    return max(float((BLANK - each).max()) for each in found)


def test_terrain__comes_back_with_a_lost_context(bare: BareMap) -> None:
    bare.call("() => map.setSelected(Uint8Array.of(0, 0, 1, 0, 0), 1)")
    switch(bare, "() => { map.setArrows(true); map.setRegions(true); }")
    set_field(bare)
    bare.settle()
    before = [beside(bare, 14), colors_at(bare, -1.0, 0.0)]
    assert num_like(before[0], PULL) >= 12
    bare.call(
        """() => {
            const gl = document.querySelector('.map-canvas').getContext('webgl2');
            window.loss = gl.getExtension('WEBGL_lose_context');
            loss.loseContext();
        }"""
    )
    bare.page.wait_for_function("lab.log.troubles.includes('context_lost')")
    bare.call("() => loss.restoreContext()")
    bare.page.wait_for_function("lab.log.troubles.at(-1) === 'context_restored'")
    bare.settle()
    np.testing.assert_array_equal(beside(bare, 14), before[0])
    np.testing.assert_array_equal(colors_at(bare, -1.0, 0.0), before[1])
