"""Views of a project that people keep and send to others."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from pages.answers import JsonAnswer, RefusedError
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId, base64_of
from pages.auth.declared import requires
from pages.session import Session
from store.names import UUID
from store.people.bookmarks import Bookmark

router = APIRouter()


async def bookmark_id(b: str) -> str:
    """Return a bookmark's id from the path, or refuse it."""
    if not UUID.fullmatch(b):
        raise RefusedError(404, "bad_id", "That is not the id of a bookmark.")
    return b


BookmarkId = Annotated[str, Depends(bookmark_id)]


@router.get("/api/projects/{p}/bookmarks")
@requires("viewer")
def list_bookmarks(project: ProjectId, parts: Parts, asker: Asker) -> Response:
    """Return the bookmarks of a project, newest first."""
    found = parts.store.bookmarks.of_project(project)
    return JsonAnswer({"bookmarks": [to_json(each, asker) for each in found]})


@router.post("/api/projects/{p}/bookmarks")
@requires("annotator")
def add_bookmark(project: ProjectId, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Keep a view."""
    author = (asker.author, asker.author_id)
    kept = parts.store.bookmarks.add(project, body, base64_of(body, "samples"), author)
    return JsonAnswer(to_json(kept, asker), status_code=201)


@router.delete("/api/projects/{p}/bookmarks/{b}")
@requires("annotator")
def delete_bookmark(
    project: ProjectId, bookmark: BookmarkId, asker: Asker, parts: Parts
) -> Response:
    """Delete one's own bookmark, or anybody's as an admin who signed in."""
    may = looks_after_people(asker)
    parts.store.bookmarks.delete(project, bookmark, asker.author_id, is_admin=may)
    return JsonAnswer({"deleted": bookmark})


def looks_after_people(asker: Session) -> bool:
    """Whether what people leave behind is the asker's to remove."""
    return asker.is_person and asker.role == "admin"


def to_json(bookmark: Bookmark, asker: Session) -> dict[str, Any]:
    """Return a bookmark as pages read it."""
    is_mine = bookmark.author_id == asker.author_id
    return {
        "bookmark_id": bookmark.bookmark_id,
        "name": bookmark.name,
        "author": bookmark.author,
        "is_mine": is_mine,
        "may_delete": is_mine or looks_after_people(asker),
        "samples": base64.b64encode(bookmark.samples).decode(),
        "view": bookmark.values,
        "at": bookmark.created_at.timestamp(),
    }
