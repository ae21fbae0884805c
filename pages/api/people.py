"""Who comes here, who is invited, and whom a project is for: an admin's, where people sign in."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer, RefusedError
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId
from pages.auth.declared import requires
from pages.auth.people_door import PeopleDoor
from pages.auth.proxy_door import ProxyDoor
from store.names import UUID
from store.people.invites import Invite
from store.people.members import Membership
from store.people.people import Person
from store.people.roles import to_role

router = APIRouter()


async def person_id(u: str) -> str:
    """Return a person's id from the path, or refuse it."""
    if not UUID.fullmatch(u):
        raise RefusedError(404, "bad_id", "That is not the id of a person.")
    return u


async def invite_id(v: str) -> str:
    """Return an invite's id from the path, or refuse it."""
    if not UUID.fullmatch(v):
        raise RefusedError(404, "bad_id", "That is not the id of an invite.")
    return v


async def _door(request: Request) -> PeopleDoor | ProxyDoor:
    door: PeopleDoor | ProxyDoor = request.app.state.door
    return door


PersonId = Annotated[str, Depends(person_id)]
InviteId = Annotated[str, Depends(invite_id)]
OurDoor = Annotated[PeopleDoor | ProxyDoor, Depends(_door)]


@router.get("/api/people")
@requires("admin")
def list_people(parts: Parts, asker: Asker, door: OurDoor) -> Response:
    """List everybody who was here, by name, and whether invites are possible."""
    people = [person_json(each, asker.author_id) for each in parts.store.people.list()]
    return JsonAnswer({"people": people, "has_invites": isinstance(door, PeopleDoor)})


@router.delete("/api/people/{u}")
@requires("admin")
def remove_person(person: PersonId, parts: Parts, asker: Asker, door: OurDoor) -> Response:
    """Take somebody out: signed out everywhere at once, member of nothing, account gone."""
    if person == asker.author_id:
        raise InvalidInputError("You cannot remove yourself; let another admin do it.")
    gone = parts.store.people.get(person)
    if (
        isinstance(door, PeopleDoor)
        and gone.origin == "password"
        and door.accounts.find(gone.subject)
    ):
        door.accounts.remove(gone.subject)
    parts.store.people.remove(person)
    door.forget()
    return JsonAnswer({"removed": person})


@router.get("/api/invites")
@requires("admin")
def list_invites(parts: Parts) -> Response:
    """List the invites, newest first; their links are not kept."""
    return JsonAnswer({"invites": [invite_json(each) for each in parts.store.invites.list()]})


@router.post("/api/invites")
@requires("admin")
def make_invite(body: JsonBody, parts: Parts, asker: Asker, door: OurDoor) -> Response:
    """Make an invite; its secret is in this answer and nowhere else."""
    if not isinstance(door, PeopleDoor):
        raise InvalidInputError("The proxy lets people in here; invites do not.")
    days, project_id = body.get("days", 7), body.get("project_id")
    if isinstance(days, bool) or not isinstance(days, int | float):
        raise InvalidInputError("days must be a number.")
    if project_id is not None and not isinstance(project_id, str):
        raise InvalidInputError("project_id must be the id of a project, or null.")
    invite, secret = parts.store.invites.make(
        to_role(body.get("role")), days, asker.author, project_id, body.get("is_for_many") is True
    )
    return JsonAnswer({**invite_json(invite), "secret": secret}, 201)


@router.delete("/api/invites/{v}")
@requires("admin")
def revoke_invite(invite: InviteId, parts: Parts) -> Response:
    """End an invite; whom it let in stays."""
    parts.store.invites.revoke(invite)
    return JsonAnswer({"revoked": invite})


@router.get("/api/projects/{p}/members")
@requires("admin")
def read_members(project: ProjectId, parts: Parts) -> Response:
    """Say whom a project is for."""
    return JsonAnswer(members_json(parts.store.members.of_project(project)))


@router.post("/api/projects/{p}/members")
@requires("admin")
def set_members(project: ProjectId, body: JsonBody, parts: Parts, door: OurDoor) -> Response:
    """Open a project to everybody who may sign in, or to its members only."""
    people = body.get("person_ids", [])
    if not isinstance(people, list) or not all(isinstance(each, str) for each in people):
        raise InvalidInputError("person_ids must be a list of ids of people.")
    now = parts.store.members.set(project, body.get("is_closed") is True, people)
    door.forget()
    return JsonAnswer(members_json(now))


def person_json(person: Person, asker_id: str) -> dict[str, Any]:
    """Return a person as the dialog shows them; what a provider calls them stays here."""
    shown = asdict(person)
    del shown["subject"]
    return {**shown, "is_me": person.person_id == asker_id}


def invite_json(invite: Invite) -> dict[str, Any]:
    """Return an invite as the dialog shows it."""
    return asdict(invite)


def members_json(membership: Membership) -> dict[str, Any]:
    """Return whom a project is for."""
    return {"is_closed": membership.is_closed, "person_ids": sorted(membership.person_ids)}
