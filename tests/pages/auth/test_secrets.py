"""No secret in a log, at DEBUG, nor in an address, an argument or what a page is given (T17)."""

import logging
from pathlib import Path

import pytest

import app
from pages.commands.terminal import url_for
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.auth.small_provider import SECRET, small_provider
from tests.pages.auth.test_oidc import leave, settings, sign_in
from tests.pages.rooms.live import live
from tests.pages.web import Browser, serve


def token_of(browser: Browser) -> str:
    return browser.cookie.split("=", 1)[1]


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Everything but what the tests' own end of a websocket logs of itself."""
    records = [each for each in caplog.records if not each.name.startswith("websockets.client")]
    assert any(each.levelno == logging.DEBUG for each in records)
    return "\n".join(f"{each.getMessage()} {each.exc_text or ''}" for each in records)


def test_logs__at_debug_hold_no_password_token_or_invite(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    with caplog.at_level(logging.DEBUG), people_app(tmp_path) as served:
        _, root = person(served, "Root", "admin")
        invite = root.post("/api/invites", {"role": "viewer", "days": 1}).json["secret"]
        guest, ada = served.browser(), served.browser()
        guest.post("/api/invite", {"secret": invite, "name": "Guest"})
        served.dash_app.server.state.door.accounts.add("Ada", "viewer", PASSWORD)
        ada.post("/api/login", {"name": "Ada", "password": PASSWORD})
        ada.post("/api/login", {"name": "Ada", "password": "wrong horse"})
        ada.post("/api/login", {"name": ["Ada"], "password": "wrong horse"})
        ada.post("/api/login", b'{"name": "Ada", "password": "wrong horse"')
        with live(served.port, served.project().project_id, browser=root) as room:
            room.hear("room")
        secrets = [PASSWORD, "wrong horse", invite, *map(token_of, (root, guest, ada))]
        text = logged(caplog)
        assert "sign_in" in text, "SQL is logged, so that this test sees something"
    assert [each for each in secrets if each in text] == []


def test_logs__at_debug_hold_no_start_up_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), serve(tmp_path, auth="token") as served:
        token = served.dash_app.server.state.door.token
        visitor = served.browser()
        visitor.get("/?token=wrong")
        visitor.get(f"/?token={token}")
        assert visitor.get("/").status == 200
        text = logged(caplog)
    assert token not in text
    assert token_of(visitor) not in text


def test_logs__at_debug_hold_nothing_of_a_provider(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    with (
        caplog.at_level(logging.DEBUG),
        small_provider() as provider,
        serve(tmp_path, **settings(provider), oidc_secret_file=str(secret)) as served,
    ):
        ada = served.browser()
        url, quest = leave(ada)
        sign_in(ada)
        provider.lies.is_forged = True
        sign_in(served.browser())
        text = logged(caplog)
        assert token_of(ada)
    for each in (SECRET, token_of(ada), quest.split("=", 1)[1], url):
        assert each not in text


@pytest.mark.parametrize(
    "words",
    [
        ["--oidc-client-secret", "x"],
        ["--password", "x"],
        ["user", "add", "Ada", "--password", "x"],
        ["user", "add", "Ada", "x"],
    ],
)
def test_arguments__cannot_hold_one(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(words)
    assert left.value.code == 2
    assert "unrecognized" in capsys.readouterr().err


WITH_PASSWORD = (
    "postgresql://lodemap:hunter2@db/maps", "postgresql://lodemap:hunter2/x@db/maps",
    "postgresql://lodemap@db/maps?password=hunter2", "postgresql://db/maps?a=b&sslpassword=hunter2",
    "redis://:hunter2@127.0.0.1:6379/0", "rediss://user:hunter2@cache/0",
    "s3://key:hunter2@bucket", "s3://bucket?SECRET=hunter2",
)  # fmt: skip
COMMANDS: tuple[list[str], ...] = (
    [], ["doctor"], ["import", "x"], ["export", "x"], ["open", "x"], ["user", "list"],
    ["backup", "x"], ["restore", "x"],
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0] if words else "app")
def test_addresses__with_a_password_are_no_argument(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every flag of every command that takes an address says which variable to use instead."""
    tried = 0
    for flag in ("--database-url", "--broker-url", "--artifacts-url"):
        for url in WITH_PASSWORD:
            with pytest.raises(SystemExit) as left:
                app.main([*words, flag, url])
            assert left.value.code == 2
            said = capsys.readouterr().err
            assert said.count("\n") == 1
            if "unrecognized" in said:
                continue  # a flag that this command does not have
            assert f"LODEMAP_{flag[2:].replace('-', '_').upper()}" in said
            assert "hunter2" not in said
            tried += 1
    assert tried >= len(WITH_PASSWORD)


@pytest.mark.parametrize(
    "url",
    ["sqlite:///home/a@b/maps.db", "postgresql://lodemap@db:5432/maps?sslkey=/etc/key",
     "redis://127.0.0.1:6379/0", "redis://user:@cache", "s3://bucket/a:b", "/srv/artifacts"],
)  # fmt: skip
def test_addresses__without_one_are_taken(url: str) -> None:
    assert url_for("database_url")(url) == url
