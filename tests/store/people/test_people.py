"""People, their sign-ins, invites, and whom a project is for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from ml.errors import InvalidInputError
from store.errors import ConflictError, NotFoundError
from store.opening import Store
from store.people.invites import InviteEndedError
from store.people.members import MembershipChange
from store.people.people import IDLE_S, VOUCHED_S, hash_of
from store.sql.people_tables import MEMBER, PERSON, SIGN_IN
from tests.store.membership import be_for
from tests.store.scene import Scene


@pytest.fixture
def store(any_store: Store) -> Store:
    return any_store


UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_meet__knows_a_person_again_and_takes_the_newest_name_and_role(store: Store) -> None:
    first = store.people.meet("oidc", "issuer u-1", "Ada", "viewer")
    again = store.people.meet("oidc", "issuer u-1", "Ada Lovelace", "trainer")
    assert (again.person_id, again.name, again.role) == (
        first.person_id, "Ada Lovelace", "trainer",
    )  # fmt: skip
    other = store.people.meet("password", "issuer u-1", "Ada", "viewer")
    assert other.person_id != first.person_id, "another origin is another person"
    assert store.people.get(first.person_id) == again
    assert [each.name for each in store.people.list()] == ["Ada", "Ada Lovelace"]


def test_sign_in__is_stored_as_a_hash_and_ends(store: Store) -> None:
    ada = store.people.meet("password", "ada", "Ada", "viewer")
    token, other = store.people.sign_in(ada.person_id), store.people.sign_in(ada.person_id)
    with store.database.read() as connection:
        assert set(connection.scalars(select(SIGN_IN.c.token_sha256))) == {
            hash_of(token), hash_of(other),
        }  # fmt: skip
    found = store.people.signed_in(token)
    assert found is not None
    assert found.person.person_id == ada.person_id
    store.people.sign_out(token)
    assert store.people.signed_in(token) is None
    assert store.people.signed_in(other) is not None
    store.people.sign_out_everywhere("password", "ada")
    assert store.people.signed_in(other) is None
    assert store.people.signed_in("\ud800") is None, "what no browser of ours sends"


@dataclass
class Thing:
    author: str
    author_id: str | None
    created_at: float


def test_is_admin__of_a_name_is_who_had_it_then_and_still_comes(store: Store) -> None:
    ada = store.people.meet("oidc", "u-1", "Ada", "admin")
    with store.database.read() as connection:
        came = connection.scalar(select(PERSON.c.created_at)) or 0.0
    made, earlier = Thing("Ada", None, came), Thing("Ada", None, came - 1)
    assert store.people.is_admin(made, "oidc")
    assert store.people.is_here(made, "oidc")
    assert not store.people.is_admin(earlier, "oidc"), "another one had the name then"
    assert not store.people.is_here(earlier, "oidc")
    assert not store.people.is_admin(made, "password")
    mine = PERSON.c.person_id == ada.person_id
    with store.database.write() as connection:
        connection.execute(update(PERSON).where(mine).values(seen_at=came - VOUCHED_S - 60))
    assert not store.people.is_admin(made, "oidc"), "they may have left"
    store.people.meet("oidc", "u-1", "Ada", "viewer")
    assert not store.people.is_admin(made, "oidc")


def test_is_admin__of_an_id_is_that_person_alone_for_a_week(store: Store) -> None:
    ada = store.people.meet("oidc", "u-1", "Ada", "admin")
    other = store.people.meet("oidc", "u-2", "Ada", "admin")
    made = Thing("Ada, as she was called", ada.person_id, 0.0)
    assert store.people.is_admin(made, "oidc")
    with store.database.write() as connection:
        mine = PERSON.c.person_id == ada.person_id
        a_week_ago = PERSON.c.seen_at - 7 * 86400 - 60
        connection.execute(update(PERSON).where(mine).values(seen_at=a_week_ago))
    assert not store.people.is_admin(made, "oidc")
    store.people.remove(ada.person_id)
    assert not store.people.is_here(made, "oidc")
    assert store.people.is_admin(Thing("Ada", other.person_id, 0.0), "oidc")


def test_meet__of_who_is_no_admin_any_more_ends_their_invites_for_good(store: Store) -> None:
    ada, ben = (store.people.meet("oidc", name, name, "admin") for name in ("Ada", "Ben"))
    makers = [("Ada", ada.person_id), ("Ben", ben.person_id), ("Ada", None)]
    made = [store.invites.make("viewer", 7, by, None, True)[0].invite_id for by in makers]
    store.people.meet("oidc", "Ada", "Ada", "admin")
    assert all(invite.is_open for invite in store.invites.list())
    store.people.meet("oidc", "Ada", "Ada", "trainer")
    store.people.meet("oidc", "Ada", "Ada", "admin")
    is_open = {invite.invite_id: invite.is_open for invite in store.invites.list()}
    assert [is_open[invite_id] for invite_id in made] == [False, True, True]


@pytest.mark.parametrize(("idle_s", "is_in"), [(IDLE_S - 60, True), (IDLE_S + 1, False)])
def test_sign_in__ends_after_twelve_idle_hours(store: Store, idle_s: float, is_in: bool) -> None:
    ada = store.people.meet("password", "ada", "Ada", "viewer")
    token = store.people.sign_in(ada.person_id)
    with store.database.write() as connection:
        connection.execute(update(SIGN_IN).values(seen_at=SIGN_IN.c.seen_at - idle_s))
    assert (store.people.signed_in(token) is not None) == is_in
    with store.database.write() as connection:
        connection.execute(update(SIGN_IN).values(seen_at=SIGN_IN.c.seen_at - IDLE_S + 120))
    if is_in:
        assert store.people.signed_in(token) is not None, "being here had made it young again"


def test_remove__takes_sign_ins_and_memberships_along(scene: Scene) -> None:
    store = scene.store
    ada = store.people.meet("password", "ada", "Ada", "viewer")
    token = store.people.sign_in(ada.person_id)
    be_for(store.members, scene.project.project_id, True, [ada.person_id])
    store.people.remove(ada.person_id)
    assert store.people.signed_in(token) is None
    with store.database.read() as connection:
        assert connection.execute(select(MEMBER)).first() is None
    for person_id in (ada.person_id, UNKNOWN, "x"):
        with pytest.raises(NotFoundError):
            store.people.remove(person_id)


def test_members__hide_a_closed_project_from_others_alone(scene: Scene) -> None:
    store, project_id = scene.store, scene.project.project_id
    ada = store.people.meet("password", "ada", "Ada", "viewer").person_id
    ben = store.people.meet("password", "ben", "Ben", "viewer").person_id
    assert store.members.hidden_from(ada) == frozenset()
    be_for(store.members, project_id, True, [ada])
    assert store.members.hidden_from(ada) == frozenset()
    assert store.members.hidden_from(ben) == {project_id}
    assert store.members.hidden_from(UNKNOWN) == {project_id}
    kept = be_for(store.members, project_id, False, [ada])
    assert (kept.is_closed, set(kept.person_ids)) == (False, {ada})
    assert store.members.hidden_from(ben) == frozenset()


def test_members__go_with_a_copy_and_with_the_project(scene: Scene) -> None:
    store, project_id = scene.store, scene.project.project_id
    ada = store.people.meet("password", "ada", "Ada", "viewer").person_id
    be_for(store.members, project_id, True, [ada])
    copy = store.projects.duplicate(project_id, "Copy")
    assert store.members.of_project(copy.project_id) == store.members.of_project(project_id)
    store.projects.delete(project_id)
    assert store.members.hidden_from(UNKNOWN) == {copy.project_id}


def test_members__of_what_is_not_there(scene: Scene) -> None:
    members = scene.store.members
    for project_id in (UNKNOWN, "x"):
        with pytest.raises(NotFoundError):
            be_for(members, project_id, True, [])
    for person_id in (UNKNOWN, "x"):
        with pytest.raises(NotFoundError):
            be_for(members, scene.project.project_id, True, [person_id])
    assert members.project_of_run("x") is None
    assert members.projects_of_dataset(scene.project.dataset_id) == [scene.project.project_id]


def test_invite__opens_once_and_makes_a_member(scene: Scene) -> None:
    store, project_id = scene.store, scene.project.project_id
    invite, secret = store.invites.make("annotator", 1, ("Root", None), project_id, False)
    assert store.invites.read(secret) == invite
    with pytest.raises(InvalidInputError):
        store.invites.accept(secret, " ")
    guest, token = store.invites.accept(secret, "Guest")
    found = store.people.signed_in(token)
    assert found is not None
    assert found.person == guest
    assert (guest.name, guest.role, guest.origin) == ("Guest", "annotator", "invite")
    assert store.members.of_project(project_id).person_ids == {guest.person_id}
    for act in (lambda: store.invites.accept(secret, "Other"), lambda: store.invites.read(secret)):
        with pytest.raises(InviteEndedError):
            act()
    with store.database.read() as connection:
        assert len(connection.execute(select(PERSON)).all()) == 1
    assert [each.is_open for each in store.invites.list()] == [False]


def test_invite__for_one_opens_once_however_many_come_at_once(store: Store) -> None:
    _, secret = store.invites.make("viewer", 1, ("Root", None), None, False)

    def come(n: int) -> bool:
        try:
            store.invites.accept(secret, f"Guest {n}")
        except InviteEndedError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(come, range(16))) == 1
    assert len(store.people.list()) == 1


def test_members__changed_at_once_by_two_change_once(scene: Scene) -> None:
    store, project_id = scene.store, scene.project.project_id
    people = [store.people.meet("password", str(n), str(n), "viewer").person_id for n in range(8)]
    version = store.members.of_project(project_id).version

    def add(person_id: str) -> bool:
        wanted = MembershipChange(version, True, frozenset([person_id]))
        try:
            store.members.change(project_id, wanted)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(add, people)) == 1
    assert len(store.members.of_project(project_id).person_ids) == 1


def test_invite__for_many_until_revoked(store: Store) -> None:
    invite, secret = store.invites.make("viewer", 90, ("Root", None), None, True)
    first, second = (store.invites.accept(secret, name)[0].person_id for name in "AB")
    assert first != second
    store.invites.revoke(invite.invite_id)
    store.invites.revoke(invite.invite_id)
    with pytest.raises(InviteEndedError):
        store.invites.accept(secret, "C")
    assert store.invites.list()[0].num_used == 2
