"""Annotations from a file, by the routes: looked at first, merged once, undone like any gesture."""

from collections.abc import Iterator
from typing import Any

import pytest

from store.records import Gesture
from tasks import names_merge
from tasks.names_files import read_apart
from tests.pages.web import Answer, Browser, Served, packed, serve
from tests.small_disk import files_up_to
from tests.store.scene import pack

OCTETS = {"Content-Type": "application/octet-stream"}
FILE = b"sample_id,class_name\n1,apple\n2,apple\n3,pear\n99,pear\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("annotations")) as running:
        yield running


@pytest.fixture
def browser(served: Served) -> Browser:
    browser = served.browser()
    browser.post("/api/session", {"name": "Ana"})
    return browser


def send(browser: Browser, place: str, data: bytes = FILE) -> Answer:
    return browser.ask("POST", place, data, OCTETS)


def test_file__is_looked_at_and_then_merged_once(served: Served, browser: Browser) -> None:
    project = served.project()
    place = f"/api/projects/{project.project_id}/annotation-files"
    told = send(browser, f"{place}?name=names.csv").json
    assert (told["num_added"], told["num_unknown"], told["unknown"]) == (3, 1, ["99"])
    assert [(c["class_name"], c["is_new"], c["num_added"]) for c in told["changes"]] == [
        ("apple", False, 2), ("pear", True, 1),
    ]  # fmt: skip
    assert served.store.journal.state(project.project_id).seq == 1, "looking changes nothing"
    done = send(browser, f"{place}/apply?name=names.csv").json
    assert done == {"num_changed": 3, "seq": 2, "message": "3 samples named in 2 classes."}
    state = served.store.journal.state(project.project_id)
    assert state.annotation[[1, 2, 3]].tolist() == [0, 0, 1]
    assert send(browser, f"{place}/apply?name=names.csv").json["num_changed"] == 0
    assert served.store.journal.state(project.project_id).seq == state.seq
    offered = browser.get(f"/api/projects/{project.project_id}/state").json["undo"]
    assert offered["text"] == "names of names.csv (2 classes)"
    undo = {"key": "u", "verb": "undo"}
    answer = browser.post(f"/api/projects/{project.project_id}/gestures", undo)
    assert answer.json["message"] == "Took back the names of names.csv (2 classes)."
    state = served.store.journal.state(project.project_id)
    assert (state.annotation >= 0).sum() == 0, "one undo takes all of the file back"
    assert state.undoable == {}


def test_file__what_somebody_said_stays_unless_it_is_to_be_replaced(
    served: Served, browser: Browser
) -> None:
    project = served.project(61)
    samples = served.browser()
    samples.post("/api/session", {"name": "Ben"})
    body = {"key": "k", "verb": "annotate", "samples": packed([3], 61), "class_index": 0}
    place = f"/api/projects/{project.project_id}"
    assert samples.post(f"{place}/gestures", body).status == 200
    files = f"{place}/annotation-files"
    (conflict,) = send(browser, f"{files}?name=n.csv").json["conflicts"]
    assert (conflict["sample_id"], conflict["from"], conflict["to"], conflict["by"]) == (
        "3", "apple", "pear", "Ben",
    )  # fmt: skip
    kept = send(browser, f"{files}/apply?name=n.csv&conflicts=keep").json
    assert "1 that somebody had named otherwise" in kept["message"]
    assert served.store.journal.state(project.project_id).annotation[3] == 0
    send(browser, f"{files}/apply?name=n.csv&conflicts=replace")
    assert served.store.journal.state(project.project_id).annotation[3] == 1
    undo = browser.post(f"{place}/gestures", {"key": "u", "verb": "undo"})
    assert undo.status == 200
    assert served.store.journal.state(project.project_id).annotation[3] == 0


def test_file__yields_to_who_speaks_while_it_is_read(
    served: Served, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name, and a class that the file would make, given while a child process reads it."""
    project = served.project()
    journal = served.store.journal

    def read_slowly(*asked: Any) -> Any:
        named = {"new_class": {"name": "pear"}}
        journal.append(
            project.project_id, Gesture("annotate", "b", pack([1], 60), named), "Ben", "b"
        )
        return read_apart(*asked)

    monkeypatch.setattr(names_merge, "read_apart", read_slowly)
    place = f"/api/projects/{project.project_id}"
    done = send(browser, f"{place}/annotation-files/apply?name=n.csv").json
    assert done["num_changed"] == 2
    assert "1 that somebody had named otherwise stay" in done["message"]
    state = journal.state(project.project_id)
    assert state.annotation[[1, 2, 3]].tolist() == [1, 0, 1]
    browser.post(f"{place}/gestures", {"key": "u", "verb": "undo"})
    assert journal.state(project.project_id).annotation[[1, 2, 3]].tolist() == [1, -1, -1]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,apple\n2,unsure\n3,unsure", "1 sample named in 1 class. 2 samples marked as unsure."),
        ("2,unsure", "1 sample marked as unsure."),
        ("5,pear", "Nothing was named. 1 that somebody had named otherwise stays as it is."),
        ("5,apple", "The file says nothing that is not known already."),
        ("99,apple", "The file says nothing of use here."),
    ],
)
def test_file__tells_what_became_of_it(
    served: Served, browser: Browser, rows: str, message: str
) -> None:
    place = f"/api/projects/{served.project().project_id}"
    body = {"key": "k", "verb": "annotate", "samples": packed([5], 60), "class_index": 0}
    assert browser.post(f"{place}/gestures", body).status == 200
    file = f"sample_id,class_name\n{rows}\n".encode()
    done = send(browser, f"{place}/annotation-files/apply?name=n.csv", file).json
    assert done["message"] == message
    if rows == "2,unsure":
        undo = browser.post(f"{place}/gestures", {"key": "u", "verb": "undo"}).json
        assert undo["message"] == "Took back the names of n.csv."


@pytest.mark.parametrize(
    ("data", "query"),
    [(b"", "name=a.csv"), (b"\x89PNG\r\n\x1a\n", "name=a.csv"), (b"a,b\n1,2\n", "name=a.csv"),
     (b"id,class\n1," + b"x" * 2000, "name=a.csv"), (FILE, "name="),
     (FILE, "name=a.csv&conflicts=both")],
)  # fmt: skip
def test_file__refuses_what_is_no_table_of_annotations(
    served: Served, browser: Browser, data: bytes, query: str
) -> None:
    project = served.project()
    answer = send(
        browser, f"/api/projects/{project.project_id}/annotation-files/apply?{query}", data
    )
    assert answer.status in (413, 415, 422), answer.body
    assert answer.json["message"].endswith(".")


def test_file__of_an_archived_project_is_refused(served: Served, browser: Browser) -> None:
    project = served.project()
    served.store.projects.set_archived(project.project_id, True)
    place = f"/api/projects/{project.project_id}/annotation-files"
    assert send(browser, f"{place}/apply?name=n.csv").status == 423


@pytest.mark.parametrize("num_bytes", [0, len(FILE) - 1])
def test_file__that_finds_no_room_is_a_sentence(
    served: Served, browser: Browser, monkeypatch: pytest.MonkeyPatch, num_bytes: int
) -> None:
    place = f"/api/projects/{served.project().project_id}/annotation-files?name=names.csv"
    monkeypatch.setattr("tempfile.tempdir", None)  # as in an app that has just started
    with files_up_to(num_bytes):
        answer = send(browser, place)
    assert answer.status == 507
    assert answer.json["message"].startswith("The disk is full")
