"""Saying whom a project is for, whatever it was before."""

from collections.abc import Iterable

from store.people.members import Members, Membership, MembershipChange


def be_for(
    members: Members, project_id: str, is_closed: bool, person_ids: Iterable[str] = ()
) -> Membership:
    """Make a project be for exactly these."""
    was, wanted = members.of_project(project_id), frozenset(person_ids)
    gone = was.person_ids - wanted
    return members.change(project_id, MembershipChange(was.version, is_closed, wanted, gone))
