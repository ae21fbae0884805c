"""Who comes here, who is invited, and whom a project is for: an admin's, where people sign in."""

from contextlib import suppress
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer, RefusedError
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId
from pages.auth.declared import requires
from pages.auth.people_door import PeopleDoor
from pages.auth.proxy_door import ProxyDoor
from store.errors import ConflictError
from store.names import UUID
from store.people.invites import Invite
from store.people.members import Membership, MembershipChange
from store.people.password_file import PasswordFile
from store.people.people import NOT_NOTED, People, Person
from store.people.roles import Role, to_role

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
    """List everybody who was here or has a password, by name, and whether invites are possible."""
    if isinstance(door, PeopleDoor) and door.asks_password:
        expect_accounts(parts.store.people, door.accounts)
    known = (as_now(each, door) for each in parts.store.people.list())
    people = [person_json(each, asker.author_id) for each in known]
    return JsonAnswer({"people": people, "has_invites": isinstance(door, PeopleDoor)})


@router.delete("/api/people/{u}")
@requires("admin")
def remove_person(person: PersonId, parts: Parts, asker: Asker, door: OurDoor) -> Response:
    """Take somebody out: signed out everywhere at once, member of nothing, account gone."""
    if person == asker.author_id:
        raise InvalidInputError("You cannot remove yourself; let another admin do it.")
    people = parts.store.people
    gone = people.get(person)
    if isinstance(door, PeopleDoor) and gone.origin == "password":
        door.accounts.take_out(gone.subject, people)
    else:
        people.remove(person)
    door.forget()
    return JsonAnswer({"removed": person})


@router.post("/api/people/{u}/role")
@requires("admin")
def change_role(
    person: PersonId, body: JsonBody, parts: Parts, asker: Asker, door: OurDoor
) -> Response:
    """Give somebody another role than they were seen to have."""
    role, was = to_role(body.get("role")), to_role(body.get("was"), "role they had")
    if person == asker.author_id:
        raise InvalidInputError("You cannot change your own role; let another admin do it.")
    their = parts.store.people.get(person)
    check_role_is_ours(their, role, door)
    if their.origin == "password" and isinstance(door, PeopleDoor):
        door.accounts.change(their.subject, role=role, was_role=was)
    else:
        parts.store.people.change_role(person, role, was)
    door.forget()
    return JsonAnswer({"person_id": person, "role": role})


@router.get("/api/invites")
@requires("admin")
def list_invites(parts: Parts, door: OurDoor) -> Response:
    """List the invites, newest first; their links are not kept."""
    return JsonAnswer({"invites": [invite_json(each, door) for each in parts.store.invites.list()]})


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
    by, is_for_many = (asker.author, asker.author_id), body.get("is_for_many") is True
    role = to_role(body.get("role"))
    invite, secret = parts.store.invites.make(role, days, by, project_id, is_for_many)
    return JsonAnswer({**invite_json(invite, door), "secret": secret}, 201)


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
def change_members(project: ProjectId, body: JsonBody, parts: Parts, door: OurDoor) -> Response:
    """Open a project to everybody who may sign in, or to its members only; add and remove some."""
    now = parts.store.members.change(project, membership_change(body))
    door.forget()
    return JsonAnswer(members_json(now))


def expect_accounts(people: People, accounts: PasswordFile) -> None:
    """Know those with a password who have not come yet, so that a project can be for them.

    Where that cannot be noted they are known once it can.
    """
    known = {each.subject for each in people.list() if each.origin == "password"}
    if accounts.accounts().keys() - known:
        with suppress(*NOT_NOTED):
            people.expect(
                "password",
                lambda: {key: (each.name, each.role) for key, each in accounts.accounts().items()},
            )


def check_role_is_ours(person: Person, role: Role, door: PeopleDoor | ProxyDoor) -> None:
    """Refuse a role that is not given here.

    Raises:
        ConflictError: it comes with each sign-in.
        InvalidInputError: an invite makes no admin.
    """
    if not isinstance(door, PeopleDoor) or person.origin in ("oidc", "proxy"):
        raise ConflictError(f"The role of {person.name} comes with their sign-in; change it there.")
    if person.origin == "invite" and role == "admin":
        raise InvalidInputError("Who came by an invite cannot be an admin; choose another role.")


def membership_change(body: dict[str, Any]) -> MembershipChange:
    """Read what is wanted.

    Raises:
        InvalidInputError: it says something else.
    """
    version, is_closed = body.get("version"), body.get("is_closed")
    if not isinstance(version, str) or not (is_closed is None or isinstance(is_closed, bool)):
        raise InvalidInputError("Give the version that was seen, and is_closed as true or false.")
    add, remove = (ids_of(body.get(name, []), name) for name in ("add", "remove"))
    return MembershipChange(version, is_closed, add, remove)


def ids_of(value: object, what: str) -> frozenset[str]:
    """Read ids of people.

    Raises:
        InvalidInputError: it is no list of texts.
    """
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InvalidInputError(f"{what} must be a list of ids of people.")
    return frozenset(value)


def as_now(person: Person, door: PeopleDoor | ProxyDoor) -> Person:
    """Return a person with the role they have now, which their account says where they have one."""
    if not isinstance(door, PeopleDoor) or person.origin != "password":
        return person
    account = door.accounts.find(person.subject)
    return replace(person, role=account.role) if account else person


def person_json(person: Person, asker_id: str) -> dict[str, Any]:
    """Return a person as the dialog shows them; what a provider calls them stays here."""
    shown = asdict(person)
    del shown["subject"]
    return {**shown, "is_me": person.person_id == asker_id}


def invite_json(invite: Invite, door: PeopleDoor | ProxyDoor) -> dict[str, Any]:
    """Return an invite as the dialog shows it: it ends also with its author's right to invite."""
    is_vouched = isinstance(door, PeopleDoor) and door.vouches_for(invite)
    return {**asdict(invite), "is_open": invite.is_open and is_vouched}


def members_json(membership: Membership) -> dict[str, Any]:
    """Return whom a project is for."""
    return {
        "is_closed": membership.is_closed,
        "person_ids": sorted(membership.person_ids),
        "version": membership.version,
    }
