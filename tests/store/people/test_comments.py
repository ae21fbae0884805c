"""Comments and bookmarks, once on each database."""

import numpy as np
import pytest
from sqlalchemy import update

from ml.errors import InvalidInputError
from ml.maps.codec import pack_ids
from store.errors import ConflictError, LockedError, NotFoundError, NotYoursError
from store.people.comment_drafts import Draft, glance
from store.people.comments import Comment
from store.sql.tables import STEP_NAME
from tests.store.scene import ANA, BEN, Scene, pack


def add(scene: Scene, text: str, key: str, who: str = ANA, reply_to: str | None = None) -> Comment:
    draft = Draft(text, "selection", key, pack([1, 2]), reply_to=reply_to)
    return scene.store.comments.add(scene.id, draft, who.title(), who)


def test_after__tells_what_changed_since_in_pages(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments, first = scene.store.comments, add(scene, "One?", "1")
    reply = add(scene, "Two.", "2", BEN, first.comment_id)
    assert list(comments.after(scene.id, 0)) == [first, reply]
    assert (reply.kind, comments.samples(scene.id, reply.comment_id)) == ("selection", b"")
    assert comments.stamp(scene.id) == reply.change == 2
    settled = comments.resolve(scene.id, first.comment_id, "Ben")
    assert list(comments.after(scene.id, 2)) == [settled]
    monkeypatch.setattr("store.people.comments.PAGE", 1)
    assert list(comments.after(scene.id, 0)) == [reply]
    assert list(comments.after(scene.id, 3)) == []
    assert list(comments.after(scene.id, 10**12 - 1)) == []  # no column holds such a number


def test_add__keeps_a_glance_of_what_it_is_about(scene: Scene) -> None:
    draft = Draft("Many.", "selection", "1", pack(range(33)))
    said = scene.store.comments.add(scene.id, draft, "Ana", ANA)
    assert said.values == {"count": 33, "some": list(range(33))}
    assert scene.store.comments.samples(scene.id, said.comment_id) == draft.samples
    seen = glance(pack_ids(np.arange(5, 1005), 2000), 2000)
    assert (seen["count"], len(seen["some"]), seen["some"][:2]) == (1000, 63, [5, 21])


def test_changes__are_for_whoever_wrote_it(scene: Scene) -> None:
    comments, mine = scene.store.comments, add(scene, "One?", "1")
    with pytest.raises(NotYoursError):
        comments.edit(scene.id, mine.comment_id, "x", 1, BEN)
    assert comments.edit(scene.id, mine.comment_id, "Two?", 1, ANA).version == 2
    with pytest.raises(ConflictError, match="another window"):
        comments.edit(scene.id, mine.comment_id, "Three?", 1, ANA)
    assert comments.resolve(scene.id, mine.comment_id, "Ben").resolved_by == "Ben"
    assert comments.resolve(scene.id, mine.comment_id, None).resolved_by is None
    comments.delete(scene.id, mine.comment_id, ANA)
    (gone,) = comments.after(scene.id, 0)
    assert (gone.is_deleted, gone.text) == (True, "")


def test_edit__that_is_sent_again_is_answered_and_changes_nothing(scene: Scene) -> None:
    comments, mine = scene.store.comments, add(scene, "One?", "1")
    edited = comments.edit(scene.id, mine.comment_id, "Two?", 1, ANA)
    assert comments.edit(scene.id, mine.comment_id, " Two?\n", 1, ANA) == edited
    assert comments.stamp(scene.id) == edited.change
    for text, version in (("One?", 1), ("Two?", 0), ("Two?", 3)):
        with pytest.raises(ConflictError):
            comments.edit(scene.id, mine.comment_id, text, version, ANA)
    with pytest.raises(NotYoursError):
        comments.edit(scene.id, mine.comment_id, "Two?", 1, BEN)
    comments.edit(scene.id, mine.comment_id, "Three?", 2, ANA)
    with pytest.raises(ConflictError):
        comments.edit(scene.id, mine.comment_id, "Two?", 1, ANA)


def test_delete__that_is_sent_again_changes_nothing(scene: Scene) -> None:
    comments, mine = scene.store.comments, add(scene, "One?", "1")
    comments.delete(scene.id, mine.comment_id, ANA)
    stamp = comments.stamp(scene.id)
    comments.delete(scene.id, mine.comment_id, ANA)
    assert comments.stamp(scene.id) == stamp
    with pytest.raises(NotFoundError, match="was deleted"):
        comments.delete(scene.id, mine.comment_id, BEN)
    with pytest.raises(NotFoundError, match="was deleted"):
        comments.edit(scene.id, mine.comment_id, "Two?", 2, ANA)


def test_reply__to_what_is_gone_is_refused(scene: Scene) -> None:
    first = add(scene, "One?", "1")
    reply = add(scene, "Two.", "2", BEN, first.comment_id)
    with pytest.raises(NotFoundError, match="deleted meanwhile"):
        add(scene, "Three.", "3", BEN, reply.comment_id)


def test_run__is_one_of_the_project(scene: Scene) -> None:
    run = scene.submit("pretrain")
    draft = Draft("Long.", "run", "1", values={"run_id": run.run_id})
    said = scene.store.comments.add(scene.id, draft, "Ana", ANA)
    assert said.values == {"run_id": run.run_id}


def test_delete_project__takes_its_comments_bookmarks_and_names_along(scene: Scene) -> None:
    first = add(scene, "One?", "1")
    add(scene, "Two.", "2", BEN, first.comment_id)
    given = {"key": "1", "name": "Here", "view": {"step_id": 0}}
    scene.store.bookmarks.add(scene.id, given, b"", ("Ana", ANA))
    scene.store.history.name(scene.id, 0, "Begin", ANA)
    scene.store.projects.delete(scene.id)
    with pytest.raises(NotFoundError):
        scene.store.comments.stamp(scene.id)


def test_bookmarks__newest_first_and_deleted_by_their_maker(scene: Scene) -> None:
    bookmarks = scene.store.bookmarks
    before = bookmarks.stamp(scene.id)
    kept = [
        bookmarks.add(scene.id, {"key": k, "name": k, "view": {}}, pack([1]), ("Ana", ANA))
        for k in ("a", "b")
    ]
    assert bookmarks.stamp(scene.id) != before
    assert {each.name for each in bookmarks.of_project(scene.id)} == {"a", "b"}
    with pytest.raises(NotYoursError):
        bookmarks.delete(scene.id, kept[0].bookmark_id, BEN)
    bookmarks.delete(scene.id, kept[0].bookmark_id, ANA)
    assert bookmarks.of_project(scene.id) == [kept[1]]
    scene.store.projects.set_archived(scene.id, is_archived=True)
    with pytest.raises(LockedError):
        bookmarks.delete(scene.id, kept[1].bookmark_id, ANA)
    assert bookmarks.of_project(scene.id) == [kept[1]]


def test_bookmarks__one_too_many_is_refused_with_the_way_out(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.people.bookmarks.BOOKMARK_LIMIT", 1)
    given = {"key": "1", "name": "Here", "view": {}}
    scene.store.bookmarks.add(scene.id, given, b"", ("Ana", ANA))
    with pytest.raises(InvalidInputError, match="has 1 bookmarks; delete some first"):
        scene.store.bookmarks.add(scene.id, {**given, "key": "2"}, b"", ("Ana", ANA))


def test_bookmarks__of_somebody_who_is_gone_an_admin_deletes(scene: Scene) -> None:
    bookmarks = scene.store.bookmarks
    given = {"key": "1", "name": "Here", "view": {}}
    kept = bookmarks.add(scene.id, given, b"", ("Ana", ANA))
    bookmarks.delete(scene.id, kept.bookmark_id, BEN, is_admin=True)
    assert bookmarks.of_project(scene.id) == []


def test_limit__counts_replies_and_not_what_was_deleted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.people.comment_drafts.COMMENT_LIMIT", 2)
    head = add(scene, "One.", "1")
    reply = add(scene, "Two.", "2", ANA, head.comment_id)
    with pytest.raises(InvalidInputError, match="delete some first"):
        add(scene, "Three.", "3", BEN, head.comment_id)
    scene.store.comments.delete(scene.id, reply.comment_id, ANA)
    add(scene, "Three.", "3", BEN, head.comment_id)


def test_text__is_measured_as_it_is_kept(scene: Scene) -> None:
    """In NFC some letters are two, and an archive would be refused for what was let in."""
    add(scene, "\u0958" * 1000, "1")
    with pytest.raises(InvalidInputError, match="limit is 2000"):
        add(scene, "\n".join(["\u0958" * 1000] * 2), "2")


def test_names__of_whoever_settles_or_names_a_step_are_checked_as_all_others(scene: Scene) -> None:
    mine = add(scene, "One?", "1")
    for name in ("", "a" * 61, "a\u202eb"):
        with pytest.raises(InvalidInputError, match="display name"):
            scene.store.comments.resolve(scene.id, mine.comment_id, name)
        with pytest.raises(InvalidInputError, match="display name"):
            scene.store.history.name(scene.id, 0, "Begin", name)
    assert scene.store.history.names(scene.id) == {}


def test_stamp__of_names_differs_after_a_rename_beside_one_from_another_clock(scene: Scene) -> None:
    """As an archive of a machine whose clock is ahead brings it."""
    history = scene.store.history
    history.name(scene.id, 0, "Begin", "Ana")
    with scene.store.database.write() as connection:
        connection.execute(update(STEP_NAME).values(created_at=STEP_NAME.c.created_at + 3600))
    scene.name([1], 0)
    (later,) = set(history.of(scene.id).steps) - {0}
    history.name(scene.id, later, "First", "Ana")
    before = history.stamp(scene.id)
    history.name(scene.id, later, "Renamed", "Ana")
    assert history.stamp(scene.id) != before
