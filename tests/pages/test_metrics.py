"""`/metrics`, read by Prometheus' own parser."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

import pages.metrics
from pages.measures import RUN_STATES, StoreCollector
from pages.metrics import KEPT_S, TOKEN_FILE, MetricsDoor, Scrapes, load_token
from store.errors import StoreUnavailableError
from tests.pages.crowding import ask_while_it_hangs
from tests.pages.web import Browser, Served, packed, wait_until

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


@pytest.fixture(autouse=True)
def scrapes_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test changes is measured at once."""
    monkeypatch.setattr(pages.metrics, "KEPT_S", -1.0)


Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def measured(visitor: Browser) -> Samples:
    answer = visitor.get("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return read(answer.body.decode())


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


def test_metrics__names_and_units_follow_the_conventions(visitor: Browser) -> None:
    visitor.get("/api/projects")
    families = list(text_string_to_metric_families(visitor.get("/metrics").body.decode()))
    for family in families:
        assert family.documentation, family.name
        assert family.name.startswith(("lodemap_", "process_")), family.name
        assert not family.name.endswith(("_ms", "_milliseconds", "_mb", "_kb")), family.name
        if family.type == "counter" and family.name.startswith("lodemap_"):
            names = {sample.name for sample in family.samples}
            assert all(name.endswith(("_total", "_created")) for name in names), names
    assert len({family.name for family in families}) == len(families)
    timed = [f.name for f in families if f.type == "histogram"]
    assert timed
    assert all(name.endswith("_seconds") for name in timed)


def test_metrics__requests_by_route_and_status(served: Served) -> None:
    project, visitor = served.project(), served.browser()
    before = measured(visitor)
    for _ in range(3):
        visitor.get(f"/api/projects/{project.project_id}/state")
    visitor.get("/api/projects/11111111-2222-3333-4444-555555555555/state")
    for number in range(20):
        visitor.get(f"/no/such/{number}")
    after = measured(visitor)
    state = {"method": "GET", "route": "/api/projects/{p}/state"}
    for status, count in (("200", 3), ("404", 1)):
        labels = {**state, "status": status}
        name = "lodemap_http_requests_total"
        assert value(after, name, **labels) - value(before, name, **labels) == count
    name = "lodemap_http_request_duration_seconds_count"
    assert value(after, name, **state) - value(before, name, **state) == 4
    routes = {dict(labels).get("route") for name, labels in after if "requests_total" in name}
    assert not any("/no/such/" in str(route) for route in routes)
    assert project.project_id not in str(routes)


def test_metrics__gestures_runs_epochs_and_queue(served: Served) -> None:
    served.rest()
    project, visitor = served.project(), served.browser()
    before = measured(visitor)
    body = {"key": "k", "verb": "annotate", "samples": packed([1], 60), "class_index": 0}
    path = f"/api/projects/{project.project_id}"
    assert visitor.post(f"{path}/gestures", body).status == 200
    assert visitor.post(f"{path}/gestures", {"key": "x", "verb": "nonsense"}).status >= 400
    made = visitor.post(f"{path}/runs", {"key": "r", "kind": "pretrain", "config": {}})
    assert made.status in (201, 202)
    after = measured(visitor)
    grown = {
        name: value(after, name) - value(before, name)
        for name in ("lodemap_gestures_total", "lodemap_journal_events", "lodemap_queue_length")
    }
    assert grown["lodemap_gestures_total"] == 1
    assert grown["lodemap_journal_events"] >= 1
    assert grown["lodemap_queue_length"] == 1
    for state in RUN_STATES:
        assert ("lodemap_runs", frozenset({("state", state)})) in after
    served.rest()


def test_metrics__the_process_the_cache_and_the_loop(visitor: Browser) -> None:
    wait_until(
        lambda: value(measured(visitor), "lodemap_event_loop_lag_seconds_count") > 0, "a look"
    )
    found = measured(visitor)
    assert value(found, "process_resident_memory_bytes") > 1e7
    assert value(found, "lodemap_database_up") == 1
    assert value(found, "lodemap_http_requests_in_progress") == 1
    assert value(found, "lodemap_cache_size_bytes") > 0
    assert value(found, "lodemap_websocket_clients") == 0


def test_metrics__workers_heard_of(served: Served) -> None:
    served.store.workers.beat("local-m", "busy", "cuda", "embedded")
    found = measured(served.browser())
    assert value(found, "lodemap_workers", state="busy", device="cuda") == 1


def test_metrics__a_database_that_is_away_is_told(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> None:
        raise StoreUnavailableError("The database does not answer.")

    monkeypatch.setattr(type(served.store.database), "read", away)
    found = measured(served.browser())
    assert value(found, "lodemap_database_up") == 0
    assert value(found, "process_resident_memory_bytes") > 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Authorization": "Bearer {token}"}, 200),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Basic {token}"}, 401),
        ({"Authorization": "Bearer"}, 200),
        *[({name: "10.0.0.9"}, 401) for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP")],
        ({"X-Forwarded-For": "10.0.0.9", "Authorization": "Bearer {token}"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 401),
        ({"Host": "evil.example"}, 421),
    ],
)
def test_metrics__for_this_machine_or_the_token(
    served: Served, headers: Mapping[str, str], status: int
) -> None:
    token = (served.store.settings.data_dir / TOKEN_FILE).read_text()
    sent = {name: text.format(token=token) for name, text in headers.items()}
    answer = served.browser().ask("GET", "/metrics", headers=sent)
    assert answer.status == status
    assert token not in answer.body.decode()


