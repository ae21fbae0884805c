"""What an attacker may try at a room: each try ends with a refusal, and everybody else goes on."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

import pages.middleware.json_body
from pages.answers import RefusedError
from pages.rooms import attending, outbox
from pages.rooms.asked import read_message
from tests.pages.rooms.live import VIEW, Live, browser_of, live
from tests.pages.web import Browser, Served, serve

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def project_id(served: Served) -> str:
    return served.project().project_id


@pytest.fixture
def witness(served: Served, project_id: str) -> Iterator[Live]:
    """Somebody well-behaved, who must not suffer."""
    with live(served.port, project_id, "Witness") as one:
        one.wait_for_people(1)
        yield one
        one.say("point", place=[1, 1])
        one.say("present")
        one.hear("told", code="presents", name="Witness")


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://evil.example:{port}"},
        {"origin": None},
        {"origin": "null"},
        {"cookie": ""},
        {"cookie": "lodemap-{port}=forged.value.here"},
        {"host": "evil.example"},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_handshake__is_refused(served: Served, project_id: str, changes: dict[str, Any]) -> None:
    given = json.loads(json.dumps(changes).replace("{port}", str(served.port)))
    browser = Browser(served.port, given.pop("cookie")) if "cookie" in given else None
    with (
        pytest.raises(InvalidStatus) as refused,
        live(served.port, project_id, browser=browser, **given),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("asked", [UNKNOWN, "x" * 300, "%00"])
def test_unknown_project__gets_a_sentence(served: Served, asked: str) -> None:
    with live(served.port, asked) as one:
        assert one.closed_with() == 4004
    assert one.seen[0]["is"] == "refused"
    assert one.seen[0]["message"].endswith(".")


@pytest.mark.usefixtures("witness")
@pytest.mark.parametrize(
    "text",
    [
        '{"do": "view", "view": {"stance": {"of": NaN}}}',
        '{"do": "view", "view": {"stance": {"of": 1e999}}}',
        '{"do": "view", "view": {"n": Infinity}}',
        '{"do": "view", "view": {"step_id": "' + "x" * 5000 + '"}}',
        '{"do": "view", "view": {"evil": 1}}',
        '{"do": "view", "view": []}',
        '{"do": "view", "view": {"stance": ' + "[" * 500 + "]" * 500 + "}}",
        '{"do": "view", "view": {}, "samples": "not base64"}',
        '{"do": "view", "view": {}, "samples": "////////"}',
        '{"do": "view", "view": {}, "by": "somebody"}',
        '{"do": "point", "place": [1]}',
        '{"do": "point", "place": [1, 2, 3]}',
        '{"do": "point", "place": [1, null]}',
        '{"do": "point", "place": [1e7, 0]}',
        '{"do": "point", "place": [true, 0]}',
        '{"do": "point", "place": "here"}',
        '{"do": "point", "place": [0, 0], "name": "Ben"}',
        '{"do": "join", "member": {"name": "Ben"}}',
        '{"do": "lost", "host": "x"}',
        '{"do": "_keep"}',
        '{"do": "present", "author_id": "x", "name": "Ben"}',
        '{"do": "hand", "to": ["a"]}',
        '{"do": "follow", "on": "yes"}',
        '{"do": ["view"]}',
        "[]", "null", "{", "", "\x00",
    ],
    ids=str,
)  # fmt: skip
def test_messages__of_no_page_are_refused(served: Served, project_id: str, text: str) -> None:
    with live(served.port, project_id, "Mallory") as one:
        one.socket.send(text)
        refusal = one.hear("refused")
        assert refusal["message"].endswith(".")
        assert "Traceback" not in refusal["message"]


def test_view__of_more_than_any_page_sees_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages.middleware.json_body, "orjson", None)  # reading it would fail
    for many in ("[]," * 2_500 + "[]", "1," * 100_000 + "1"):
        with pytest.raises(RefusedError, match=r"more than 4,096 values.$"):
            read_message('{"do": "view", "view": {"stance": [' + many + "]}}", 40, 2)


def test_flood__of_many_pages_is_that_of_one_person(
    served: Served, project_id: str, witness: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MESSAGES_PER_S", 0.0)
    monkeypatch.setattr(outbox, "MOST_MESSAGES", 10.0)
    monkeypatch.setattr(attending, "MOST_DROPPED", 1)
    browser = browser_of(served.port, "Mallory")
    with (
        live(served.port, project_id, browser=browser) as one,
        live(served.port, project_id, browser=browser) as other,
    ):
        witness.wait_for_people(3)
        for nth in range(10):
            one.say("point", place=[nth, 0])
        witness.hear("point", place=[9, 0])
        other.say("point", place=[0, 1])
        assert other.closed_with() == 4008, "the first page has spent what the person may say"
    with live(served.port, project_id, browser=browser) as anew:
        anew.say("point", place=[0, 1])
        assert anew.closed_with() == 4008
    witness.wait_for_people(1)


@pytest.mark.usefixtures("witness")
def test_bytes__are_refused_and_the_persistent_are_closed(served: Served, project_id: str) -> None:
    with live(served.port, project_id, "Mallory") as one:
        with suppress(ConnectionClosed):  # it may be closed before the last of them
            for nth in range(30):
                one.socket.send(bytes([0, 255, nth]))
        assert one.closed_with() == 4008


@pytest.mark.usefixtures("witness")
def test_one_megabyte__closes_the_connection(served: Served, project_id: str) -> None:
    with live(served.port, project_id, "Mallory") as one:
        one.socket.send('{"do": "present", "x": "' + "x" * 2**20 + '"}')
        assert one.closed_with() == 1009


def test_flood__is_dropped_and_then_closed(served: Served, project_id: str, witness: Live) -> None:
    with live(served.port, project_id, "Mallory") as one:
        for nth in range(2_000):
            try:
                one.say("point", place=[nth, 0])
            except ConnectionClosed:
                break
        assert one.closed_with() == 4008
    witness.wait_for_people(1)
    heard = [each for each in witness.seen if each["is"] == "point"]
    assert len(heard) < 400


def test_name__is_the_sessions_and_nobody_elses(served: Served, project_id: str) -> None:
    with (
        live(served.port, project_id, "Ada") as ada,
        live(served.port, project_id, "Mallory") as mallory,
    ):
        ada.wait_for_people(2)
        ada.say("present")
        mallory.wait_for_presenter(ada.member_id)
        for do, values in (("view", {"view": VIEW}), ("stop", {}), ("hand", {"to": "x"})):
            mallory.say(do, **values)
        mallory.say("present")
        mallory.hear("told", code="taken", name="Ada")
        names = sorted(each["name"] for each in mallory.room["people"])
        assert names == ["Ada", "Mallory"]


def test_token__is_asked_of_live_connections_too(tmp_path: Path) -> None:
    with (
        serve(tmp_path, auth="token") as served,
        pytest.raises(InvalidStatus) as refused,
        live(served.port, served.project().project_id, browser=Browser(served.port)),
    ):
        pass
    assert refused.value.response.status_code == 403
