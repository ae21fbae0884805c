"""A room as a value: who is there, who presents, and what each thing said does to it.

Every app of a database holds the same rooms, because all hear the same in the same order
(`store/sql/exchange.py`) and nothing here asks a clock or chance. A refusal is therefore the same
everywhere, and two who press Present at once get one presenter.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, Literal

COLORS: Final = (0, *range(2, 12))
"""Of people, out of the style sheet's classes (`--class-0` and on): 1 is as red as an error."""
NoteKind = Literal["room", "view", "samples", "point", "told"]


@dataclass(frozen=True)
class Member:
    """One page that looks at the project."""

    member_id: str
    host: str
    """The app it is connected to."""
    author_id: str
    name: str | None
    color: int = 0
    is_following: bool = False
    is_asking: bool = False
    """Whether they asked to present."""


@dataclass(frozen=True)
class Presenter:
    """Whose view the others may follow."""

    member_id: str
    author_id: str
    name: str
    color: int
    is_gone: bool = False
    """Whether the connection is lost; after a while anybody may present."""


@dataclass(frozen=True)
class Note:
    """What has changed, and for whom."""

    kind: NoteKind
    to: str | None = None
    """A member_id; None is everybody (a view: those who follow)."""
    values: Mapping[str, Any] = field(default_factory=dict)


ROOM: Final = Note("room")


