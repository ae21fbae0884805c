"""Which project an address means: the one it names, else the newest."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlencode

from pages.services import seen_projects
from store.records import Project

PARAMETER: Final = "project"


def asked_project(search: str | None) -> str | None:
    """Return the project id an address's query asks for, unchecked."""
    values = parse_qs((search or "").removeprefix("?")).get(PARAMETER)
    return values[0] if values else None


def wants_new(search: str | None) -> bool:
    """Return whether an address is about a data set that is still to be brought in."""
    return "new" in parse_qs((search or "").removeprefix("?"))


def chosen_project(projects: Sequence[Project], asked: str | None) -> Project | None:
    """Return the asked project, the first when none is asked for, None when it is not there."""
    if asked is None:
        return projects[0] if projects else None
    return next((project for project in projects if project.project_id == asked), None)


def project_of(asked: object) -> Project | None:
    """Return the asked project of those the asker sees, else the newest; None where there is none.

    An archived one can be opened by its address, but a bare address never means it.
    """
    projects = seen_projects(include_archived=bool(asked))
    return chosen_project(projects, str(asked) if asked else None)


def project_href(project_id: str, path: str = "/") -> str:
    """Return the address of a page that shows a project."""
    return f"{path}?{urlencode({PARAMETER: project_id})}"