def test_metrics__are_read_and_nothing_else(visitor: Browser) -> None:
    answer = visitor.post("/metrics", {})
    assert (answer.status, answer.code) == (405, "method_not_allowed")


def test_metrics__many_who_read_them_at_once_hold_one_thread(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_there, goes_on = threading.Event(), threading.Event()

    def hang(_: object) -> Iterator[GaugeMetricFamily]:
        is_there.set()
        assert goes_on.wait(20)
        yield GaugeMetricFamily("lodemap_projects", "Projects there are.", value=1)

    monkeypatch.setattr(StoreCollector, "_of_database", hang)
    ask_while_it_hangs(served, "/metrics", is_there, goes_on)


def test_scrapes__are_shared_for_a_second_in_each_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.metrics, "KEPT_S", KEPT_S)
    clock, registry = [0.0], CollectorRegistry()

    class Counting:
        num_asked = 0

        def collect(self) -> Iterator[GaugeMetricFamily]:
            self.num_asked += 1
            yield GaugeMetricFamily("lodemap_asked", "How often.", value=self.num_asked)

    registry.register(Counting())
    scrapes = Scrapes(registry, lambda: clock[0])

    async def story() -> list[tuple[bool, bytes]]:
        first, _ = await scrapes.take("")
        seen = []
        for clock[0], accept in ((0.0, OPEN_METRICS), (KEPT_S - 0.1, ""), (KEPT_S, "")):
            text, content_type = await scrapes.take(accept)
            seen.append((content_type.startswith("application/openmetrics-text"), text))
        return [(False, first), *seen]

    first, other, soon, later = asyncio.run(story())
    assert soon == first != later
    assert other[0]
    assert other[1] != first[1]
    assert other[1].splitlines()[-2] == first[1].splitlines()[-1], "the same numbers"


def test_metrics__from_elsewhere_need_the_token() -> None:
    door = MetricsDoor(None, None, "right")  # type: ignore[arg-type]
    scope = {
        "type": "http", "path": "/metrics", "method": "GET", "client": ("10.0.0.9", 5),
        "state": {"was_forwarded": False, "by_proxy": False},
    }  # fmt: skip
    for given, is_let in ((b"", False), (b"Bearer right", True), (b"Bearer wrong", False)):
        headers = [(b"authorization", given)] if given else []
        assert door._may_read({**scope, "headers": headers}) is is_let


@pytest.mark.parametrize("blank", [b"\xa0", b"\x85", b" ", b"\t"])
def test_metrics__blanks_are_no_token(tmp_path: Path, blank: bytes) -> None:
    """Also where a start was cut off before it had written one."""
    path = tmp_path / TOKEN_FILE
    path.touch()
    scope = {
        "type": "http", "path": "/metrics", "method": "GET", "client": ("10.0.0.9", 5),
        "state": {"was_forwarded": False, "by_proxy": False},
        "headers": [(b"authorization", b"Bearer " + blank)],
    }  # fmt: skip
    for token in (load_token(path), ""):
        door = MetricsDoor(None, Scrapes(CollectorRegistry()), token)  # type: ignore[arg-type]
        assert asyncio.run(door._answer(scope)).status_code == 401


def test_token__is_made_once_for_its_owner(served: Served) -> None:
    path = served.store.settings.data_dir / "another_token"
    token = load_token(path)
    assert load_token(path) == token
    assert len(token) == 43
    assert path.stat().st_mode & 0o777 == 0o600
