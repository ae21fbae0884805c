"""What a page or a route works with: found through the request, so that no module holds state."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from pages.session import Session, SessionCookies
from store.errors import NoProjectError
from store.opening import Store
from store.records import Project
from store.settings import Settings
from tasks.opening import Backend


@dataclass(frozen=True)
class Services:
    """The parts below the web layer."""

    store: Store
    """Journal, runs, artifacts: the truth."""
    backend: Backend
    """The way to the workers."""
    settings: Settings
    """How this app was started."""
    cookies: SessionCookies
    """Reads and writes the session cookie."""


_SERVICES: Final[ContextVar[Services]] = ContextVar("lodemap_services")
_SESSION: Final[ContextVar[Session]] = ContextVar("lodemap_session")


def current_services() -> Services:
    """Return the services of the app that is answering; callbacks and layouts start here."""
    return _SERVICES.get()


def current_session() -> Session:
    """Return who is asking: the only source of an author."""
    return _SESSION.get()


def seen_projects(*, include_archived: bool = False) -> list[Project]:
    """Return the projects the asker may see, newest first."""
    projects = current_services().store.projects.list(include_archived=include_archived)
    return [project for project in projects if current_session().sees(project.project_id)]


def seen_project(project_id: str) -> Project:
    """Return a project the asker may see.

    Raises:
        NotFoundError: there is none, or it is for others only.
    """
    if not current_session().sees(project_id):
        raise NoProjectError
    return current_services().store.projects.get(project_id)


@contextmanager
def serving(services: Services, session: Session | None = None) -> Iterator[None]:
    """Make `services` and `session` the current ones inside the block."""
    services_token = _SERVICES.set(services)
    session_token = _SESSION.set(session) if session is not None else None
    try:
        yield
    finally:
        _SERVICES.reset(services_token)
        if session_token is not None:
            _SESSION.reset(session_token)
