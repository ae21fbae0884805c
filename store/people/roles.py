"""The four roles, each of which may do all that the one before it may."""

from typing import Any, Final, Literal, cast, get_args

from ml.errors import InvalidInputError

Role = Literal["viewer", "annotator", "trainer", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""viewer sees and follows, annotator names and comments, trainer runs, admin does the rest."""

ROLE_CHANGED: Final = "Somebody has changed this role meanwhile; look again, then change it."
"""Told to who changes a role they have not seen."""


def has_rights_of(role: Role | None, needed: Role) -> bool:
    """Whether a role may do what `needed` may; nobody (None) may do nothing."""
    return role is not None and ROLES.index(role) >= ROLES.index(needed)


def to_role(value: object, what: str = "role") -> Role:
    """Read a role.

    Raises:
        InvalidInputError: it is none of the four.
    """
    if value not in ROLES:
        raise InvalidInputError(f"The {what} must be one of {', '.join(ROLES)}.")
    return cast(Role, cast(Any, value))
