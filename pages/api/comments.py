"""What people say beside the journal."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer, RefusedError
from pages.api.frames import binary
from pages.api.history import text_of
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId, base64_of, count, idempotency_key
from pages.auth.declared import requires
from store.names import UUID
from store.people.comment_drafts import Draft
from store.people.comments import PAGE, Comment

router = APIRouter()
_VALUES = ("path", "run_id", "snapshot")


async def comment_id(c: str) -> str:
    """Return a comment's id from the path, or refuse it."""
    if not UUID.fullmatch(c):
        raise RefusedError(404, "bad_id", "That is not the id of a comment.")
    return c


CommentId = Annotated[str, Depends(comment_id)]


@router.get("/api/projects/{p}/comments")
@requires("viewer")
def list_comments(project: ProjectId, parts: Parts, asker: Asker, after: str = "0") -> Response:
    """Return the comments that were changed after a stamp, at most 500, and the stamp since."""
    since = count(after, "stamp")
    comments = parts.store.comments.after(project, since)
    stamp = comments[-1].change if comments else since
    told = [to_json(each, asker.author_id) for each in comments]
    return JsonAnswer({"stamp": stamp, "comments": told, "is_more": len(comments) == PAGE})


@router.get("/api/projects/{p}/comments/{c}/samples")
@requires("viewer")
def read_samples(project: ProjectId, comment: CommentId, parts: Parts) -> Response:
    """Return the samples a comment is about, a packed selection that never changes."""
    return binary(parts.store.comments.samples(project, comment))


@router.post("/api/projects/{p}/comments")
@requires("annotator")
def add_comment(project: ProjectId, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Save a comment or a reply."""
    draft = draft_of(body)
    comment = parts.store.comments.add(project, draft, asker.author, asker.author_id)
    return JsonAnswer(to_json(comment, asker.author_id), status_code=201)


@router.post("/api/projects/{p}/comments/{c}")
@requires("annotator")
def edit_comment(
    project: ProjectId, comment: CommentId, body: JsonBody, asker: Asker, parts: Parts
) -> Response:
    """Change the text of one's own comment."""
    version = body.get("version")
    if type(version) is not int:
        raise InvalidInputError("version must be the one that was read.")
    text = text_of(body, "text")
    edited = parts.store.comments.edit(project, comment, text, version, asker.author_id)
    return JsonAnswer(to_json(edited, asker.author_id))


@router.post("/api/projects/{p}/comments/{c}/resolve")
@requires("annotator")
def resolve_comment(
    project: ProjectId, comment: CommentId, body: JsonBody, asker: Asker, parts: Parts
) -> Response:
    """Say that a comment is settled, or open again."""
    by = asker.author if body.get("resolved") is True else None
    return JsonAnswer(to_json(parts.store.comments.resolve(project, comment, by), asker.author_id))


@router.delete("/api/projects/{p}/comments/{c}")
@requires("annotator")
def delete_comment(project: ProjectId, comment: CommentId, asker: Asker, parts: Parts) -> Response:
    """Delete one's own comment."""
    parts.store.comments.delete(project, comment, asker.author_id)
    return JsonAnswer({"deleted": comment})


def draft_of(body: dict[str, Any]) -> Draft:
    """Return what a body says; the store checks whether it may be said."""
    reply_to = body.get("reply_to")
    return Draft(
        text=text_of(body, "text"),
        kind="point" if reply_to is not None else body.get("kind"),  # type: ignore[arg-type]
        key=idempotency_key(body),
        samples=base64_of(body, "samples"),
        values={name: body[name] for name in _VALUES if name in body},
        reply_to=reply_to,
    )


def to_json(comment: Comment, author_id: str) -> dict[str, Any]:
    """Return a comment as pages read it."""
    return {
        "comment_id": comment.comment_id,
        "reply_to": comment.reply_to,
        "author": comment.author,
        "is_mine": comment.author_id == author_id,
        "text": comment.text,
        "kind": comment.kind,
        **comment.values,
        "version": comment.version,
        "at": comment.created_at.timestamp(),
        "is_edited": comment.edited_at is not None,
        "resolved_by": comment.resolved_by,
        "is_deleted": comment.is_deleted,
    }
