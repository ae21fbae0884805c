"""All rooms of this app: who is connected here, what they say to all apps, what they are told.

Everything here runs on the event loop, so nothing needs a lock.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from secrets import token_hex
from typing import Any, Final

import orjson

from pages.rooms.outbox import Allowances, Outbox
from pages.rooms.room import Member, Note, Room
from pages.session import Session
from store.sql.exchange import Exchange, Message

GRACE_S: Final = 10.0
"""A presenter whose connection is gone for so long may be followed by anybody."""
BEAT_S: Final = 3.0
"""How often an app says that it is there; one that misses three beats has ended."""
_PROCESS_WIDE: Final = frozenset({"hello", "beat", "stir"})


@dataclass(frozen=True)
class Seat:
    """A connection of this app."""

    project_id: str
    member_id: str
    session: Session
    is_bell: bool = False
    """It only hears of news: nobody sees it, and it says nothing but that it wants to be rung."""
    outbox: Outbox = field(default_factory=Outbox)


class Rooms:
    """The rooms of all projects, as this app knows them."""

    def __init__(
        self, exchange: Exchange, grace_s: float = GRACE_S, beat_s: float = BEAT_S
    ) -> None:
        self.host = token_hex(4)
        self.allowances = Allowances()
        self._exchange = exchange
        self._grace_s = grace_s
        self._beat_s = beat_s
        self._rooms: dict[str, Room] = {}
        self._seats: dict[str, Seat] = {}
        self._hosts: dict[str, float] = {}
        self._absences: dict[str, asyncio.TimerHandle] = {}
        self._beating: asyncio.Task[None] | None = None
        self.on_stir: Callable[[str], None] = lambda _: None
        """Hears of a project that another app has written to (`pages/rooms/news.py`)."""

    @property
    def num_seats(self) -> int:
        """How many pages are connected to this app."""
        return len(self._seats)

    def num_in(self, project_id: str, author_id: str | None = None) -> int:
        """Return how many pages look at a project, of all people or of one."""
        here = (s.session.author_id for s in self._seats.values() if s.project_id == project_id)
        members = self._rooms.get(project_id, Room()).members.values()
        everywhere = (each.author_id for each in members)
        counted = (sum(author_id in (None, who) for who in each) for each in (here, everywhere))
        return max(counted)

    def num_of(self, author_id: str) -> int:
        """Return how many pages of one person are connected to this app, whatever they look at."""
        return sum(seat.session.author_id == author_id for seat in self._seats.values())

    def open_projects(self) -> set[str]:
        """Return the projects that pages of this app have open."""
        return {seat.project_id for seat in self._seats.values()}

    def seats_in(self, project_id: str) -> list[Seat]:
        """Return the pages of this app that have a project open."""
        return [seat for seat in self._seats.values() if seat.project_id == project_id]

    def stir_others(self, project_id: str) -> None:
        """Tell the other apps of the database that this one has written to a project."""
        if self._exchange.is_shared:
            self._open()
            stir = {"do": "stir", "room": project_id, "at": self.host}
            self._exchange.say(stir, f"stir {project_id}")

    async def are_joined(self) -> bool:
        """Whether this app hears what the apps of its database tell each other."""
        if self._exchange.is_shared:
            self._open()
        return await self._exchange.answers()

    def enter(self, project_id: str, session: Session, *, is_bell: bool = False) -> Seat:
        """Let a page in; from now on it is told what happens."""
        self._open()
        seat = Seat(project_id, token_hex(8), session, is_bell)
        self._seats[seat.member_id] = seat
        self._join(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Let a page go."""
        self._seats.pop(seat.member_id, None)
        if not seat.is_bell:
            self.say(seat, {"do": "leave"})

    def say(self, seat: Seat, message: Mapping[str, Any]) -> None:
        """Tell all apps what a page says; of its views and places the newest is enough."""
        command = {**message, "room": seat.project_id, "by": seat.member_id, "at": self.host}
        is_newest = message["do"] == "point" or (
            message["do"] == "view" and "samples" not in message
        )
        self._exchange.say(command, f"{message['do']} {seat.member_id}" if is_newest else "")

    def _join(self, seat: Seat) -> None:
        if seat.is_bell:
            return
        who = seat.session
        member = Member(seat.member_id, self.host, who.author_id, who.name)
        self.say(seat, {"do": "join", "member": asdict(member)})

    def _open(self) -> None:
        if self._beating is not None and self._beating.get_loop() is asyncio.get_running_loop():
            return
        self._exchange.open(self._hear, self._introduce)
        self._beating = asyncio.get_running_loop().create_task(self._beat())

    def _introduce(self) -> None:
        """The exchange begins, or begins anew: ask who is there, and say so oneself."""
        self._exchange.say({"do": "hello", "at": self.host})
        for project_id, room in self._rooms.items():
            room.keep(self._seats)
            self._watch(project_id, room)
        self._describe()
        for seat in self._seats.values():
            room = self._rooms.get(seat.project_id, Room())
            if seat.member_id not in room.members:
                self._join(seat)

    def _describe(self) -> None:
        for project_id in self._rooms:
            self._exchange.say(self._snapshot(project_id))

    def _snapshot(self, project_id: str) -> dict[str, Any]:
        room = self._rooms.get(project_id, Room())
        return {**room.snapshot(self.host), "room": project_id, "at": self.host}

    async def _beat(self) -> None:
        """Say that this app is there, and notice which others are no longer."""
        while self._exchange.is_shared:
            self._exchange.say({"do": "beat", "at": self.host}, "beat")
            await asyncio.sleep(self._beat_s)
            for host, heard_s in list(self._hosts.items()):
                if time.monotonic() - heard_s > 3 * self._beat_s:
                    self._exchange.say(
                        {"do": "lost", "host": host, "at": self.host}, f"lost {host}"
                    )

    def _hear(self, message: Message) -> None:
        """One thing said by any app; all hear it in the same order."""
        if message["at"] != self.host:
            self._hear_other(message)
        if message["do"] == "lost":
            self._lose(message)
        elif message["do"] == "here" and message["at"] == self.host:
            # What was on its way when this was said is not in it: then it is said again.
            if message != (now := self._snapshot(message["room"])):
                self._exchange.say(now)
        elif message["do"] not in _PROCESS_WIDE:
            self._apply(message["room"], message)

    def _hear_other(self, message: Message) -> None:
        self._hosts[message["at"]] = time.monotonic()
        if message["do"] == "hello":
            self._describe()
        elif message["do"] == "stir":
            self.on_stir(message["room"])

    def _lose(self, message: Message) -> None:
        """An app has not been heard of; this one, where it was too busy, says that it is here."""
        self._hosts.pop(message["host"], None)
        for project_id in list(self._rooms):
            self._apply(project_id, message)
        if message["host"] == self.host:
            self._introduce()

    def _apply(self, project_id: str, command: Message) -> None:
        room = self._rooms.setdefault(project_id, Room())
        before = room.presenter
        notes = room.apply(command)
        if room.presenter != before:
            self._watch(project_id, room)
        self._tell(project_id, room, notes)
        if room.is_empty:
            del self._rooms[project_id]
            self._watch(project_id, Room())

    def _watch(self, project_id: str, room: Room) -> None:
        """Give a presenter who is gone a while to come back, each absence anew."""
        if (before := self._absences.pop(project_id, None)) is not None:
            before.cancel()
        if room.presenter is not None and room.presenter.is_gone:
            forget = {"do": "forget", "room": project_id, "term": room.term, "at": self.host}
            self._absences[project_id] = asyncio.get_running_loop().call_later(
                self._grace_s, self._exchange.say, forget
            )

    def _tell(self, project_id: str, room: Room, notes: list[Note]) -> None:
        for note in notes:
            text = self._text_of(room, note)
            for seat in self._audience(project_id, room, note):
                if note.kind == "told":
                    seat.outbox.tell(text)
                else:
                    seat.outbox.put(f"{note.kind} {note.values.get('by', '')}", text)

    def _audience(self, project_id: str, room: Room, note: Note) -> Iterator[Seat]:
        for member in room.members.values():
            seat = self._seats.get(member.member_id)
            if seat is None or seat.project_id != project_id:
                continue
            is_for_followers = note.to is None and note.kind in ("view", "samples")
            if is_for_followers and not member.is_following:
                continue
            if note.to in (None, member.member_id) and note.values.get("by") != member.member_id:
                yield seat

    def _text_of(self, room: Room, note: Note) -> str:
        if note.kind == "room":
            return to_text(room.seen())
        if note.kind == "view":
            return to_text({"is": "view", "view": room.view, "term": room.term})
        if note.kind == "samples":
            return to_text({"is": "samples", "samples": room.samples})
        return to_text({"is": note.kind, **note.values})


def to_text(message: Mapping[str, Any]) -> str:
    """Return a message as JSON."""
    return orjson.dumps(message).decode()
