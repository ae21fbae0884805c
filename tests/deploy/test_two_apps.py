"""Two apps on one PostgreSQL behind one address with TLS: nobody notices which one answers."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.sync.client import connect
from websockets.typing import Origin

from store.opening import Store, open_store
from store.settings import Settings
from tests.deploy.servers import root_of, running_app, running_caddy
from tests.pages.learning import learn
from tests.pages.rooms.live import VIEW, Live
from tests.pages.web import add_project, packed, wait_until
from tests.services import free_port, fresh_database
from tests.tasks.test_intake import npz

NUM_SAMPLES = 60
OCTETS = {"Content-Type": "application/octet-stream"}


@dataclass
class Team:
    """Two apps, one address."""

    site: str
    root: Path
    apps: list[int]
    processes: list[subprocess.Popen[bytes]]
    store: Store
    """As a third process has it, which does the worker's part."""

    def person(self, name: str) -> "Person":
        person = Person(self, requests.Session())
        person.session.trust_env = False  # a bundle named there would go before ours
        person.session.verify = str(self.root)
        person.post("/api/session", {"name": name})
        return person


@dataclass
class Person:
    """A browser that keeps its cookies, and is sent to either app."""

    team: Team
    session: requests.Session

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        answer = self.session.request(method, self.team.site + path, timeout=30, **more)
        assert answer.status_code < 400, (path, answer.status_code, answer.text)
        return answer

    def get(self, path: str) -> Any:
        return self.ask("GET", path).json()

    def post(self, path: str, body: object) -> Any:
        return self.ask("POST", path, json=body).json()

    @contextmanager
    def room(self, project_id: str) -> Iterator[Live]:
        address = self.team.site.replace("https", "wss")
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.session.cookies)
        context = ssl.create_default_context(cafile=str(self.team.root))
        with connect(
            f"{address}/api/projects/{project_id}/room", origin=Origin(self.team.site), ssl=context,
            additional_headers={"Cookie": cookies}, proxy=None,
        ) as socket:  # fmt: skip
            live = Live(socket)
            live.hear("you")
            yield live


@pytest.fixture(scope="module")
def team(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Team]:
    """The team, its apps started at once, as an orchestra does."""
    folder = tmp_path_factory.mktemp("team")
    (folder / "key").write_text("0f" * 32)
    with ExitStack() as stack:
        shared = {
            "LODEMAP_DATABASE_URL": stack.enter_context(fresh_database(postgres_url)),
            "LODEMAP_BROKER_URL": redis_url,
            "LODEMAP_ARTIFACTS_URL": str(folder / "artifacts"),
            "LODEMAP_SECRET_KEY_FILE": str(folder / "key"),
            "LODEMAP_TRUSTED_PROXIES": "127.0.0.1",
        }
        started = [stack.enter_context(running_app(folder / name, shared)) for name in "ab"]
        apps = [port for port, _ in started]
        site = f"https://localhost:{free_port()}"
        stack.enter_context(running_caddy(folder, site, apps))
        settings = Settings.from_env(shared, {"data_dir": folder / "worker"})
        store = stack.enter_context(open_store(settings))
        yield Team(site, root_of(folder), apps, [process for _, process in started], store)


@pytest.fixture(scope="module")
def project_id(team: Team) -> str:
    return add_project(team.store, NUM_SAMPLES).project_id


def test_session__made_at_one_app_is_known_at_both(team: Team) -> None:
    ana = team.person("Ana")
    answers = [ana.ask("GET", "/api/session") for _ in range(6)]
    assert len({answer.headers["X-App"] for answer in answers}) == 2
    assert {answer.json()["name"] for answer in answers} == {"Ana"}
    assert len({answer.json()["author_id"] for answer in answers}) == 1
    (cookie,) = [each for each in ana.session.cookies if each.name.startswith("lodemap-")]
    assert cookie.secure, "the proxy said that it was reached by TLS"
    assert cookie.name == f"lodemap-{team.site.rpartition(':')[2]}"


