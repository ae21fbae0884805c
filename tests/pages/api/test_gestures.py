import pytest

from store.records import Project
from tests.pages.web import Browser, Served, packed

N = 60
FOREIGN = packed([999], 1000)


@pytest.fixture
def project(served: Served) -> Project:
    return served.project(N, ("apple", "pear"))


def post(visitor: Browser, project: Project, **body: object) -> tuple[int, dict[str, object]]:
    answer = visitor.post(f"/api/projects/{project.project_id}/gestures", body)
    return answer.status, answer.json


def test_annotate__answers_once_it_is_durable(
    served: Served, visitor: Browser, project: Project
) -> None:
    visitor.post("/api/session", {"name": "Ana"})
    status, ack = post(
        visitor, project, key="k1", verb="annotate", samples=packed([3, 5], N), class_index=1
    )
    assert status == 200
    assert ack == {
        "seq": 3,
        "num_changed": 2,
        "duplicate": False,
        "message": "Named 2 samples pear.",
        "remarks": [],
    }
    state = served.store.journal.state(project.project_id)
    assert list(state.annotation[[3, 5, 6]]) == [1, 1, -1]
    event = served.store.journal.events(project.project_id)[-1]
    assert event.author == "Ana"
    assert event.author_id == visitor.get("/api/session").json["author_id"]


def test_annotate__author_comes_from_the_session_only(visitor: Browser, project: Project) -> None:
    body = {"key": "k", "verb": "clear", "samples": packed([1], N)}
    status, answer = post(visitor, project, **body, author="Eve", author_id="x")
    assert status == 422
    assert "author" in str(answer["message"])


def test_gesture__the_same_key_is_saved_once(visitor: Browser, project: Project) -> None:
    body = {"key": "again", "verb": "annotate", "samples": packed([1], N), "class_index": 0}
    _, first = post(visitor, project, **body)
    status, second = post(visitor, project, **body)
    assert (status, second["seq"], second["duplicate"]) == (200, first["seq"], True)
    status, other = post(visitor, project, **{**body, "class_index": 1})
    assert (status, other["code"]) == (409, "key_reused")


def test_new_class__the_answer_says_its_index(visitor: Browser, project: Project) -> None:
    """Also to whoever asks again, and past a class that was taken back."""
    body = {"key": "n", "verb": "annotate", "samples": packed([1], N), "new_class": {"name": "fig"}}
    assert [post(visitor, project, **body)[1]["class_index"] for _ in range(2)] == [2, 2]
    post(visitor, project, key="u", verb="undo")
    _, made = post(visitor, project, key="a", verb="add_class", name="plum")
    assert made["class_index"] == 3


def test_undo__takes_back_only_ones_own(served: Served, visitor: Browser, project: Project) -> None:
    post(visitor, project, key="a", verb="annotate", samples=packed([1, 2], N), class_index=0)
    status, answer = post(served.browser(), project, key="b", verb="undo")
    assert (status, answer["code"]) == (409, "nothing_to_undo")
    status, answer = post(visitor, project, key="c", verb="undo")
    assert (status, answer["message"]) == (200, "Took back the name apple of 2 samples.")
    assert answer["num_changed"] == 2
    status, answer = post(visitor, project, key="d", verb="redo")
    assert answer["message"] == "Brought back the name apple of 2 samples."


def test_undo__says_that_the_class_goes_with_the_name_that_made_it(
    visitor: Browser, project: Project
) -> None:
    post(
        visitor,
        project,
        key="a",
        verb="annotate",
        samples=packed([1], N),
        new_class={"name": "fig"},
    )
    said = [post(visitor, project, key=verb, verb=verb)[1]["message"] for verb in ("undo", "redo")]
    assert said == [
        "Took back the name fig of 1 sample, and the class fig.",
        "Brought back the name fig of 1 sample, and the class fig.",
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"verb": "annotate", "class_index": 0}, 422, "invalid_input"),
        ({"verb": "annotate", "class_index": 0, "samples": ""}, 422, "invalid_input"),
        ({"verb": "annotate", "class_index": 0, "samples": "??"}, 422, "invalid_input"),
        ({"verb": "annotate", "class_index": 0, "samples": 5}, 422, "invalid_input"),
        ({"verb": "annotate", "class_index": 0, "samples": "é"}, 422, "invalid_input"),
        ({"verb": "annotate", "class_index": 0, "samples": FOREIGN}, 422, "invalid_input"),
        ({"verb": "annotate", "class_index": 9, "samples": packed([1], N)}, 409, "stale_class"),
        ({"verb": "annotate", "class_index": "0", "samples": packed([1], N)}, 422, "invalid_input"),
        ({"verb": "dance"}, 422, "invalid_input"),
        ({"verb": 7}, 422, "invalid_input"),
        ({"verb": "update"}, 422, "invalid_input"),
        ({"verb": "add_class", "name": ""}, 422, "invalid_input"),
        ({"verb": "add_class", "name": "x" * 300}, 422, "invalid_input"),
        ({"verb": "add_class", "name": "a\u0007"}, 422, "invalid_input"),
        ({"verb": "add_class", "name": ["a"]}, 422, "invalid_input"),
        ({"verb": "recolor_class", "class_index": 0, "color": 99}, 422, "invalid_input"),
        ({"verb": "clear", "samples": packed([1], N), "key": "no spaces"}, 422, "invalid_input"),
        ({"verb": "clear", "samples": packed([1], N), "key": None}, 422, "invalid_input"),
    ],
)  # fmt: skip
def test_gesture__a_bad_one_is_one_sentence_and_changes_nothing(
    served: Served,
    visitor: Browser,
    project: Project,
    body: dict[str, object],
    status: int,
    code: str,
) -> None:
    before = served.store.journal.state(project.project_id).seq
    got, answer = post(visitor, project, **{"key": "bad", **body})
    assert (got, answer["code"]) == (status, code)
    assert str(answer["message"]).strip()
    assert served.store.journal.state(project.project_id).seq == before


def test_gesture__markup_is_kept_as_text(visitor: Browser, project: Project) -> None:
    name = "<img src=x onerror=alert(1)>"
    status, answer = post(visitor, project, key="m", verb="add_class", name=name)
    assert status == 200
    state = visitor.get(f"/api/projects/{project.project_id}/state").json
    assert state["classes"][-1]["name"] == name
    assert name in str(answer["message"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"not json", "bad_json"),
        (b"[1]", "bad_json"),
        (b'{"key": NaN}', "bad_json"),
        (b'{"key": 1e400}', "bad_json"),
        (b'{"key": Infinity}', "bad_json"),
        (b'{"key": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "too_many_values"),
        (b'{"key": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "bad_json"),
        (b'{"key": ' + b"[" * 100 + b"]" * 100 + b"}", "too_deep"),
        (b'{"key": "\xff"}', "bad_json"),
        (b'{"key": "\\ud800"}', "bad_json"),
    ],
)
def test_body__that_is_no_proper_json(
    visitor: Browser, project: Project, body: bytes, code: str
) -> None:
    answer = visitor.post(f"/api/projects/{project.project_id}/gestures", body)
    assert (answer.status, answer.code) == (400, code)


def test_gesture__on_an_archived_project_is_locked(
    served: Served, visitor: Browser, project: Project
) -> None:
    served.store.projects.set_archived(project.project_id, True)
    status, answer = post(visitor, project, key="k", verb="reset")
    assert (status, answer["code"]) == (423, "locked")
