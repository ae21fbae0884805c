"""What every route, websocket and callback says it requires, one way for all of them.

    @router.post("/api/projects/{p}/gestures")
    @requires("annotator")
    def append_gesture(...): ...

    @callback(Output(...), Input(...))
    @requires("admin")
    def remove(...): ...

What declares nothing is refused, to everybody: a new route cannot be forgotten.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeVar

from pages.answers import RefusedError
from pages.session import Session
from store.people.roles import Role, has_rights_of

F = TypeVar("F", bound=Callable[..., Any])
Need = Role | Literal["anybody"]
"""`anybody` is also who has not signed in."""
_MARK: Final = "__lodemap_requires__"
_OF_DASH: Final[Mapping[str, Need]] = {
    "/_dash-component-suites/{package_name}/{fingerprinted_path:path}": "viewer",
    "/_dash-layout": "viewer",
    "/_dash-dependencies": "viewer",
    "/_dash-update-component": "viewer",  # each callback says the rest
    "/_reload-hash": "viewer",
    "/_favicon.ico": "viewer",
}
"""Dash registers these itself."""
_ROUTING: Final = "_pages_content.children"
"""Output of Dash's own callback that shows the page of an address."""
UNDECLARED: Final = "This is closed: nobody has said who may use it."
_WORDS: Final[Mapping[Role, str]] = {
    "viewer": "this takes the role viewer",
    "annotator": "this takes the role annotator, trainer or admin",
    "trainer": "this takes the role trainer or admin",
    "admin": "this takes the role admin",
}


def requires(need: Need) -> Callable[[F], F]:
    """Say who may use the function below; stands right above its `def`."""

    def mark(function: F) -> F:
        setattr(function, _MARK, need)
        return function

    return mark


def need_of_route(path: str, endpoint: object) -> Need | None:
    """Return what a route requires, None where it says nothing."""
    need: Need | None = getattr(endpoint, _MARK, None) or _OF_DASH.get(path)
    return need


def need_of_callback(output: str, known: Mapping[str, Any]) -> Need | None:
    """Return what a callback of `callback_map` requires, None where it says nothing."""
    need: Need | None = getattr(known.get("callback"), _MARK, None)
    return need or ("viewer" if _ROUTING in output else None)


def may(need: Need | None, session: Session) -> bool:
    """Whether somebody may use what requires `need`; what says nothing, nobody may."""
    return need == "anybody" or (need is not None and has_rights_of(session.role, need))


def check_need(need: Need | None, session: Session) -> None:
    """Refuse who may not.

    Raises:
        RefusedError: 403.
    """
    if need is None:
        raise RefusedError(403, "undeclared", UNDECLARED)
    if need != "anybody" and not may(need, session):
        raise RefusedError(403, "role", refusal(session.role, need))


def refusal(role: Role | None, need: Role) -> str:
    """Return one sentence on why a role may not."""
    if role is None:
        return "You have not signed in; do that first."
    article = "an" if role[0] == "a" else "a"
    return f"You are {article} {role} here; {_WORDS[need]}."
