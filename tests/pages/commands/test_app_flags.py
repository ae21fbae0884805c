"""One list of flags: help names every variable and command, and `doctor` takes the same."""

from pathlib import Path

import pytest

import app
from pages.commands.app_flags import FLAGS
from pages.commands.doctor import main_doctor
from store.settings import FIELDS, PREFIX


def helped(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        app.main(["--help"])
    return capsys.readouterr().out


def test_flags__are_one_for_each_setting() -> None:
    assert sorted(name for name, *_ in FLAGS) == sorted(FIELDS)


def test_help__names_each_variable_as_it_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    said = helped(capsys)
    assert [name for name in FIELDS if f"{PREFIX}{name.upper()}" not in said] == []


def test_help__ends_with_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    lines = helped(capsys).split("commands, ")[1].splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(app.COMMANDS)
    assert all(len(line.split()) > 3 for line in lines)


def test_doctor__takes_what_the_app_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key"
    key.write_text("0" * 64)
    key.chmod(0o600)
    flags = [
        "--data-dir", str(tmp_path / "data"), "--auth", "oidc", "--device", "cpu",
        "--insecure-redis", "--secret-key-file", str(key), "--trusted-proxy", "10.0.0.0/24",
        "--public-url", "https://maps.example", "--oidc-issuer", "https://id.example",
        "--oidc-client-id", "lodemap", "--oidc-role", "staff=trainer",
        "--oidc-role-claim", "groups",
    ]  # fmt: skip
    main_doctor(flags)
    said = capsys.readouterr().out
    assert "--auth oidc" in said
    assert "settings" not in said, "the flags were taken as the app takes them"
