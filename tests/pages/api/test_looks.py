"""Many who ask at once share a look, but for whoever has just written."""

import pytest

from ml.maps.codec import pack_ids
from ml.records import RunConfig
from pages.api import looks as looking
from pages.api.looks import Looks
from store.records import Gesture
from tests.pages.web import Served


@pytest.fixture
def looks(served: Served, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Looks that are shared for as long as the test takes."""
    monkeypatch.setattr(looking, "KEPT_S", 1000.0)
    return Looks(served.dash_app.server.state.services)


def name_one(served: Served, project_id: str, key: str) -> None:
    samples = pack_ids([1], 60)  # type: ignore[arg-type]
    gesture = Gesture("annotate", key, samples, {"class_index": 0})
    served.store.journal.append(project_id, gesture, "Ana", "ana")


def test_of__one_who_asks_now_and_then_always_sees_the_newest(served: Served, looks: Looks) -> None:
    project_id = served.project().project_id
    for nth in range(3):
        name_one(served, project_id, f"k{nth}")
        assert looks.of(project_id, "ben").state.seq == served.store.journal.state(project_id).seq


def test_of__many_share_a_look_but_a_writer_gets_a_new_one(
    served: Served, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MANY", 3)
    project_id = served.project().project_id
    first = [looks.of(project_id, "ben") for _ in range(3)][-1]
    name_one(served, project_id, "k")
    assert looks.of(project_id, "ben") is first
    looks.note_writer("ana")
    newer = looks.of(project_id, "ana")
    assert newer.state.seq == first.state.seq + 1
    assert looks.of(project_id, "ben") is newer


def test_of__what_did_not_change_is_not_looked_at_again(served: Served, looks: Looks) -> None:
    project_id = served.project().project_id
    first = looks.of(project_id, "ben")
    assert looks.of(project_id, "ben") is first
    served.store.runs.submit(project_id, "pretrain", RunConfig("annotate-vae"), "Ana", "ana", "k")
    assert looks.of(project_id, "ben") is not first
    served.rest()


def test_writer__is_noted_before_the_answer_arrives(served: Served) -> None:
    project_id = served.project().project_id
    visitor = served.browser()
    visitor.get(f"/api/projects/{project_id}/state")
    body = {"key": "k", "verb": "add_class", "name": "pear"}
    assert visitor.post(f"/api/projects/{project_id}/gestures", body).status == 200
    looks: Looks = served.dash_app.server.state.looks
    assert visitor.cookie in looks._wrote_s


def test_project_of__an_address_names_one_or_none() -> None:
    project_id = "11111111-2222-3333-4444-555555555555"
    assert looking.project_of(f"/api/projects/{project_id}") == project_id
    assert looking.project_of(f"/api/projects/{project_id}/gestures") == project_id
    for other in ("/api/projects", f"/api/projects/{project_id}x", f"/api/runs/{project_id}/stop"):
        assert looking.project_of(other) is None
