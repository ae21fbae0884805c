"""Settings: environment, flags, and one sentence for each mistake."""

import re
from pathlib import Path
from typing import Any

import pytest

from store.errors import SettingsError
from store.settings import Settings, is_loopback
from tasks.child_start import to_environ


def test_from_env__defaults_to_embedded_on_loopback(tmp_path: Path) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path})
    assert (settings.mode, settings.host, settings.port) == ("embedded", "127.0.0.1", 8050)
    assert (settings.auth, settings.device) == ("none", "auto")
    assert settings.database_url == f"sqlite:///{tmp_path}/lodemap.db"
    assert settings.artifacts_url == f"{tmp_path}/artifacts"
    assert Settings.from_env({}).data_dir == Path.cwd() / "lodemap-data"
    assert Settings.from_env({}, {"data_dir": "/100% #1"}).database_url.endswith(
        "/100% #1/lodemap.db"
    )


def test_from_env__flags_win_over_the_environment() -> None:
    environ = {
        "LODEMAP_PORT": "1", "LODEMAP_HOST": "localhost", "LODEMAP_ALLOWED_HOSTS": "a.example, b",
        "LODEMAP_BROKER_URL": "redis://127.0.0.1:1/0", "LODEMAP_DATABASE_URL": "postgresql://u@h/d",
        "LODEMAP_DEVICE": "", "PORT": "7",
    }  # fmt: skip
    settings = Settings.from_env(environ, {"port": 2, "host": None})
    assert (settings.port, settings.host, settings.mode) == (2, "localhost", "team")
    assert settings.allowed_hosts == ("a.example", "b")
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert not settings.is_sqlite


def test_hosts__are_those_allowed_and_the_public_one() -> None:
    given = {"allowed_hosts": ("a.example",), "public_url": "https://maps.example/lodemap"}
    assert Settings.from_env({}, given).hosts == ("a.example", "maps.example")
    for port, host in (
        ("", "maps.example"),
        (":443", "maps.example"),
        (":8443", "maps.example:8443"),
    ):
        given = {"public_url": f"https://maps.example{port}/"}
        assert Settings.from_env({}, given).hosts == (host,)
    assert Settings.from_env({}, {"public_url": "http://[::1]:80"}).hosts == ("[::1]",)
    assert Settings.from_env({}).hosts == ()
    for damaged in ("https://[::1", "https://maps]", "https://[maps.example]"):
        with pytest.raises(SettingsError, match="must be an address"):
            Settings.from_env({}, {"public_url": damaged})


