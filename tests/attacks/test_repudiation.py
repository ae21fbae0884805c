"""T20: what was said stays said, by whom it was said, once."""

import json
import socket

import pytest

from tests.attacks.target import Target
from tests.pages.web import Browser, packed, wait_until


def annotate(key: str, **more: object) -> dict[str, object]:
    return {"key": key, "verb": "annotate", "samples": packed([9], 40), "class_index": 1, **more}


def cut_before_the_answer(target: Target, visitor: Browser, body: dict[str, object]) -> None:
    """Send a gesture and hang up: the answer is lost, as when a server dies after the commit."""
    data = json.dumps(body).encode()
    path = f"/api/projects/{target.values['p']}/gestures"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {visitor.cookie}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", visitor.port)) as wire:
        wire.sendall(head.encode() + data)


def seq_of(target: Target) -> int:
    return target.served.store.journal.state(target.values["p"]).seq


def test_retry__after_a_lost_answer_is_one_row(target: Target, visitor: Browser) -> None:
    visitor.get("/")
    before = seq_of(target)
    cut_before_the_answer(target, visitor, annotate("lost"))
    wait_until(lambda: seq_of(target) == before + 1, "the commit")
    again = visitor.post(f"/api/projects/{target.values['p']}/gestures", annotate("lost"))
    assert (again.status, again.json["duplicate"], again.json["seq"]) == (200, True, before + 1)
    assert seq_of(target) == before + 1


def test_key__is_not_used_for_something_else(target: Target, visitor: Browser) -> None:
    path = f"/api/projects/{target.values['p']}/gestures"
    assert visitor.post(path, annotate("once")).status == 200
    before = seq_of(target)
    other = visitor.post(path, {**annotate("once"), "class_index": 0})
    assert (other.status, other.code) == (409, "key_reused")
    assert seq_of(target) == before


@pytest.mark.parametrize("field", ["author", "author_id", "created_at", "seq", "at", "user"])
def test_author_and_time__are_never_those_of_the_request(
    target: Target, visitor: Browser, field: str
) -> None:
    visitor.get("/")
    path = f"/api/projects/{target.values['p']}/gestures"
    before = seq_of(target)
    answer = visitor.post(path, annotate(f"as-{field}", **{field: "Ana"}))
    if answer.status != 200:
        assert seq_of(target) == before
        return
    event = target.served.store.journal.event(target.values["p"], answer.json["seq"])
    assert (event.author, event.author_id != "Ana", event.seq) == ("Guest", True, before + 1)


def test_relabel__by_two_browsers_keeps_both_and_shows_that_they_differ(target: Target) -> None:
    """Nobody is refused for having seen an older name: the last one stands, and neither is lost."""
    project = f"/api/projects/{target.values['p']}"
    ana, eve = target.served.browser(), target.served.browser()
    for name, visitor in (("Ana", ana), ("Eve", eve)):
        assert visitor.post("/api/session", {"name": name}).status == 200
    journal, project_id = target.served.store.journal, target.values["p"]
    other = {"key": "other", "verb": "add_class", "name": "other"}
    assert ana.post(f"{project}/gestures", other).status == 200
    names = {"Ana": 1, "Eve": journal.state(project_id).classes[-1].class_index}
    said = [
        visitor.post(f"{project}/gestures", {**annotate(author), "class_index": names[author]})
        for author, visitor in (("Ana", ana), ("Eve", eve))
    ]
    assert [answer.status for answer in said] == [200, 200]
    events = [journal.event(project_id, answer.json["seq"]) for answer in said]
    assert {event.author: event.values["class_index"] for event in events} == names
    differing = eve.get(f"{project}/agreement").json["differing"]
    (point,) = [each for each in differing if each["sample"] == 9]
    given = {each["author"]: each["class_index"] for each in point["given"]}
    assert point["now"] == names["Eve"]
    assert given == given | names, "each is shown with what they said"


def test_undo__of_what_another_said_is_not_there(target: Target) -> None:
    path = f"/api/projects/{target.values['p']}/gestures"
    ana, eve = target.served.browser(), target.served.browser()
    for visitor in (ana, eve):
        visitor.get("/")
    said = ana.post(path, annotate("ana")).json["seq"]
    refused = eve.post(path, {"key": "eve", "verb": "undo"})
    assert (refused.status, refused.code) == (409, "nothing_to_undo")
    assert seq_of(target) == said


def test_journal__has_no_route_that_changes_or_deletes_an_event(target: Target) -> None:
    changing = [
        (method, path)
        for method, path in target.addresses("PUT", "PATCH", "DELETE")
        if "gestures" in path or "log" in path or "events" in path
    ]
    assert changing == []
