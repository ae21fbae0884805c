"""Comments, bookmarks and names of steps go out with a project and come back."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ml.records import RunConfig
from store.archives.adoption import import_project
from store.archives.packing import pack_project
from store.archives.recognising import contents_of
from store.archives.unpacking import ArchiveReader
from store.opening import Store, open_store
from store.people.comment_drafts import Draft
from store.settings import Settings
from tests.store.archives.forging import files_of, signed
from tests.store.archives.story import learn, remark, tell
from tests.store.scene import ANA, BEN, Scene, make_scene, pack

MEMBERS = ["rows/bookmark.jsonl", "rows/comment.jsonl", "rows/step_name.jsonl"]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Store]:
    """Another, empty Lodemap, on SQLite."""
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "elsewhere"})) as opened:
        yield opened


def packed(store: Store, project_id: str) -> io.BytesIO:
    file = io.BytesIO()
    file.writelines(pack_project(store, project_id, with_data=True))
    return file


def remarks_of(store: Store, project_id: str) -> dict[str, Any]:
    """All that is said beside the journal, free of ids: runs are told by their numbers."""
    numbers = {run.run_id: run.number for run in store.runs.of_project(project_id)}

    def numbered(values: Any) -> Any:
        named = {"run_id": numbers[values["run_id"]]} if values.get("run_id") else {}
        inner = {"snapshot": numbered(values["snapshot"])} if "snapshot" in values else {}
        return {**values, **named, **inner}

    comments = store.comments.after(project_id, 0)
    text = {each.comment_id: each.text for each in comments}
    told = [
        (
            (each.created_at, each.author, each.author_id, each.text, each.kind),
            (text.get(each.reply_to or ""), numbered(each.values), each.version, each.edited_at),
            (each.resolved_by, each.is_deleted),
            store.comments.samples(project_id, each.comment_id),
        )
        for each in comments
        if not each.is_deleted or each.comment_id in {other.reply_to for other in comments}
    ]
    return {
        "comments": sorted(told),
        "bookmarks": [
            (b.name, b.author, b.author_id, b.samples, numbered(b.values), b.created_at)
            for b in store.bookmarks.of_project(project_id)
        ],
        "names": store.history.names(project_id),
    }


def test_round_trip__to_another_store_and_back(any_store: Store, elsewhere: Store) -> None:
    scene = make_scene(any_store)
    runs = tell(scene)
    remark(scene, runs[0], runs[1])
    original = remarks_of(any_store, scene.id)
    assert [len(each) for each in original.values()] == [6, 2, 2]
    there = import_project(elsewhere, packed(any_store, scene.id))
    assert remarks_of(elsewhere, there.project_id) == original
    back = import_project(any_store, packed(elsewhere, there.project_id))
    assert remarks_of(any_store, back.project_id) == original
    assert remarks_of(any_store, scene.id) == original, "a copy takes nothing away"


def test_copy__is_talked_about_as_any_project(scene: Scene) -> None:
    runs = tell(scene)
    remark(scene, runs[0], runs[1])
    copy = import_project(scene.store, packed(scene.store, scene.id)).project_id
    comments = scene.store.comments
    first = next(each for each in comments.after(copy, 0) if each.text.startswith("Why"))
    assert comments.edit(copy, first.comment_id, "Really?", 1, ANA).version == 2
    known = comments.stamp(copy)
    answer = Draft("Yes.", "point", "z", reply_to=first.comment_id)
    added = comments.add(copy, answer, "Ben", BEN)
    assert list(comments.after(copy, known)) == [added]
    (begin, *_) = [b for b in scene.store.bookmarks.of_project(copy) if b.name == "View b"]
    scene.store.bookmarks.delete(copy, begin.bookmark_id, ANA)
    assert len(scene.store.bookmarks.of_project(scene.id)) == 2
    scene.store.projects.delete(scene.id)
    assert len(comments.after(copy, 0)) == 7


def test_archive__of_before_they_came_along_opens(store: Store) -> None:
    scene = make_scene(store)
    runs = tell(scene)
    remark(scene, runs[0], runs[1])
    files = files_of(packed(store, scene.id).getvalue())
    for name in MEMBERS:
        del files[name]
    manifest = json.loads(files["manifest.json"]) | {"format_version": 1}
    for name in ("comment", "bookmark", "step_name"):
        del manifest["counts"][name]
    files["manifest.json"] = json.dumps(manifest).encode()
    file = signed(files)
    copy = import_project(store, file)
    assert remarks_of(store, copy.project_id) == {"comments": [], "bookmarks": [], "names": {}}
    told = contents_of(ArchiveReader(file))
    assert (told["num_comments"], told["num_bookmarks"]) == (None, None)


def test_form__has_words_only_where_somebody_said_something(store: Store) -> None:
    scene = make_scene(store)
    runs = tell(scene)
    silent = files_of(packed(store, scene.id).getvalue())
    assert not set(MEMBERS) & set(silent)
    assert json.loads(silent["manifest.json"])["format_version"] == 3
    remark(scene, runs[0], runs[1])
    file = packed(store, scene.id)
    told = files_of(file.getvalue())
    assert set(MEMBERS) <= set(told)
    assert json.loads(told["manifest.json"])["format_version"] == 3
    contents = contents_of(ArchiveReader(file))
    assert (contents["num_comments"], contents["num_bookmarks"]) == (6, 2)


def test_words__about_a_run_that_stays_behind_come_along(store: Store) -> None:
    """A variant that never was the map is in no archive."""
    scene = make_scene(store)
    learn(scene, scene.submit("pretrain"))
    scene.name([1, 2], 0)
    scene.name([3, 4], 1)
    (variant,) = store.variants.submit(
        scene.id, [RunConfig("annotate-vae", num_epochs=2)], "Ana", "ana", "b"
    )
    names = {"run_id": variant.run.run_id}
    seen = {"snapshot": {**names, "n": 1}}
    for nth, draft in enumerate(
        (
            Draft("That one", "run", "1", values=names | seen),
            Draft("These", "selection", "2", pack([1]), seen),
        )
    ):
        store.comments.add(scene.id, draft, "Ana", ANA)
        view = {**names, "n": nth, "step_id": [0, 99][nth], "color_mode": "class"}
        store.bookmarks.add(scene.id, {"key": f"{nth}", "name": "B", "view": view}, b"", ("A", ANA))
    copy = import_project(store, packed(store, scene.id)).project_id
    again = import_project(store, packed(store, copy)).project_id
    for project_id in (copy, again):
        told = {each.text: each.values for each in store.comments.after(project_id, 0)}
        assert told == {"That one": {"run_id": None}, "These": {"count": 1, "some": [1]}}
        views = [dict(each.values) for each in store.bookmarks.of_project(project_id)]
        assert sorted(views, key=len) == [
            {"color_mode": "class"},
            {"color_mode": "class", "step_id": 0},
        ]
