"""The import routes, as a browser uses them, and as nobody should."""

import io
import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.pages.web import Answer, Browser, Served, serve
from tests.tasks.test_intake import npz, wait_for

OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("imports")) as running:
        yield running


@pytest.fixture
def browser(served: Served) -> Browser:
    browser = served.browser()
    browser.get("/api/session")
    return browser


def begin(browser: Browser, size: int, name: str = "things.npz") -> str:
    answer = browser.post("/api/imports", {"name": name, "size": size})
    assert answer.status == 201, answer.body
    return f"/api/imports/{answer.json['import_id']}"


def put(browser: Browser, place: str, at: int, data: bytes) -> Answer:
    return browser.ask("PUT", f"{place}/bytes?at={at}", data, OCTETS)


def ready(browser: Browser, place: str) -> Any:
    def look() -> Any:
        now = browser.get(place).json
        return None if now["state"] in ("reading", "keeping") else now

    return wait_for(look)


def test_bytes__that_are_here_can_be_compared_with_a_file(browser: Browser) -> None:
    data = npz(40)
    place = begin(browser, len(data))
    put(browser, place, 0, data[:100])
    sums = [browser.get(f"{place}/bytes?at={at}&length=60").json for at in (0, 60, 500)]
    parts = (data[:60], data[60:100], b"")
    assert sums == [{"crc32": zlib.crc32(part), "length": len(part)} for part in parts]
    assert browser.get(f"{place}/bytes?at=0&length=-1").status == 404
    assert browser.ask("DELETE", place).status == 200
    refused = browser.get(f"{place}/bytes?at=0&length=60")
    assert (refused.status, refused.code) == (409, "conflict")


def test_import__from_pieces_to_a_project(browser: Browser) -> None:
    data = npz(40)
    place = begin(browser, len(data))
    half = len(data) // 2
    assert put(browser, place, 0, data[:half]).json["received"] == half
    behind = put(browser, place, half + 1, data[half + 1 :])
    assert (behind.status, behind.code) == (409, "other_place")
    assert put(browser, place, half, data[half:]).json["state"] == "reading"
    found = ready(browser, place)
    assert (found["state"], found["outline"]["kind"], found["error"]) == ("ready", "image", None)
    summary = found["summary"]
    assert [c["count"] for c in summary["classes"]] == [14, 13, 13]
    assert (summary["num_samples"], summary["is_known"], found["sheet"]["num_sheets"]) == (
        40,
        None,
        1,
    )
    assert Image.open(io.BytesIO(browser.get(f"{place}/sheets/0.png").body)).size == (1024, 64)
    samples = browser.get(f"{place}/samples")
    assert np.frombuffer(samples.body[:80], "<i2").tolist() == [n % 3 for n in range(40)]
    assert samples.headers["cache-control"] == "no-store"
    split = browser.get(f"{place}/split?held_out=0.2").json
    assert (split["num_samples"], split["counts"], split["num_recordings"]) == (9, [3, 3, 3], None)
    assert browser.get(f"{place}/split?held_out=most").status == 422
    kept = browser.post(f"{place}/keep", {"key": "k", "name": "Mine", "held_out": "given"})
    assert kept.status == 202
    project_id = ready(browser, place)["project_id"]
    assert project_id in [p["project_id"] for p in browser.get("/api/projects").json]
    again = browser.post(f"{place}/keep", {"key": "k", "name": "Mine", "held_out": "given"})
    assert again.json["project_id"] == project_id


def test_import__the_same_samples_are_recognised(browser: Browser) -> None:
    data = npz(25)
    for known in (None, "First"):
        place = begin(browser, len(data))
        put(browser, place, 0, data)
        assert ready(browser, place)["summary"]["is_known"] == known
        browser.post(f"{place}/keep", {"name": "First"})
        assert ready(browser, place)["state"] == "kept"


def test_import__the_sample_set_is_a_click_away(browser: Browser) -> None:
    answer = browser.post("/api/imports/sample", {"set": "digits"})
    place = f"/api/imports/{answer.json['import_id']}"
    assert ready(browser, place)["summary"]["num_samples"] == 1797
    assert browser.ask("DELETE", place).json["state"] == "cancelled"
    assert browser.post("/api/imports/sample", {"set": "all"}).status == 422


