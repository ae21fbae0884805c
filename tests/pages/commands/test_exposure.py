"""Who can reach the app, and old packages."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from pages.commands.exposure import FLOORS, check_exposure, check_packages
from store.settings import Settings


def found_of(tmp_path: Path, **changes: object) -> dict[str, tuple[str, str]]:
    settings = Settings.from_env({}, {"data_dir": tmp_path, **changes})
    return {f.name: (f.level, f.words) for f in check_exposure(settings)}


def test_check_exposure__on_this_machine(tmp_path: Path) -> None:
    found = found_of(tmp_path)
    assert found["exposure"] == ("warn", "127.0.0.1:8050, --auth none: every user of this machine")
    assert found["hosts"] == ("ok", "127.0.0.1, [::1], localhost")
    assert found_of(tmp_path, auth="token")["exposure"][0] == "ok"


def test_check_exposure__on_the_network(tmp_path: Path) -> None:
    found = found_of(tmp_path, host="0.0.0.0", auth="token", allowed_hosts="maps.example")
    assert found["exposure"] == ("ok", "0.0.0.0:8050, --auth token")
    assert "maps.example" in found["hosts"][1]
    assert found["TLS"][0] == "warn"
    behind = found_of(tmp_path, host="0.0.0.0", auth="token", public_url="https://maps.example")
    assert "TLS" not in behind
    assert "maps.example" in behind["hosts"][1]


def test_check_exposure__leaves_tls_to_a_proxy_that_is_named(tmp_path: Path) -> None:
    asked = {"host": "0.0.0.0", "auth": "token"}
    assert "TLS" in found_of(tmp_path, **asked)
    assert "TLS" not in found_of(tmp_path, **asked, trusted_proxies="172.30.77.0/24")


def test_check_packages__those_installed_here_are_new_enough() -> None:
    assert [finding.level for finding in check_packages()] == ["ok"]


@pytest.mark.parametrize("name", FLOORS)
def test_check_packages__names_one_below_its_floor(name: str) -> None:
    def installed(asked: str) -> str:
        if asked == "celery":
            raise PackageNotFoundError(asked)
        return "1.9.9+cpu" if asked == name else version(asked)

    found = list(check_packages(installed))
    assert [f.level for f in found] == (["ok"] if name == "celery" else ["fail"])
    assert name == "celery" or name in found[0].words
