"""People and browsers beside a fault: each a thread that speaks or looks until told to end."""

import hashlib
import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle

from tests.faults.history import History, Look
from tests.pages.web import Answer, Browser, packed

LOST = (OSError, http.client.HTTPException)
"""How it looks when nobody answers."""
AWAY = (502, 503, 504)
"""What is answered while something that the app needs is away."""
FULL = 507
AGAIN_S = 0.2
"""Between two gestures, and between two tries: people are slower, and others share the cores."""


@dataclass
class Annotator:
    """Speaks, and as the page's outbox does, says the same again while there is no answer."""

    browser: Browser
    name: str
    project_id: str
    history: History
    end: threading.Event
    num_samples: int
    answers_s: list[float] = field(default_factory=list)
    """How long each answer took, where there was one."""
    num_duplicates: int = 0
    """Gestures that were saved before, though no answer had come."""

    def run(self) -> None:
        for number in count():
            if self.end.is_set():
                return
            self.say(f"{self.name}-{number}", number)

    def say(self, key: str, number: int) -> None:
        body = {
            "key": key,
            "verb": "mark_unsure" if number % 2 else "clear",
            "samples": packed([number % self.num_samples], self.num_samples),
        }
        answer = None
        while answer is None:
            answer = self._post(body)
            if self.end.wait(AGAIN_S) and answer is None:
                self.history.note(key, "unknown")
                return
        if answer.status == 200:
            self.num_duplicates += answer.json["duplicate"]
            self.history.note(key, "acknowledged", answer.json["seq"])
        else:
            self.history.note(key, "refused")
            if answer.status != FULL:
                self.history.stumble(self.name, answer.status)

    def _post(self, body: dict[str, str]) -> Answer | None:
        """Return the answer; None when it is not known whether the gesture was saved."""
        started_s = time.monotonic()
        try:
            answer = self.browser.post(f"/api/projects/{self.project_id}/gestures", body)
        except LOST:
            return None
        self.answers_s.append(time.monotonic() - started_s)
        return None if answer.status in AWAY else answer


@dataclass
class Reader:
    """Polls as a page does, over its own connection."""

    browser: Browser
    name: str
    project_id: str
    history: History
    end: threading.Event

    def run(self) -> None:
        """Look until the end, and once more after it."""
        is_last = False
        while not is_last:
            is_last = self.end.wait(AGAIN_S)
            self._look()

    def _look(self) -> None:
        path = f"/api/projects/{self.project_id}"
        try:
            state = self._get(f"{path}/state")
            seq = state.json["seq"] if state else 0
            names = state and self._get(f"{path}/annotation/{seq}")
        except LOST:
            return
        if state and names:
            seqs = tuple(gesture["seq"] for gesture in state.json["gestures"])
            digest = hashlib.sha256(names.body).hexdigest()
            self.history.saw(Look(self.name, time.monotonic(), seq, seqs, digest))

    def _get(self, path: str) -> Answer | None:
        """Return the answer, None while what it needs is away; any other is noted."""
        answer = self.browser.get(path)
        if answer.status not in (200, *AWAY):
            self.history.stumble(self.name, answer.status)
        return answer if answer.status == 200 else None


@dataclass
class Crowd:
    """Some people and browsers at one app, or taking turns at several."""

    port: int
    project_id: str
    num_samples: int
    history: History = field(default_factory=History)
    others: tuple[int, ...] = ()
    """Ports of further apps that serve the same project."""
    annotators: list[Annotator] = field(default_factory=list)

    @contextmanager
    def at_work(self, num_annotators: int = 2, num_readers: int = 2) -> Iterator[History]:
        """Let them speak and look during the block; readers look on until all has been said."""
        hush, close = threading.Event(), threading.Event()
        about, ports = (self.project_id, self.history), (self.port, *self.others)
        self.annotators = [
            Annotator(Browser(port), f"annotator{i}", *about, hush, self.num_samples)
            for i, port in zip(range(num_annotators), cycle(ports), strict=False)
        ]
        readers = [
            Reader(Browser(port), f"reader{i}", *about, close)
            for i, port in zip(range(num_readers), cycle(ports), strict=False)
        ]
        for reader in readers:
            self.history.expect(reader.name)
        speaking = [threading.Thread(target=each.run, daemon=True) for each in self.annotators]
        looking = [threading.Thread(target=each.run, daemon=True) for each in readers]
        for thread in speaking + looking:
            thread.start()
        try:
            yield self.history
        finally:
            for event, threads in ((hush, speaking), (close, looking)):
                event.set()
                for thread in threads:
                    thread.join()
