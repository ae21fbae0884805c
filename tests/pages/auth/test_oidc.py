"""Signing in at a real, small provider: its keys sign, its endpoints check PKCE and the secret."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from pages.api import oidc
from store.errors import SettingsError
from store.people.sign_in_settings import client_secret
from store.settings import Settings
from tests.pages.auth.small_provider import CLIENT, SECRET, Lies, SmallProvider, small_provider
from tests.pages.web import Answer, Browser, Served, serve


@pytest.fixture(scope="module")
def provider() -> Iterator[SmallProvider]:
    with small_provider() as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, provider: SmallProvider) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("oidc")
    secret = folder / "secret"
    secret.write_text(f"{SECRET}\n")
    with serve(folder, **settings(provider), oidc_secret_file=str(secret)) as running:
        yield running


@pytest.fixture(autouse=True)
def honest(provider: SmallProvider, served: Served) -> None:
    provider.lies = Lies()
    provider.user = {"sub": "u-1", "name": "Ada Lovelace", "groups": ["staff", "x"]}
    served.dash_app.server.state.provider._known.clear()


def settings(provider: SmallProvider) -> dict[str, Any]:
    return {
        "auth": "oidc",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_role_claim": "groups",
        "oidc_roles": ["staff=trainer", "x=annotator", "root=admin"],
    }


def go(url: str) -> str:
    """Follow a browser to the provider; return where it is sent back to."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", f"{parts.path}?{parts.query}")
    place = connection.getresponse().headers["Location"]
    connection.close()
    return str(place)


def leave(browser: Browser) -> tuple[str, str]:
    """Begin; return the provider's address, and the cookie that must come back."""
    answer = browser.get("/login/oidc")
    assert answer.status == 303, answer.body
    cookie = answer.headers["set-cookie"]
    assert "SameSite=lax" in cookie
    assert "HttpOnly" in cookie
    return answer.headers["location"], cookie.split(";")[0]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def sign_in(browser: Browser) -> Answer:
    url, _ = leave(browser)
    return come_back(browser, path_of(go(url)))


