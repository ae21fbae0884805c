"""What is said changes a room the same way everywhere."""

from typing import Any

from pages.rooms.room import Note, Room, color_for


def member(key: str, name: str | None = "Ada", author: str | None = None) -> dict[str, Any]:
    return {"member_id": key, "host": "h", "author_id": author or f"author-{key}", "name": name}


def say(room: Room, do: str, by: str = "a", **values: Any) -> list[Note]:
    return room.apply({"do": do, "by": by, "at": "h", **values})


def codes(notes: list[Note]) -> list[Any]:
    return [(note.values["code"], note.to) for note in notes if note.kind == "told"]


def room_of(*names: str | None) -> Room:
    """A room with members a, b, c of these names."""
    room = Room()
    for key, name in zip("abc", names, strict=False):
        say(room, "join", member=member(key, name))
    return room


def presenter_of(room: Room) -> str | None:
    return room.presenter.member_id if room.presenter else None


def test_present__one_at_a_time_and_by_name() -> None:
    room = room_of("Ada", "Ben", None)
    assert codes(say(room, "present", "a")) == [("presents", None)]
    assert codes(say(room, "present", "b")) == [("taken", "b")]
    assert codes(say(room, "stop", "b")) == []
    assert codes(say(room, "stop", "a")) == [("stopped", None)]
    assert codes(say(room, "present", "c")) == [("nameless", "c")]
    assert presenter_of(room) is None


def test_view__only_the_presenters_and_a_follower_gets_the_last_one() -> None:
    room = room_of("Ada", "Ben")
    say(room, "present")
    assert say(room, "view", "b", view={"n": 1}) == []
    assert [n.kind for n in say(room, "view", view={"n": 2}, samples="AA==")] == ["samples", "view"]
    assert [n.kind for n in say(room, "view", view={"n": 3})] == ["view"]
    notes = say(room, "follow", "b", on=True)
    assert [(n.kind, n.to) for n in notes] == [("room", None), ("samples", "b"), ("view", "b")]
    assert (room.view, room.samples) == ({"n": 3}, "AA==")
    assert say(room, "follow", "b", on=True) == []


def followers(room: Room) -> list[str]:
    return [each["id"] for each in room.seen()["people"] if each["follows"]]


def test_follow__counts_only_where_somebody_else_presents() -> None:
    room = room_of("Ada", "Ben")
    say(room, "follow", "b", on=True)  # on its way when the presenter stopped
    assert followers(room) == []
    say(room, "present")
    assert followers(room) == []
    say(room, "follow", "a", on=True)  # on its way when they were handed the presentation
    assert followers(room) == []
    say(room, "follow", "b", on=True)
    assert followers(room) == ["b"]


def test_hand__over_to_who_asked_and_the_former_presenter_follows() -> None:
    room = room_of("Ada", "Ben", None)
    say(room, "present")
    assert codes(say(room, "ask", "b")) == [("asks", "a")]
    assert say(room, "ask", "b") == []
    assert say(room, "hand", "b", to="b") == []
    assert codes(say(room, "hand", to="c")) == [("nameless", "a")]
    assert codes(say(room, "hand", to="b")) == [("handed", None)]
    assert presenter_of(room) == "b"
    assert room.members["a"].is_following
    assert not room.members["b"].is_asking


def test_decline__tells_who_asked() -> None:
    room = room_of("Ada", "Ben")
    say(room, "present")
    assert say(room, "decline", to="b") == []
    say(room, "ask", "b")
    assert codes(say(room, "decline", to="b")) == [("declined", "b")]


def test_gone__comes_back_or_is_forgotten_after_a_while() -> None:
    room = room_of("Ada", "Ben")
    say(room, "present")
    assert codes(say(room, "leave")) == [("gone", None)]
    term = room.term
    assert codes(say(room, "present", "b")) == [("taken", "b")]
    say(room, "join", member=member("a2", "Ada", "author-a"))
    assert codes(say(room, "present", "a2")) == [("back", None)]
    assert say(room, "forget", term=term) == []  # the clock of the first absence
    say(room, "leave", "a2")
    assert codes(say(room, "forget", term=room.term)) == [("freed", None)]
    assert codes(say(room, "present", "b")) == [("presents", None)]


def test_lost__an_app_that_ended_takes_its_members_along() -> None:
    room = room_of("Ada")
    say(room, "join", member={**member("x"), "host": "other"})
    say(room, "present", "x")
    assert codes(say(room, "lost", host="other")) == [("gone", None)]
    assert set(room.members) == {"a"}


def test_snapshot__brings_another_app_up_to_date() -> None:
    room, other = room_of("Ada", "Ben"), Room()
    say(room, "present")
    say(room, "view", view={"n": 4}, samples="AA==")
    say(other, "join", member={**member("x"), "host": "other"})
    other.apply({**room.snapshot("h"), "at": "h"})
    assert set(other.members) == {"a", "b", "x"}
    assert (other.presenter, other.term, other.view) == (room.presenter, room.term, room.view)
    say(room, "leave", "b")
    other.apply({**room.snapshot("h"), "at": "h"})
    assert set(other.members) == {"a", "x"}
    other.keep({"x"})
    assert set(other.members) == {"x"}


def test_colors__differ_between_people_and_stay_with_each() -> None:
    taken: dict[int, str] = {}
    for nth in range(11):
        taken[color_for(f"author-{nth}", taken)] = f"author-{nth}"
    assert sorted(taken) == [0, *range(2, 12)], "the second colour of classes is that of errors"
    assert color_for("author-3", {}) == color_for("author-3", {})
    assert color_for("one more", taken) in taken


def test_commands_of_nobody__change_nothing() -> None:
    room = Room()
    for do, values in (("leave", {}), ("follow", {"on": True}), ("present", {}), ("stop", {}),
                       ("ask", {}), ("hand", {"to": "b"}), ("point", {"place": [0, 0]}),
                       ("view", {"view": {}}), ("forget", {"term": 0})):  # fmt: skip
        assert say(room, do, **values) == []
    assert room == Room()


def test_keep__a_presenter_who_left_unheard_is_gone_until_an_app_says_otherwise() -> None:
    room = room_of("Ada", "Ben")
    say(room, "present")
    before = room.snapshot("h")
    room.keep({"b"})
    assert room.presenter is not None
    assert room.presenter.is_gone
    room.apply({**before, "at": "h"})
    assert not room.presenter.is_gone
    room.keep({"b"})
    assert codes(say(room, "forget", term=room.term)) == [("freed", None)]
    assert codes(say(room, "present", "b")) == [("presents", None)]
