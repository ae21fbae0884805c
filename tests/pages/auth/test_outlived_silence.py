"""A database that is silent while somebody downloads: nothing has been revoked that we know of."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest
from starlette.types import Message

import pages.auth.outlived
from ml.errors import LodemapError
from pages.answers import RightEndedError
from pages.auth.outlived import CHECK_S, SILENT_S, while_allowed
from pages.session import Session
from store.errors import DiskFullError, StoreUnavailableError

ADA = Session("a" * 32, "Ada", role="viewer", is_person=True)
BEN = Session("b" * 32, "Ben", role="viewer", is_person=True)
SILENT = StoreUnavailableError("The database does not answer.")
PART: Message = {"type": "http.response.body", "body": b"x", "more_body": True}

Told = Session | LodemapError | None


class FakeDoor:
    """Says one thing after the other, and the last one for ever."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = list(told)

    async def recognise(self, _: object) -> Session | None:
        told = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        if isinstance(told, LodemapError):
            raise told
        return told


def num_sent(told: Sequence[Told], most: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Send parts, each just later than the door is asked again; return how many left."""
    clock, sent = [0.0], list[Message]()
    monkeypatch.setattr(pages.auth.outlived, "monotonic", lambda: clock[0])

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        sending = while_allowed(send, {"type": "http"}, ADA, FakeDoor(told))  # type: ignore[arg-type]
        for _ in range(most):
            clock[0] += 1.01 * CHECK_S
            await sending(PART)

    with suppress(RightEndedError):
        asyncio.run(run())
    return len(sent)


@pytest.mark.parametrize("silence", [SILENT, DiskFullError("The disk is full.")])
def test_download__goes_on_through_a_short_silence(
    silence: LodemapError, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert num_sent([ADA, silence, silence, ADA], 50, monkeypatch) == 50


@pytest.mark.parametrize("known", [None, BEN])
def test_download__ends_by_the_first_answer_after_a_silence(
    known: Session | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert num_sent([ADA, SILENT, SILENT, known], 50, monkeypatch) == 3


def test_download__ends_where_nobody_can_say_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    num = num_sent([ADA, SILENT], 1000, monkeypatch)
    assert SILENT_S / CHECK_S - 2 < num <= SILENT_S / CHECK_S + 2
