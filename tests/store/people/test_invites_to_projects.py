"""Invites to a project end with it; they stay known, so that their links are no guesses."""

import pytest

from store.people.invites import InviteEndedError, InviteGuessedError
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