def test_import__tells_what_is_fetched_by_name(served: Served, browser: Browser) -> None:
    place = begin(browser, 10)
    assert not browser.get(place).json["is_fetched"]
    intakes = served.store.intakes
    sent = intakes.get(place.split("/")[-1])
    fetched = intakes.create("MNIST", 10, sent.author, sent.author_id, {"key": "mnist"})
    assert browser.get(f"/api/imports/{fetched.intake_id}").json["is_fetched"]


def test_import__reads_again_and_tells_what_was_left_out(browser: Browser) -> None:
    data = npz(6, images=np.zeros((6, 8, 8), np.uint8))
    place = begin(browser, len(data))
    put(browser, place, 0, data)
    assert ready(browser, place)["summary"]["num_duplicates"] == 5
    assert browser.get(f"{place}/warnings.csv").body.decode("utf-8-sig").splitlines() == [
        "sample_id,code,message"
    ]
    listed = browser.get(f"{place}/rejected.csv").body.decode("utf-8-sig").splitlines()
    assert len(listed) == 6
    browser.post(f"{place}/read", {"options": {"keep_duplicates": True}})
    assert ready(browser, place)["summary"]["num_samples"] == 6
    refused = browser.post(f"{place}/read", {"options": {"side": 9999}})
    assert (refused.status, refused.json["message"][:4]) == (422, "side")


def test_put__the_last_piece_twice_at_once_reads_once(served: Served, browser: Browser) -> None:
    data = npz(12)
    place = begin(browser, len(data))
    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(lambda _: put(browser, place, 0, data), range(4)))
    assert {answer.status for answer in answers} == {200}
    assert ready(browser, place)["state"] == "ready"
    assert served.store.intakes.get(place.split("/")[-1]).turn == 1
    browser.ask("DELETE", place)


def test_begin__what_does_not_fit_is_refused_before_a_byte_is_sent(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.files.disk.SPARE_BYTES", 2**60)
    answer = browser.post("/api/imports", {"name": "a.zip", "size": 3 * 10**9})
    assert (answer.status, answer.code) == (507, "disk_full")
    assert answer.json["message"].startswith("The import needs 3.0 GB, and 0.0 MB are free")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "a.zip", "size": 0}, 422),
        ({"name": "a.zip", "size": 2**40}, 422),
        ({"name": "a.zip", "size": "10"}, 422),
        ({"name": "", "size": 1}, 422),
        ({"name": 3, "size": 1}, 422),
        ({"name": "a\u202eb", "size": 1}, 422),
        ({"size": 1}, 422),
    ],
)
def test_begin__refuses_what_is_no_file(browser: Browser, body: object, status: int) -> None:
    answer = browser.post("/api/imports", json.loads(json.dumps(body)))
    assert answer.status == status
    assert answer.json["message"].endswith(".")


def test_put__refuses_too_much_at_once_more_than_announced_and_strange_places(
    browser: Browser,
) -> None:
    place = begin(browser, 9 * 2**20)
    assert put(browser, place, 0, b"x" * (8 * 2**20 + 1)).status == 413
    for at in ("-1", "1e3", "", "9" * 20):
        assert browser.ask("PUT", f"{place}/bytes?at={at}", b"x", OCTETS).status == 404
    assert (
        browser.ask("PUT", f"{place}/bytes?at=0", b"x", {"Content-Type": "text/plain"}).status
        == 415
    )
    browser.ask("DELETE", place)
    small = begin(browser, 3)
    assert put(browser, small, 0, b"1234").status == 422
    browser.ask("DELETE", small)
    assert put(browser, small, 0, b"123").status == 409


def test_before_it_is_read__nothing_is_there_to_be_seen(browser: Browser) -> None:
    place = begin(browser, 10)
    for what in ("samples", "sheets/0.png", "sounds/0.wav", "rejected.csv", "warnings.csv"):
        assert browser.get(f"{place}/{what}").status in (404, 409)
    assert browser.post(f"{place}/keep", {"name": "Soon"}).status == 409
    assert browser.post(f"{place}/read", {"options": {}}).status == 409
    browser.ask("DELETE", place)


def test_import__ids_are_checked_before_anything(browser: Browser) -> None:
    assert browser.get("/api/imports/..%2f..%2fetc").status == 404


def test_import_path__is_never_made_of_a_name(served: Served, browser: Browser) -> None:
    place = begin(browser, 4, "..\\..\\evil.npz")
    folder = Path(served.store.settings.data_dir) / "imports" / place.split("/")[-1]
    assert sorted(path.name for path in folder.iterdir()) == ["upload"]
    browser.ask("DELETE", place)
