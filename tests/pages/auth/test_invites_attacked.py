"""What an attacker may try at invites: guess, race, come late, take somebody's name."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import update
from starlette.requests import Request

from pages.api.sign_in import MOST_OF_ADDRESS, counted
from pages.auth.tries import Tries
from store.people.invites import named_by
from store.people.people import hash_of
from store.sql.people_tables import INVITE
from tests.pages.auth.people import people_app, person
from tests.pages.auth.test_people import accept, invite
from tests.pages.web import Browser, Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("invites")
    with people_app(folder, trusted_proxies=["127.0.0.1"]) as running:
        yield running


@pytest.fixture
def root(served: Served) -> Browser:
    served.dash_app.server.state.tries = Tries()
    return person(served, "Root", "admin")[1]


def wrong(secret: str) -> str:
    return f"{named_by(secret)}.{'A' * 43}"


def status_from(served: Served, address: str, secret: str) -> int:
    body = {"secret": secret}
    return served.browser().post("/api/invite/read", body, X_Forwarded_For=address).status


def test_guessing__is_counted_by_invite_wherever_it_comes_from(
    served: Served, root: Browser
) -> None:
    made, other = invite(root, is_for_many=True)["secret"], invite(root)["secret"]
    guesses = [status_from(served, f"10.0.0.{n}", wrong(made)) for n in range(7)]
    assert guesses == [410] * 5 + [429] * 2
    assert status_from(served, "10.0.0.99", made) == 429, "for this minute"
    assert status_from(served, "10.0.0.1", other) == 200, "other links open as before"


def test_guessing__of_one_address_is_limited_too(served: Served, root: Browser) -> None:
    assert root
    guesses = [accept(served, f"guess {n}")[0] for n in range(MOST_OF_ADDRESS + 2)]
    assert guesses == [410] * MOST_OF_ADDRESS + [429] * 2


def test_office__behind_one_address_locks_nobody_out(served: Served, root: Browser) -> None:
    """Links that were right once are no guesses, however many ask."""
    used = invite(root)["secret"]
    assert accept(served, used)[0] == 201
    assert {accept(served, used)[0] for _ in range(MOST_OF_ADDRESS + 5)} == {410}
    many = invite(root, is_for_many=True)["secret"]
    assert {status_from(served, "127.0.0.1", many) for _ in range(MOST_OF_ADDRESS + 5)} == {200}


def test_office__that_opens_links_to_a_deleted_project_is_not_locked_out(
    served: Served, root: Browser
) -> None:
    project_id = served.project().project_id
    old = invite(root, project_id=project_id, is_for_many=True)["secret"]
    new = invite(root, is_for_many=True)["secret"]
    served.store.projects.delete(project_id)
    assert {accept(served, old)[0] for _ in range(MOST_OF_ADDRESS + 5)} == {410}
    assert accept(served, new)[0] == 201


def test_invite__that_many_open_at_once_locks_nobody_out(served: Served, root: Browser) -> None:
    secret = invite(root, is_for_many=True)["secret"]
    scope = {"type": "http", "client": ("10.2.0.1", 1), "app": served.dash_app.server}
    with ExitStack() as at_once:
        for _ in range(MOST_OF_ADDRESS + 2):
            at_once.enter_context(counted(Request(scope), secret))
        assert status_from(served, "10.2.0.1", secret) == 200
    guesses = [status_from(served, "10.2.0.1", wrong(secret)) for _ in range(7)]
    assert guesses == [410] * 5 + [429] * 2


def test_secret__of_one_invite_opens_no_other(served: Served, root: Browser) -> None:
    one, two = invite(root)["secret"], invite(root)["secret"]
    mixed = f"{named_by(one)}.{two.partition('.')[2]}"
    for secret in (mixed, named_by(one), f"{named_by(one)}.", two.partition(".")[2] + ".", "."):
        assert accept(served, str(secret))[0] == 410, secret


def test_secret__of_a_link_made_before_they_named_their_invite(
    served: Served, root: Browser
) -> None:
    secret = invite(root)["secret"].partition(".")[2]
    assert accept(served, secret)[0] == 201
    assert accept(served, secret)[0] == 410


def test_invite__for_one_opens_once_however_many_press_at_once(
    served: Served, root: Browser
) -> None:
    secret = invite(root)["secret"]
    with ThreadPoolExecutor(8) as threads:
        statuses = [status for status, _ in threads.map(lambda _: accept(served, secret), range(8))]
    assert sorted(statuses) == [201] + [410] * 7


@pytest.mark.parametrize(("left_s", "status"), [(30, 200), (0, 410), (-1, 410)])
def test_invite__ends_at_its_end(served: Served, root: Browser, left_s: float, status: int) -> None:
    made = invite(root)
    clock = served.store.database.clock
    with served.store.database.write() as connection:
        mine = INVITE.c.invite_id == made["invite_id"]
        connection.execute(update(INVITE).where(mine).values(expires_at=clock + left_s))
    assert status_from(served, "10.1.0.1", made["secret"]) == status


@pytest.mark.parametrize(
    "name",
    ["Root", " rOOT ", "Ro\u200dot", "\uff32oot", "Roo\ufe0ft", "Never came"],
    ids=ascii,
)
def test_name__of_somebody_else_is_refused_and_uses_nothing_up(
    served: Served, root: Browser, name: str
) -> None:
    accounts = served.dash_app.server.state.door.accounts
    if accounts.find("Never came") is None:
        accounts.add("Never came", "viewer", "correct horse")
    secret = invite(root)["secret"]
    answer = served.browser().post("/api/invite", {"secret": secret, "name": name})
    assert (answer.status, answer.code) == (409, "name_taken")
    assert answer.json["message"].endswith("say another name, or sign in if that is you.")
    assert accept(served, secret)[0] == 201


@pytest.mark.parametrize("name", ["\u200d", "\u3164", "\u2800", "\ufe0f", "a\u202eb"], ids=ascii)
def test_name__that_shows_nothing_or_hides_something_is_refused(
    served: Served, root: Browser, name: str
) -> None:
    body = {"secret": invite(root)["secret"], "name": name}
    assert served.browser().post("/api/invite", body).status == 422


def test_database__holds_nothing_that_opens(served: Served, root: Browser) -> None:
    """What is kept is a hash: not even the id beside it makes a link."""
    made = invite(root)
    kept = hash_of(made["secret"].partition(".")[2])
    for secret in (kept, f"{made['invite_id']}.{kept}", base64.b64encode(kept.encode()).decode()):
        assert accept(served, secret)[0] == 410


@pytest.mark.parametrize("how", ["removed", "role", "by the command line"])
def test_invite__ends_with_its_authors_right_to_invite(
    served: Served, root: Browser, how: str
) -> None:
    """Whoever is taken out must not come back by a link they made before."""
    name = f"Mallory, {how}"
    met, mallory = person(served, name, "admin")
    made = invite(mallory, is_for_many=True, role="trainer")
    assert accept(served, made["secret"])[0] == 201
    accounts = served.dash_app.server.state.door.accounts
    if how == "removed":
        assert root.ask("DELETE", f"/api/people/{met.person_id}").status == 200
    elif how == "role":
        body = {"role": "trainer", "was": "admin"}
        assert root.post(f"/api/people/{met.person_id}/role", body).status == 200
    else:
        accounts.take_out(name, served.store.people)
    assert accept(served, made["secret"])[0] == 410
    listed = {each["invite_id"]: each for each in root.get("/api/invites").json["invites"]}
    assert not listed[made["invite_id"]]["is_open"]


def test_invite__is_not_revived_by_somebody_who_gets_its_authors_name(
    served: Served, root: Browser
) -> None:
    met, mallory = person(served, "Mallory", "admin")
    made = invite(mallory, is_for_many=True, role="trainer")
    assert accept(served, made["secret"])[0] == 201
    assert root.ask("DELETE", f"/api/people/{met.person_id}").status == 200
    _, other = person(served, "Mallory", "admin")
    assert accept(served, made["secret"])[0] == 410
    listed = {each["invite_id"]: each for each in other.get("/api/invites").json["invites"]}
    assert not listed[made["invite_id"]]["is_open"]
    assert accept(served, invite(other)["secret"])[0] == 201