def test_allowed_hosts__may_be_the_address_of_a_site() -> None:
    """As LODEMAP_SITE in Compose, which Caddy takes both ways."""
    given = "http://maps.lan, HTTPS://b.example:443/, c.example:8443/, http://[::1]:80, http://"
    hosts = Settings.from_env({"LODEMAP_ALLOWED_HOSTS": given}).allowed_hosts
    assert hosts == ("maps.lan", "b.example", "c.example:8443", "[::1]")


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"port": "65536"}, "choose 0 to 65535"),
        ({"port": "http"}, "choose 0 to 65535"),
        ({"port": -1}, "choose 0 to 65535"),
        ({"data_dir": "maps?"}, "without ? and % in its path"),
        ({"data_dir": "50%20off/maps"}, "without ? and % in its path"),
        ({"device": "tpu"}, "auto, cpu, cuda"),
        ({"auth": "ldap"}, "none, token, password, proxy, oidc"),
        ({"broker_url": "amqp://x"}, "redis://"),
        ({"database_url": "mysql://x"}, "sqlite:///"),
        ({"database_url": "postgresql://u:secret@a:1,b:2/x"}, "?host=a:5432&host=b:5432"),
        ({"database_url": "postgresql://u@h/x?host=a:z&host=b"}, "a port as a number"),
        ({"database_url": "postgresql://u@h/x?autocommit=1"}, "the parameter 'autocommit', which"),
        ({"database_url": "postgresql://u@h/x?user=a&user=b"}, "the parameter 'user', twice"),
        ({"colour": "red"}, "no setting 'colour'"),
        ({"host": "0.0.0.0"}, "Refusing to listen on 0.0.0.0 without --auth"),
        ({"host": "example.org"}, "--auth token"),
        ({"host": "0.0.0.0", "auth": "none"}, "Refusing to listen on 0.0.0.0 with --auth none"),
        ({"broker_url": "redis://:pw@10.0.0.1:6379"}, "Refusing to send runs to Redis at 10.0.0.1"),
        ({"broker_url": "redis://[::1/0"}, "no host that can be read"),
        ({"broker_url": "redis+socket:///run/redis.sock?db=1"}, "write ?virtual_host=1"),
        ({"insecure_redis": "maybe"}, "insecure_redis is 'maybe'"),
        ({"trusted_proxies": "10.0.0.1/24"}, "such as 10.0.0.0/24"),
        ({"trusted_proxies": "proxy.example"}, "trusted_proxies must be addresses"),
    ],
)
def test_from_env__mistakes(overrides: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({}, overrides)
    assert said in caught.value.sentence
    assert "secret" not in caught.value.sentence
    assert caught.value.exit_code == 2


def test_from_env__relative_places_are_fixed_where_the_process_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({}, {"artifacts_url": "files", "database_url": "sqlite:///a.db"})
    assert settings.artifacts_url == f"{tmp_path}/files"
    assert settings.database_url == f"sqlite:///{tmp_path}/a.db"
    for url in ("s3://bucket/x", "memory://x", "file:///x", "/x"):
        assert Settings.from_env({}, {"artifacts_url": url}).artifacts_url == url
    absolute = "sqlite:////data/truth.db"
    assert Settings.from_env({}, {"database_url": absolute}).database_url == absolute


@pytest.mark.parametrize(
    "url",
    ["redis://localhost", "redis://127.0.0.1:1/0", "redis://[::1]:1",
     "rediss://:pw@10.0.0.1:6379/0", "redis+socket:///run/redis.sock",
     "redis+socket:///run/redis.sock?db=0", "rediss://h/0?ssl_ca_certs=/etc/a@b.pem",
     "redis://:pw@127.0.0.1:1/0;redis://:pw@127.0.0.1:2/0"],
)  # fmt: skip
def test_from_env__redis_without_tls_stays_on_this_machine(url: str) -> None:
    assert Settings.from_env({}, {"broker_url": url}).broker_url == url
    elsewhere = {"LODEMAP_BROKER_URL": "redis://10.0.0.1", "LODEMAP_INSECURE_REDIS": "yes"}
    assert Settings.from_env(elsewhere).broker_url == "redis://10.0.0.1"
    with pytest.raises(SettingsError, match="rediss://") as caught:
        Settings.from_env({}, {"broker_url": "redis://:sesame@cache.example/0"})
    assert "sesame" not in caught.value.sentence


@pytest.mark.parametrize("special", ["/", "?", "#", "["])
@pytest.mark.parametrize("start", ["rediss://ana:", "rediss://:", "redis://:", "redis://"])
@pytest.mark.parametrize("word", ["sesame", "6379"])
def test_from_env__a_redis_password_not_percent_encoded_is_refused_unsaid(
    special: str, start: str, word: str
) -> None:
    url = f"{start}{word}{special}xyzzy@cache.example:6379/0"
    with pytest.raises(SettingsError, match=r"percent-encode .* the password") as caught:
        Settings.from_env({"LODEMAP_INSECURE_REDIS": "yes"}, {"broker_url": url})
    assert not {"ana", "sesame", "6379", "xyzzy"} & set(re.findall(r"\w+", caught.value.sentence))


@pytest.mark.parametrize(
    "url",
    [
        "rediss://ana:pa%2Fss@b@cache.example:6379/0",
        "redis+socket:///run/redis@1.sock?virtual_host=1",
    ],
)
def test_from_env__an_at_sign_is_no_harm(url: str) -> None:
    assert Settings.from_env({}, {"broker_url": url}).broker_url == url


def test_from_env__what_proxies_and_apps_share(tmp_path: Path) -> None:
    environ = {"LODEMAP_TRUSTED_PROXIES": "10.0.0.0/24, ::1", "LODEMAP_SECRET_KEY_FILE": "/k"}
    settings = Settings.from_env(environ, {"data_dir": tmp_path})
    assert settings.trusted_proxies == ("10.0.0.0/24", "::1/128")
    assert settings.secret_key_file == Path("/k")
    assert Settings.from_env(to_environ(settings)) == settings


def test_from_env__an_open_address_with_auth() -> None:
    assert Settings.from_env({}, {"host": "0.0.0.0", "auth": "token"}).auth == "token"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_is_loopback(host: str) -> None:
    assert is_loopback(host)
    assert not is_loopback("192.168.0.1")
