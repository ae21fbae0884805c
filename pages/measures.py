"""What this app measures of itself, in Prometheus' terms; each app has a registry of its own.

With several apps on one database each answers for itself, but for what is read from the database
(`lodemap_runs`, `lodemap_journal_events` and their like), which is the same for all: take the
maximum of those, never their sum.
"""

from collections.abc import Iterator
from typing import Any, Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector

from ml.errors import LodemapError
from pages.services import Services
from store.opening import Store
from store.records import RunState
from store.version import lodemap_version

ANSWER_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; 0.1 is our aim for a gesture's answer."""
LAG_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
RUN_STATES: Final[tuple[str, ...]] = get_args(RunState)
GESTURES_ROUTE: Final = "/api/projects/{p}/gestures"


class Measures:
    """Counters of one app; safe to use from every thread."""

    def __init__(self, services: Services) -> None:
        self.registry = CollectorRegistry()
        """What `/metrics` writes."""
        own: dict[str, Any] = {"namespace": "lodemap", "registry": self.registry}
        self.requests = Counter(
            "http_requests", "Requests answered.", ("method", "route", "status"), **own
        )
        self.answer_s = Histogram(
            "http_request_duration_seconds", "From a request to the first byte of its answer.",
            ("method", "route"), buckets=ANSWER_BUCKETS, **own,
        )  # fmt: skip
        self.open_requests = Gauge("http_requests_in_progress", "Requests being answered.", **own)
        self.websockets = Gauge("websocket_clients", "Pages with a live connection.", **own)
        self.gestures = Counter("gestures", "Gestures this app acknowledged.", **own)
        self.lag_s = Histogram(
            "event_loop_lag_seconds", "How much later than asked the event loop came back.",
            buckets=LAG_BUCKETS, **own,
        )  # fmt: skip
        ProcessCollector(registry=self.registry)
        self.registry.register(StoreCollector(services.store, services.settings.mode))

    def answered(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count one answer."""
        self.requests.labels(method, route, str(status)).inc()
        self.answer_s.labels(method, route).observe(took_s)
        if route == GESTURES_ROUTE and status < 300:
            self.gestures.inc()


class StoreCollector:
    """Reads what the database and the cache say, at each scrape."""

    def __init__(self, store: Store, mode: str) -> None:
        self._store = store
        self._mode = mode

    def describe(self) -> list[GaugeMetricFamily]:
        """Name nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the measures; where the database does not answer, only that."""
        info = GaugeMetricFamily(
            "lodemap_info", "Which Lodemap this is.", labels=("version", "mode")
        )
        info.add_metric((lodemap_version(), self._mode), 1)
        yield info
        yield GaugeMetricFamily(
            "lodemap_cache_size_bytes", "Bytes in the cache.", value=self._store.cache.num_bytes()
        )
        try:
            found = [*self._of_database(), self._of_workers()]
        except LodemapError:
            found = []
        is_up = "lodemap_database_up"
        yield GaugeMetricFamily(is_up, "Whether the database answered.", value=float(bool(found)))
        yield from found

    def _of_database(self) -> Iterator[GaugeMetricFamily]:
        found = self._store.totals()
        counts = found.num_runs
        yield GaugeMetricFamily("lodemap_projects", "Projects there are.", value=found.num_projects)
        yield GaugeMetricFamily(
            "lodemap_journal_events", "Events in all journals.", value=found.num_events
        )
        yield GaugeMetricFamily(
            "lodemap_run_epochs", "Epochs of all runs there are.", value=found.num_epochs
        )
        runs = GaugeMetricFamily("lodemap_runs", "Runs by state.", labels=("state",))
        for state in RUN_STATES:
            runs.add_metric((state,), counts.get(state, 0))
        yield runs
        yield GaugeMetricFamily(
            "lodemap_queue_length", "Runs that wait for a worker.", value=counts.get("queued", 0)
        )

    def _of_workers(self) -> GaugeMetricFamily:
        workers = GaugeMetricFamily(
            "lodemap_workers", "Workers heard of in the last 10 s.", labels=("state", "device")
        )
        heard = [w for w in self._store.workers.list() if w.is_present]
        for state, device in sorted({(worker.state, worker.device) for worker in heard}):
            count = sum((w.state, w.device) == (state, device) for w in heard)
            workers.add_metric((state, device), count)
        return workers
