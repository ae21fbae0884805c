"""T19: whoever floods the app is told to wait, and nobody else has to."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.auth.doors import NEW
from pages.pace import Buckets, Rate, asker_of
from pages.session import STRANGER, new_session
from tests.attacks.target import make_target
from tests.pages.web import Browser, Served, packed, serve


@pytest.fixture
def paced(tmp_path: Path) -> Iterator[Served]:
    """An app in which one browser may read five times a second."""
    with serve(tmp_path, requests_per_s=5) as served:
        yield served


def annotate(key: str) -> dict[str, object]:
    return {"key": key, "verb": "annotate", "samples": packed([9], 40), "class_index": 1}


def test_flood__of_one_leaves_the_others_alone(paced: Served) -> None:
    target = make_target(paced)
    path = f"/api/projects/{target.values['p']}/gestures"
    abuser, other = Browser(paced.port), Browser(paced.port)
    abuser.get("/")
    other.get("/")
    answers = [abuser.post(path, annotate(f"flood-{n}")) for n in range(60)]
    refused = [answer for answer in answers if answer.status == 429]
    assert 20 <= len(refused) <= 31  # thirty at once, and 1.5 a second
    assert refused[0].code == "too_many_requests"
    assert int(refused[0].headers["retry-after"]) >= 1
    assert [other.post(path, annotate(f"calm-{n}")).status for n in range(10)] == [200] * 10
    assert abuser.get("/assets/00_theme.js").status == 200


def test_flood__without_a_cookie_is_counted_by_address(paced: Served) -> None:
    statuses = Counter(Browser(paced.port).get("/api/session").status for _ in range(70))
    assert statuses[429] >= 15
    assert statuses[200] >= 50


def test_asker__of_one_network_is_one_whatever_its_addresses() -> None:
    def asker(address: str) -> str:
        return asker_of({"client": (address, 1), "state": {"session": STRANGER}})

    assert asker("2001:db8:1:2:3:4:5:6") == asker("2001:db8:1:2:ffff::1")
    assert asker("2001:db8:1:2::1") != asker("2001:db8:1:3::1")
    assert asker("10.0.0.7") != asker("10.0.0.8")
    new = {"client": ("10.0.0.7", 1), "state": {"session": new_session(), NEW: True}}
    assert asker_of(new) == asker("10.0.0.7")


def test_buckets__fill_up_again() -> None:
    clock = [0.0]
    buckets = Buckets(Rate(per_s=2, at_once=3), lambda: clock[0])
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b") == 0
    clock[0] = 0.5
    assert buckets.take("a") == 0
    assert buckets.take("a") == 0.5
    clock[0] = 100.0
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
