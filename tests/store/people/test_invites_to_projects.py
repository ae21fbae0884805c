"""Invites to a project end with it; they stay known, so that their links are no guesses."""

import pytest

from store.people import members
from store.people.invites import InviteEndedError, InviteGuessedError
from store.people.members import Membership, MembershipChange
from tests.store.scene import Scene


def test_delete__of_a_project_ends_its_invites_and_no_others(scene: Scene) -> None:
    store, project_id = scene.store, scene.project.project_id
    theirs, theirs_secret = store.invites.make("viewer", 1, ("Root", None), project_id, True)
    other, other_secret = store.invites.make("viewer", 1, ("Root", None), None, True)
    store.projects.delete(project_id)
    with pytest.raises(InviteEndedError) as caught:
        store.invites.read(theirs_secret)
    assert not isinstance(caught.value, InviteGuessedError)
    assert store.invites.read(other_secret) == other
    known = {each.invite_id: (each.is_open, each.project_id) for each in store.invites.list()}
    assert known == {theirs.invite_id: (False, None), other.invite_id: (True, None)}


def test_change__leaves_alone_who_came_by_an_invite_meanwhile(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who accepts an invite does not wait for whoever changes the members."""
    store, was = scene.store, scene.store.members.of_project(scene.id)
    _, to_all = store.invites.make("viewer", 1, ("Root", None), None, True)
    _, to_this = store.invites.make("viewer", 1, ("Root", None), scene.id, True)
    ana = store.invites.accept(to_all, "Ana")[0].person_id
    ben = store.invites.accept(to_this, "Ben")[0].person_id
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(members, "read_membership", lambda *_: was)
        wanted = MembershipChange(was.version, True, frozenset([ana]))
        store.members.change(scene.id, wanted)
    then = store.members.of_project(scene.id)
    assert then == Membership(True, frozenset([ana, ben]))
    left = store.members.change(
        scene.id, MembershipChange(then.version, None, remove=frozenset([ana]))
    )
    assert left == Membership(True, frozenset([ben]))
