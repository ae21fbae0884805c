"""What one app signs another reads, though their clocks differ by some seconds."""

import time
from dataclasses import asdict
from types import SimpleNamespace

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Scope

from pages.answers import RefusedError
from pages.api.oidc import COOKIE, QUEST_S, quest_of
from pages.auth.provider import new_quest
from pages.session import AHEAD_S, SessionCookies, new_session

SPARE_S = 30
"""What may pass while a test runs."""


def scope_of(cookie: str) -> Scope:
    signer = URLSafeTimedSerializer(b"k" * 32)
    app = SimpleNamespace(state=SimpleNamespace(quest_signer=signer))
    return {"type": "http", "scheme": "http", "app": app, "headers": [(b"cookie", cookie.encode())]}


def set_clock(monkeypatch: pytest.MonkeyPatch, ahead_s: int) -> None:
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time()) + ahead_s)


@pytest.mark.parametrize(
    ("ahead_s", "is_read"),
    [(AHEAD_S - SPARE_S, True), (AHEAD_S + SPARE_S, False), (-QUEST_S - SPARE_S, False)],
)
def test_quest__of_an_app_whose_clock_differs(
    ahead_s: int, is_read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    quest = new_quest()
    with monkeypatch.context() as other:
        set_clock(other, ahead_s)
        value = URLSafeTimedSerializer(b"k" * 32).dumps(asdict(quest))
    request = Request(scope_of(f"{COOKIE}={value!s}"))
    if is_read:
        assert quest_of(request, quest.state) == quest
        return
    with pytest.raises(RefusedError, match="begin again"):
        quest_of(request, quest.state)


@pytest.mark.parametrize(
    ("ahead_s", "is_read"), [(AHEAD_S - SPARE_S, True), (AHEAD_S + SPARE_S, False)]
)
def test_session__of_an_app_whose_clock_differs(
    ahead_s: int, is_read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, session = MutableHeaders(), new_session()
    with monkeypatch.context() as other:
        set_clock(other, ahead_s)
        SessionCookies(b"k" * 32).write(headers, scope_of(""), session)
    scope = scope_of(headers["set-cookie"].partition(";")[0])
    found = SessionCookies(b"k" * 32).read(scope)
    assert (found is not None and found.author_id == session.author_id) == is_read