def test_forwarding_headers__of_a_client_are_replaced_by_the_proxy(team: Team) -> None:
    answer = requests.get(
        f"{team.site}/api/session", timeout=10, verify=str(team.root),
        headers={"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["Strict-Transport-Security"]


def test_headers_of_identity__of_a_client_are_dropped_by_the_proxy(tmp_path: Path) -> None:
    """With LODEMAP_AUTH=proxy the apps believe what the proxy hands on."""
    told = {"LODEMAP_AUTH": "proxy", "LODEMAP_TRUSTED_PROXIES": "127.0.0.1",
            "LODEMAP_USER_HEADER": "X-Forwarded-User", "LODEMAP_ROLE_HEADER": "X-Role"}  # fmt: skip
    site = f"http://localhost:{free_port()}"
    lies = {"X-Forwarded-User": "Ada", "X-Role": "admin"}
    with running_app(tmp_path / "app", told) as (port, _), running_caddy(tmp_path, site, [port]):
        by_proxy = requests.get(f"{site}/api/session", headers=lies, timeout=10)
        itself = requests.get(f"http://127.0.0.1:{port}/api/session", headers=lies, timeout=10)
    assert by_proxy.status_code == 401
    assert itself.json()["name"] == "Ada", "what the proxy hands on is believed"


def test_demo__two_apps_made_one(team: Team) -> None:
    names = [each["name"] for each in team.person("Eva").get("/api/projects")]
    assert names.count("Handwritten digits") == 1
    assert "Handwritten digits (2)" not in names


def test_gestures_and_frames__are_the_same_at_both(team: Team, project_id: str) -> None:
    ana, bo = team.person("Ana"), team.person("Bo")
    base = f"/api/projects/{project_id}"
    run = ana.post(f"{base}/runs", {"key": "p", "kind": "pretrain", "config": {}})["run_id"]
    learn(team.store, run, NUM_SAMPLES)
    team.store.leases.finish(run, "worker", "finished")
    seqs = []
    for n in range(8):  # each at the other app than the one before
        who = (ana, bo)[n % 2]
        gesture = {"key": f"g{n}", "verb": "annotate", "class_index": 0,
                   "samples": packed([n + 1], NUM_SAMPLES)}  # fmt: skip
        seqs.append(who.post(f"{base}/gestures", gesture)["seq"])
    assert seqs == sorted(set(seqs))
    states = [bo.get(f"{base}/state") for _ in range(4)]
    assert {(each["seq"], each["num_named"]) for each in states} == {(seqs[-1], 8)}
    again = [ana.post(f"{base}/gestures", gesture | {"key": "g0", "samples": packed([1], 60)})
             for _ in range(2)]  # fmt: skip
    assert [each["duplicate"] for each in again] == [True, True], "a retry at the other app"
    frames = ana.get(f"/api/runs/{run}/frames?after=0")["frames"]
    assert [each["epoch"] for each in frames] == [0, 1]
    last = f"{frames[-1]['attempt']}-{frames[-1]['n']}"
    for what in ("frames", "atlases"):
        answers = [ana.ask("GET", f"/api/runs/{run}/{what}/{last}") for _ in range(2)]
        assert len({each.headers["X-App"] for each in answers}) == 2
        assert len({each.content for each in answers}) == 1
        assert "immutable" in answers[0].headers["Cache-Control"]


def test_rooms__one_presents_at_an_app_and_the_other_follows_at_the_other(
    team: Team, project_id: str
) -> None:
    ana, bo = team.person("Ana"), team.person("Bo")
    with ana.room(project_id) as left, bo.room(project_id) as right:
        left.wait_for_people(2)
        right.wait_for_people(2)
        left.say("present")
        right.wait_for_presenter(left.member_id)
        right.say("follow", on=True)
        left.say("view", view=VIEW)
        assert right.hear("view")["view"]["n"] == VIEW["n"]


def test_import_and_takeaway__go_on_at_the_app_that_began_them(team: Team, project_id: str) -> None:
    ana, data = team.person("Ana"), npz(30)
    half = len(data) // 2
    made = ana.post("/api/imports", {"name": "things.npz", "size": len(data)})
    place = f"/api/imports/{made['import_id']}"
    for at, part in ((0, data[:half]), (half, data[half:])):
        ana.ask("PUT", f"{place}/bytes?at={at}", data=part, headers=OCTETS)
    wait_until(lambda: ana.get(place)["state"] == "ready", "the import to be read", 60)
    wish = {"name": "Things", "held_out": "given", "with_classes": True, "latent_dim": 2,
            "preset": "lodemap"}  # fmt: skip
    ana.post(f"{place}/keep", wish)
    wait_until(lambda: ana.get(place)["state"] == "kept", "the import to be kept", 60)
    new = ana.get(place)["project_id"]
    assert {ana.get(f"/api/projects/{new}/state")["project"]["name"] for _ in range(2)} == {
        "Things"
    }
    asked = ana.post(
        f"/api/projects/{project_id}/takeaways", {"key": "t", "wish": {"kind": "report"}}
    )
    own = f"/api/takeaways/{asked['takeaway_id']}"
    wait_until(lambda: ana.get(own)["state"] == "ready", "the report", 60)
    assert ana.ask("GET", f"{own}/file").content.startswith(b"<!doctype html>")


def test_app_that_is_killed__is_not_missed(team: Team, project_id: str) -> None:
    ana = team.person("Ana")
    team.processes[0].kill()
    answers = [ana.ask("GET", f"/api/projects/{project_id}/state") for _ in range(10)]
    assert {answer.headers["X-App"] for answer in answers} == {f"127.0.0.1:{team.apps[1]}"}
    assert {answer.json()["session"]["name"] for answer in answers} == {"Ana"}