@dataclass
class Room:
    """The people of one project."""

    members: dict[str, Member] = field(default_factory=dict)
    presenter: Presenter | None = None
    term: int = 0
    """Grows with every change of the presenter."""
    view: Mapping[str, Any] | None = None
    """What the presenter saw last; outlives a change of the presenter until they speak."""
    samples: str = ""
    """What the presenter has selected, packed, in base64."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is left."""
        return not self.members

    def apply(self, command: Mapping[str, Any]) -> list[Note]:
        """Change the room by one command; what makes no sense any more changes nothing."""
        act: Callable[[Mapping[str, Any]], list[Note]] | None
        act = getattr(self, f"_{command['do']}", None)  # a newer app may say what this one lacks
        return act(command) if act else []

    def _join(self, command: Mapping[str, Any]) -> list[Note]:
        member = Member(**command["member"])
        others = {each.color: each.author_id for each in self.members.values()}
        self.members[member.member_id] = replace(member, color=color_for(member.author_id, others))
        return [ROOM]

    def _leave(self, command: Mapping[str, Any]) -> list[Note]:
        if self.members.pop(command["by"], None) is None:
            return []
        gone = self.presenter
        if gone is not None and gone.member_id == command["by"]:
            self.presenter = replace(gone, is_gone=True)
            return [ROOM, told("gone", gone.name)]
        return [ROOM]

    def _lost(self, command: Mapping[str, Any]) -> list[Note]:
        """An app has ended, or cannot be heard: so have its members."""
        ids = [each.member_id for each in self.members.values() if each.host == command["host"]]
        return [note for member_id in ids for note in self._leave({"by": member_id})]

    def _here(self, command: Mapping[str, Any]) -> list[Note]:
        """An app says who is connected to it, and what it knows of the presenter."""
        others = {key: each for key, each in self.members.items() if each.host != command["at"]}
        self.members = others
        for each in command["members"]:
            self.members[each["member_id"]] = Member(**each)
        if command["term"] > self.term:
            self.term, self.view = command["term"], command["view"]
            self.samples = command["samples"]
            found = command["presenter"]
            self.presenter = Presenter(**found) if found else None
        now = self.presenter
        if now is not None and now.is_gone and now.member_id in self.members:
            self.presenter = replace(now, is_gone=False)
        return [ROOM]

    def _follow(self, command: Mapping[str, Any]) -> list[Note]:
        member = self.members.get(command["by"])
        if member is None or member.is_following == command["on"]:
            return []
        self.members[member.member_id] = replace(member, is_following=command["on"])
        last = [Note("samples", member.member_id), Note("view", member.member_id)]
        return [ROOM, *(last if command["on"] and self.view is not None else [])]

    def _present(self, command: Mapping[str, Any]) -> list[Note]:
        member, now = self.members.get(command["by"]), self.presenter
        if member is None:
            return []
        if member.name is None:
            return [told("nameless", "", member.member_id)]
        if now is not None and now.author_id != member.author_id:
            return [told("taken", now.name, member.member_id)]
        if now is None:
            self._free_followers()
        why = "back" if now is not None and now.is_gone else "presents"
        return [*self._give(member), told(why, member.name)]

    def _stop(self, command: Mapping[str, Any]) -> list[Note]:
        return self._free("stopped") if self._presenting(command) else []

    def _forget(self, command: Mapping[str, Any]) -> list[Note]:
        """The presenter stayed away too long."""
        now = self.presenter
        is_due = now is not None and now.is_gone and command["term"] == self.term
        return self._free("freed") if is_due else []

    def _hand(self, command: Mapping[str, Any]) -> list[Note]:
        now, to = self._presenting(command), self.members.get(command["to"])
        if now is None or to is None or to.member_id == now.member_id:
            return []
        if to.name is None:
            return [told("nameless", "", now.member_id)]
        before = self.members[now.member_id]
        self.members[now.member_id] = replace(before, is_following=True)
        return [*self._give(to), told("handed", to.name)]

    def _ask(self, command: Mapping[str, Any]) -> list[Note]:
        member, now = self.members.get(command["by"]), self.presenter
        if member is None or now is None or now.is_gone or member.is_asking:
            return []
        if member.name is None:
            return [told("nameless", "", member.member_id)]
        self.members[member.member_id] = replace(member, is_asking=True)
        return [ROOM, told("asks", member.name, now.member_id)]

    def _decline(self, command: Mapping[str, Any]) -> list[Note]:
        now, to = self._presenting(command), self.members.get(command["to"])
        if now is None or to is None or not to.is_asking:
            return []
        self.members[to.member_id] = replace(to, is_asking=False)
        return [ROOM, told("declined", now.name, to.member_id)]

    def _view(self, command: Mapping[str, Any]) -> list[Note]:
        if self._presenting(command) is None:
            return []
        self.view = command["view"]
        if "samples" not in command:
            return [Note("view")]
        self.samples = command["samples"]
        return [Note("samples"), Note("view")]

    def _point(self, command: Mapping[str, Any]) -> list[Note]:
        if command["by"] not in self.members:
            return []
        values = {"by": command["by"], "place": command["place"]}
        return [Note("point", None, values)]

    def _presenting(self, command: Mapping[str, Any]) -> Presenter | None:
        """The presenter, where a command comes from them."""
        now = self.presenter
        return now if now is not None and now.member_id == command["by"] else None

    def _give(self, member: Member) -> list[Note]:
        self.term += 1
        kept = replace(member, is_following=False, is_asking=False)
        self.members[member.member_id] = kept
        name = kept.name or ""
        self.presenter = Presenter(kept.member_id, kept.author_id, name, kept.color)
        return [ROOM]

    def _free(self, why: str) -> list[Note]:
        name = self.presenter.name if self.presenter else ""
        self.term += 1
        self.presenter, self.view, self.samples = None, None, ""
        self._free_followers()
        return [ROOM, told(why, name)]

    def _free_followers(self) -> None:
        """Nobody presents, so nobody follows or asks; also not who said so a moment too late."""
        self.members = {
            member_id: replace(each, is_following=False, is_asking=False)
            for member_id, each in self.members.items()
        }

    def snapshot(self, host: str) -> dict[str, Any]:
        """Return what an app tells one that has just come: its own members, and the presenter."""
        mine = [asdict(each) for each in self.members.values() if each.host == host]
        presenter = asdict(self.presenter) if self.presenter else None
        return {
            "do": "here", "members": mine, "presenter": presenter, "term": self.term,
            "view": self.view, "samples": self.samples,
        }  # fmt: skip

    def keep(self, ids: Container[str]) -> None:
        """Drop all members but these; those of other apps will say again that they are there."""
        self.members = {key: each for key, each in self.members.items() if key in ids}
        if (now := self.presenter) is not None and now.member_id not in ids:
            self.presenter = replace(now, is_gone=True)  # until `_here` says otherwise

    def seen(self) -> dict[str, Any]:
        """Return the room as pages read it."""
        now = self.presenter
        people = [
            {"id": each.member_id, "person": each.author_id, "name": each.name,
             "color": each.color, "asks": each.is_asking,
             "follows": each.is_following and now is not None and each.member_id != now.member_id}
            for each in self.members.values()
        ]  # fmt: skip
        presenter = now and {
            "id": now.member_id, "person": now.author_id, "name": now.name, "color": now.color,
            "gone": now.is_gone,
        }  # fmt: skip
        return {"is": "room", "people": people, "presenter": presenter, "term": self.term}


def told(code: str, name: str, to: str | None = None) -> Note:
    """Return a note that people read; the page has its words."""
    return Note("told", to, {"code": code, "name": name})


def color_for(author_id: str, taken: Mapping[int, str]) -> int:
    """Return a person's colour: the same one each time, while nobody else in the room has it.

    Args:
        author_id: Whose.
        taken: Who has which colour already.
    """
    first = sha256(author_id.encode()).digest()[0] % len(COLORS)
    turns: tuple[int, ...] = (*COLORS[first:], *COLORS[:first])
    return next((each for each in turns if taken.get(each, author_id) == author_id), turns[0])
