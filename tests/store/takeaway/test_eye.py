"""Where places are on a picture: all in sight, and seen as the Map page begins."""

import json
import subprocess

import numpy as np
import pytest

from store.takeaway.bundle import ASSETS
from store.takeaway.eye import PITCH, YAW, Eye, Room, axes_of, even_out, frame_points

ROOM = Room(10, 20, 400, 300)


def test_axes__are_those_of_the_map_page() -> None:
    pose = (ASSETS / "map" / "space" / "pose.mjs").as_uri()
    script = f'import {{ axesOf, turnOf }} from "{pose}"; ' + (
        f"console.log(JSON.stringify(axesOf(turnOf({{yaw: {YAW}, pitch: {PITCH}}}))))"
    )
    said = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, check=True
    )
    theirs = json.loads(said.stdout)
    for name, own in zip(("right", "up", "back"), axes_of(YAW, PITCH), strict=True):
        np.testing.assert_allclose(own, theirs[name], atol=1e-12)


@pytest.mark.parametrize("latent_dim", [2, 3])
def test_framing__holds_the_bulk(latent_dim: int) -> None:
    rng = np.random.default_rng(0)
    for scale in (1e-6, 1.0, 1e6):
        z = (rng.normal(size=(2000, latent_dim)) * scale + 5 * scale).astype(np.float32)
        place, near = Eye(frame_points(z, ROOM), ROOM).pixels(z)
        is_in = (place >= (10, 20)).all(axis=1) & (place <= (410, 320)).all(axis=1)
        assert is_in.mean() > 0.98
        assert np.ptp(place[:, 1]) > 120
        assert (near > 0).all()


def test_framing__of_nothing_of_one_place_and_of_what_is_no_number() -> None:
    one = np.zeros((3, 2), np.float32)
    assert np.isfinite(Eye(frame_points(one, ROOM), ROOM).pixels(one)[0]).all()
    bad = np.full((3, 3), np.nan, np.float32)
    assert frame_points(bad, ROOM).half == 1.0


def test_even_out__still_shows_what_each_needs() -> None:
    rng = np.random.default_rng(1)
    clouds = [(rng.normal(size=(500, 2)) * (1 + k) + k).astype(np.float32) for k in range(12)]
    for cloud, framing in zip(
        clouds, even_out([frame_points(c, ROOM) for c in clouds]), strict=True
    ):
        place, _ = Eye(framing, ROOM).pixels(cloud)
        assert ((place >= (10, 20)).all(axis=1) & (place <= (410, 320)).all(axis=1)).mean() > 0.97