def come_back(browser: Browser, path: str) -> Answer:
    """Come back; of the two cookies of the answer, that of the sign-in is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=20)
    headers = {"Cookie": browser.cookie, "Sec-Fetch-Site": "cross-site"}
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    cookies = response.headers.get_all("set-cookie") or []
    kept = next((each for each in cookies if each.startswith("lodemap-in-")), "")
    browser.cookie = kept.split(";")[0]
    answer = Answer(response.status, dict(response.headers), response.read())
    connection.close()
    return answer


def test_sign_in__there_and_back(served: Served) -> None:
    ada = served.browser()
    page = ada.get("/")
    assert page.status == 401
    assert b'href="/login/oidc"' in page.body
    back = sign_in(ada)
    assert back.status == 200, "a page of ours leads on: only that brings the Strict cookie along"
    told = ada.get("/api/session").json
    assert f'id="arrived" data-person="{told["author_id"]}"'.encode() in back.body
    assert (told["name"], told["role"], told["is_person"]) == ("Ada Lovelace", "trainer", True)
    again = served.browser()
    sign_in(again)
    assert again.get("/api/session").json["author_id"] == told["author_id"]
    assert ada.post("/api/logout", {}).status == 200
    assert ada.get("/api/session").status == 401
    assert served.browser().post("/api/login", {"name": "a", "password": "b"}).status == 404


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["staff", "root"], "admin"),
        ("x", "annotator"),
        ([], "viewer"),
        (None, "viewer"),
        ([5, {}], "viewer"),
    ],
)
def test_role__comes_from_the_claim(
    served: Served, provider: SmallProvider, groups: object, role: str
) -> None:
    provider.user = {"sub": f"u-{role}", "email": "x@y.example", "groups": groups}
    browser = served.browser()
    sign_in(browser)
    told = browser.get("/api/session").json
    assert (told["role"], told["name"]) == (role, "x@y.example")


def test_name__that_cannot_be_shown_is_passed_over(served: Served, provider: SmallProvider) -> None:
    provider.user = {"sub": "u-9", "name": "a\u202eb", "preferred_username": "x" * 99}
    browser = served.browser()
    sign_in(browser)
    assert browser.get("/api/session").json["name"] == "x" * 60


@pytest.mark.parametrize(
    "lies",
    [
        Lies(claims={"nonce": "other"}),
        Lies(claims={"nonce": None}),
        Lies(claims={"aud": "another-client"}),
        Lies(claims={"aud": [CLIENT, "b"], "azp": "b"}),
        Lies(claims={"iss": "http://127.0.0.1:1/realm"}),
        Lies(claims={"exp": 1}),
        Lies(claims={"exp": None}),
        Lies(claims={"sub": None}),
        Lies(is_forged=True),
        Lies(header={"alg": "none"}),
        Lies(header={"kid": "unknown"}),
    ],
    ids=str,
)
def test_lies__of_a_provider_let_nobody_in(
    served: Served, provider: SmallProvider, lies: Lies
) -> None:
    provider.lies = lies
    browser = served.browser()
    answer = sign_in(browser)
    assert answer.status == 401
    assert b"did not vouch for you" in answer.body
    assert browser.cookie == ""


def test_key__that_is_new_is_fetched(served: Served, provider: SmallProvider) -> None:
    assert sign_in(served.browser()).status == 200
    before = provider.key
    provider.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig", "alg": "RS256"})
    assert sign_in(served.browser()).status == 200
    provider.key = before


def test_back__of_another_browser_or_twice_is_refused(served: Served) -> None:
    ada, eve = served.browser(), served.browser()
    url, _ = leave(ada)
    back = path_of(go(url))
    leave(eve)
    assert come_back(eve, back).status == 400, "another browser's state"
    assert come_back(served.browser(), back).status == 400, "no cookie at all"
    quest = ada.cookie
    assert come_back(ada, back).status == 200
    ada.cookie = quest
    assert come_back(ada, back).status == 401, "a code opens once"


def test_back__with_what_somebody_made_up(served: Served) -> None:
    ada = served.browser()
    url, cookie = leave(ada)
    state = parse_qs(urlsplit(url).query)["state"][0]
    for path, status in (
        ("/login/oidc/back", 400),
        (f"/login/oidc/back?state={state}", 401),
        (f"/login/oidc/back?state={state}&error=access_denied", 401),
        (f"/login/oidc/back?state={state}&code=made-up", 401),
        ("/login/oidc/back?state=other&code=made-up", 400),
    ):
        ada.cookie = cookie
        assert come_back(ada, path).status == status, path
    ada.cookie = cookie[:-3] + "AAA"
    assert come_back(ada, f"/login/oidc/back?state={state}&code=x").status == 400


def test_address__carries_no_secret(served: Served, provider: SmallProvider) -> None:
    url, _ = leave(served.browser())
    asked = parse_qs(urlsplit(url).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://127.0.0.1:{served.port}/login/oidc/back"]
    assert SECRET not in url
    assert not any(SECRET in each for each in provider.seen)


def test_provider__that_is_another_or_silent(served: Served, provider: SmallProvider) -> None:
    provider.lies = Lies(issuer="http://127.0.0.1:1/other")
    answer = served.browser().get("/login/oidc")
    assert answer.status == 502
    assert b"does not answer" in answer.body


def test_host__a_foreign_name_reaches_no_route_of_a_provider(served: Served) -> None:
    for route in oidc.router.routes:
        answer = served.browser().get(route.path, Host="evil.example")  # type: ignore[attr-defined]
        assert answer.status == 421, route


def test_secret__comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    assert client_secret({"LODEMAP_OIDC_CLIENT_SECRET": "s"}, None) == "s"
    for path in (None, str(tmp_path / "none")):
        with pytest.raises(SettingsError):
            client_secret({}, path)
    assert not any("secret" in name and "file" not in name for name in vars(Settings))


def test_invite__of_an_admin_holds_while_the_provider_says_so(
    served: Served, provider: SmallProvider
) -> None:
    provider.user = {"sub": "u-root", "name": "Root", "groups": ["root"]}
    root = served.browser()
    sign_in(root)
    invite = root.post("/api/invites", {"role": "viewer", "days": 1, "is_for_many": True}).json
    read = {"secret": invite["secret"]}
    assert served.browser().post("/api/invite/read", read).status == 200
    for groups in ([], ["root"]):
        provider.user["groups"] = groups
        sign_in(served.browser())
        assert served.browser().post("/api/invite/read", read).status == 410, "ended for good"
