"""The page: its blocks hold what the project holds, and nothing typed becomes markup."""

import base64
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

from ml.maps.codec import decode_frame
from store.errors import ArtifactMissingError
from store.takeaway.errors import TooLargeToTakeError
from store.takeaway.making import make
from store.takeaway.replay import shots_in_budget, subtitle
from store.takeaway.session import read_session
from store.takeaway.wish import Wish
from tests.store.archives.story import embedding_of
from tests.store.scene import BEN, Scene

PAYLOADS = ("</script><img src=x onerror=alert(1)>", "${alert(1)}", "<!--<script>", "'\"><b>$data")


def page_of(scene: Scene, path: Path) -> str:
    make(scene.store, scene.id, Wish(), path, lambda _share: None)
    return path.read_text(encoding="utf-8")


def blocks_of(page: str) -> dict[str, bytes]:
    found = re.findall(r'<script type="text/plain" id="data-([\w-]+)">([^<]*)</script>', page)
    return {name: base64.b64decode(text, validate=True) for name, text in found}


def test_page__holds_frames_names_and_gestures(told: Scene, tmp_path: Path) -> None:
    blocks = blocks_of(page_of(told, tmp_path / "page.html"))
    about = json.loads(blocks["about"])
    assert len(about["shots"]) == 15
    assert about["captions"][0]["text"] == "Ana named 5 samples “cat”"
    first = decode_frame(blocks["frame-0"])
    np.testing.assert_allclose(first.embedding, embedding_of(0), atol=1e-3)
    assert len(blocks["samples"]) == 3 * 40
    total = sum(about["changes"])
    ids = np.frombuffer(blocks["changes"], "<u4", total)
    values = np.frombuffer(blocks["changes"], "<i2", total, 4 * total)
    named = np.full(40, -1)
    for sample, value in zip(ids, values, strict=True):
        named[sample] = value
    np.testing.assert_array_equal(named, told.state().annotation)
    assert blocks["sheet-0"].startswith(b"\x89PNG")


def test_page__what_people_typed_stays_text(told: Scene, tmp_path: Path) -> None:
    for nth, payload in enumerate(PAYLOADS):
        told.say("add_class", name=payload)
        told.say("annotate", [nth + 10], class_index=2 + nth)
    told.store.projects.rename(told.id, PAYLOADS[0])
    page = page_of(told, tmp_path / "page.html")
    assert "<img" not in page
    assert page.count("<script") == page.count("</script>")
    classes = [each["name"] for each in json.loads(blocks_of(page)["about"])["classes"]]
    assert classes[2:] == list(PAYLOADS)


def test_subtitle__names_people_also_where_captions_only_count_them(told: Scene) -> None:
    for nth in range(4):
        told.name([10 + nth], 1)
        told.name([20 + nth], 1, BEN)
    session = read_session(told.store, told.id, Wish(), 100)
    assert session.captions[-1].author == "2 people"
    assert subtitle(session).endswith(", by Ana and Ben")
    for nth in range(5):
        told.name([nth], 1, f"p{nth}")
    session = read_session(told.store, told.id, Wish(), 100)
    assert subtitle(session).endswith(", by Ana, Ben, P0, P1 and 3 others")


def test_page__its_policy_allows_its_own_script_alone(told: Scene, tmp_path: Path) -> None:
    page = page_of(told, tmp_path / "page.html")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    script = re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert policy is not None
    assert script is not None
    assert style is not None
    for text, name in ((script[1], "script-src"), (style[1], "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "default-src 'none'" in policy[1]
    assert not re.search(r"(?:src|href)=", page.split('<script type="module">')[0])


def test_budget__large_sets_keep_fewer_frames_and_huge_ones_none() -> None:
    assert shots_in_budget(10_000, 2) == 200
    assert 2 < shots_in_budget(100_000, 2) < 60
    assert shots_in_budget(1_000_000, 3) == 2
    with pytest.raises(TooLargeToTakeError, match="make a film instead"):
        shots_in_budget(30_000_000, 2)


def test_page__of_a_project_whose_frame_is_gone(told: Scene, tmp_path: Path) -> None:
    run = told.store.runs.of_project(told.id)[0]
    told.store.artifacts.remove(told.store.frames.after(run.run_id, 0)[0].artifact)
    with pytest.raises(ArtifactMissingError):
        page_of(told, tmp_path / "page.html")
