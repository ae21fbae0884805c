"""Imports of somebody else, of nobody, and of another app: every route says so."""

from collections.abc import Iterator

import pytest

from tests.pages.api.test_imports import begin, put, ready
from tests.pages.web import Answer, Browser, Served, serve
from tests.tasks.test_intake import npz


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("others")) as running:
        yield running


@pytest.fixture
def browser(served: Served) -> Browser:
    browser = served.browser()
    browser.get("/api/session")
    return browser


SUB_ROUTES = ("samples", "sheets/0.png", "sounds/0.wav", "rejected.csv")


def asked_of(browser: Browser, place: str) -> list[Answer]:
    """Ask everything there is to ask of an import."""
    return [
        browser.get(place),
        *(browser.get(f"{place}/{what}") for what in SUB_ROUTES),
        put(browser, place, 0, b"x"),
        browser.post(f"{place}/read", {"options": {"keep_duplicates": True}}),
        browser.post(f"{place}/keep", {"name": "Stolen"}),
        browser.ask("DELETE", place),
    ]


@pytest.mark.parametrize("state", ["receiving", "ready"])
def test_import__is_nobody_elses(served: Served, browser: Browser, state: str) -> None:
    data = npz(12)
    place = begin(browser, len(data))
    if state == "ready":
        put(browser, place, 0, data)
        ready(browser, place)
    before = browser.get(place).json
    assert before["state"] == state
    other = served.browser()
    other.get("/api/session")
    stranger = served.browser()  # without a session of its own
    for who in (other, stranger):
        for answer in asked_of(who, place):
            assert (answer.status, answer.code) in ((404, "not_found"), (403, "no_session"))
    assert {answer.status for answer in asked_of(other, place)} == {404}
    assert other.get("/api/imports").json == {"imports": []}
    assert browser.get(place).json == before, "nothing of it was touched"
    assert browser.ask("DELETE", place).status == 200


@pytest.mark.parametrize("bad", ["0" * 36, "x", "A" * 36, "0" * 32, f"{'-' * 36}"])
def test_import__ids_of_another_form_are_refused_on_every_route(browser: Browser, bad: str) -> None:
    for answer in asked_of(browser, f"/api/imports/{bad}"):
        assert (answer.status, answer.code) == (404, "bad_id")
    nobodys = "11111111-2222-3333-4444-555555555555"
    for answer in asked_of(browser, f"/api/imports/{nobodys}"):
        assert (answer.status, answer.code) == (404, "not_found")


def test_import__of_another_app_says_where_its_files_are(served: Served, browser: Browser) -> None:
    data = npz(12)
    place = begin(browser, len(data))
    put(browser, place, 0, data)
    ready(browser, place)
    intake = served.store.intakes.get(place.split("/")[-1])
    away = intake.folder.with_name("away")
    intake.folder.rename(away)  # as an app sees it that has another data directory
    now = browser.get(place).json
    assert (now["state"], now["is_here"], now["summary"], now["sheet"]) == (
        "ready",
        False,
        None,
        None,
    )
    *_, read_again, kept, _ = [
        answer for answer in asked_of(browser, place) if answer.status == 409
    ]
    assert (read_again.code, kept.code) == ("not_here", "not_here")
    assert browser.get(place).json["state"] == "cancelled"
    away.rename(intake.folder)
