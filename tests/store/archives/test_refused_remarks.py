"""Comments, bookmarks and names of steps that nobody can have left are refused, all or nothing."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.archives import remarks
from store.archives.adoption import import_project
from store.archives.archive import BadArchiveError
from store.archives.packing import pack_project
from store.opening import Store, open_store
from store.settings import Settings
from tests.store.archives.forging import changed_rows, files_of, put, signed
from tests.store.archives.story import remark, tell
from tests.store.scene import make_scene

NOBODY = "00000000-0000-4000-8000-000000000000"
TOO_DEEP = '{"stance": %s}' % ("[" * 65 + "]" * 65)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive with its data and all that may be said."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    with open_store(Settings.from_env({}, {"data_dir": folder})) as store:
        scene = make_scene(store)
        runs = tell(scene)
        remark(scene, runs[0], runs[1])
        file = io.BytesIO()
        file.writelines(pack_project(store, scene.id, with_data=True))
        return file.getvalue()


@pytest.fixture
def empty(store: Store) -> Iterator[Store]:
    """A store that must be as empty afterwards."""
    yield store
    assert store.projects.list(include_archived=True) == []
    assert store.datasets.list() == []
    root = Path(store.settings.artifacts_url)
    assert [path for path in root.rglob("*") if path.is_file()] == []


def refused(store: Store, file: io.BytesIO, match: str) -> None:
    with pytest.raises(BadArchiveError, match=match) as caught:
        import_project(store, file)
    assert caught.value.sentence.endswith(".")


def about(**values: Any) -> dict[str, str]:
    return {"values_json": json.dumps(values)}


@pytest.mark.parametrize(
    ("member", "at", "values"),
    [
        ("comment", 0, {"comment_id": "../../etc/passwd"}),
        ("comment", 0, {"text": ""}),
        ("comment", 0, {"text": "x" * 2001}),
        ("comment", 0, {"text": "a\u202eb"}),
        ("comment", 0, {"text": 7}),
        ("comment", 0, {"author": "a\x00b"}),
        ("comment", 0, {"author": "a" * 61}),
        ("comment", 0, {"author": " " * 10**6 + "a"}),
        ("comment", 0, {"author_id": "a" * 101}),
        ("comment", 0, {"resolved_by": "\u202e"}),
        ("comment", 0, {"kind": "project"}),
        ("comment", 3, {"kind": "point"}),
        ("comment", 3, {"kind": "region"}),
        ("comment", 0, {"samples": "!!"}),
        ("comment", 0, {"samples": "AP//AAA="}),
        ("comment", 0, {"key": "k k"}),
        ("comment", 0, {"version": 0}),
        ("comment", 0, {"version": 2**31 - 1}),
        ("comment", 0, {"created_at": 1e300}),
        ("comment", 0, {"edited_at": -1.0}),
        ("comment", 0, {"is_deleted": True}),
        ("comment", 0, {"is_deleted": 1}),
        ("comment", 0, {"reply_to": NOBODY}),
        ("comment", 0, {"surprise": 1}),
        ("comment", 0, {"values_json": "[]"}),
        ("comment", 0, {"values_json": "{"}),
        ("comment", 0, {"values_json": "[" * 5000}),
        ("comment", 0, {"values_json": "{" + " " * 2**17 + "}"}),
        ("comment", 3, about(snapshot={"run_id": NOBODY, "n": 1})),
        ("comment", 3, about(snapshot={"run_id": ["x"], "n": 1})),
        ("comment", 0, about(path=[[0, 1], [2, 3], [4, "<b>"]])),
        ("comment", 1, about(run_id=NOBODY)),
        ("comment", 4, {"reply_to": NOBODY}),
        ("comment", 4, {"samples": "AAE="}),
        ("comment", 4, about(count=1)),
        ("bookmark", 0, {"bookmark_id": "x"}),
        ("bookmark", 0, {"name": "n" * 61}),
        ("bookmark", 0, {"name": "n "}),
        ("bookmark", 0, {"name": "a\u202eb"}),
        ("bookmark", 0, {"samples": "AP//AAA="}),
        ("bookmark", 0, {"key": ""}),
        ("bookmark", 0, about(run_id=NOBODY, n=1)),
        ("bookmark", 0, about(step_id=10**6)),
        ("bookmark", 0, about(step_id=True)),
        ("bookmark", 0, about(author="Ben")),
        ("bookmark", 0, about(stance="x" * 4097)),
        ("bookmark", 0, {"values_json": TOO_DEEP}),
        ("bookmark", 0, {"values_json": '{"stance": NaN}'}),
        ("bookmark", 1, {"key": "a"}),
        ("step_name", 0, {"name": ""}),
        ("step_name", 0, {"name": "\n e\u0301"}),
        ("step_name", 0, {"name": "n" * 201}),
        ("step_name", 0, {"author": ""}),
        ("step_name", 0, {"created_at": 1e300}),
        ("step_name", 1, {"step_id": 10**6}),
        ("step_name", 1, {"step_id": -1}),
        ("step_name", 1, {"step_id": 0}),
    ],
)
def test_refused__remarks_that_cannot_be(
    empty: Store, whole: bytes, member: str, at: int, values: dict[str, Any]
) -> None:
    files, name = files_of(whole), f"rows/{member}.jsonl"
    data = changed_rows(files[name], put(**values), at)
    refused(empty, signed({**files, name: data}), member.replace("_", ".") + "|claim one place")


def test_refused__an_answer_to_an_answer_and_two_of_one_id(empty: Store, whole: bytes) -> None:
    files, name = files_of(whole), "rows/comment.jsonl"
    ids = [json.loads(line)["comment_id"] for line in files[name].splitlines()]
    for at, values in ((5, {"reply_to": ids[4]}), (1, {"comment_id": ids[0]})):
        data = changed_rows(files[name], put(**values), at)
        refused(empty, signed({**files, name: data}), f"comment {at + 1} is none")


@pytest.mark.parametrize("member", ["comment", "bookmark", "step_name"])
def test_refused__fewer_or_more_than_there_were(empty: Store, whole: bytes, member: str) -> None:
    files, name = files_of(whole), f"rows/{member}.jsonl"
    fewer = b"".join(files[name].splitlines(keepends=True)[:-1])
    refused(empty, signed({**files, name: fewer}), f"its {member.replace('_', ' ')}s are not")
    del files[name]
    refused(empty, signed(files), "was changed")


def test_refused__more_than_a_project_may_have(
    empty: Store, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remarks, "COMMENT_LIMIT", 4)
    refused(empty, io.BytesIO(whole), "more than 4 comments")
    monkeypatch.setattr(remarks, "COMMENT_LIMIT", 5)
    monkeypatch.setattr(remarks, "BOOKMARK_LIMIT", 1)
    refused(empty, io.BytesIO(whole), "more than 1 bookmarks")


def test_comment__says_nothing_of_itself_that_it_is_not_asked(store: Store, whole: bytes) -> None:
    """A page spreads what a comment is about into it: no author, no text of a forger's."""
    files, name = files_of(whole), "rows/comment.jsonl"
    forged = about(author="Ben", is_mine=True, text="<script>", count=9, some=[30])
    data = changed_rows(files[name], put(**forged), 3)
    project_id = import_project(store, signed({**files, name: data})).project_id
    first = next(c for c in store.comments.after(project_id, 0) if c.text.startswith("Why"))
    assert first.values == {"count": 2, "some": [1, 2]}
    assert (first.author, first.text) == ("Ana", "Why\nthese? <b>@3</b>")
