"""`doctor`: a line for each thing, a remedy for each problem, an exit status for scripts."""

import io
import json
import os
from pathlib import Path

import pytest

import app
from pages.commands import doctor
from pages.commands.doctor import main_doctor, write
from store.checkup import Finding, Level
from store.opening import Store


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LODEMAP_")]:
        monkeypatch.delenv(name)


def test_doctor__is_on_the_command_line() -> None:
    assert app.COMMANDS["doctor"][0] is main_doctor


def test_doctor__of_a_store(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main_doctor(["--data-dir", str(store.settings.data_dir), "--auth", "token"]) == 1
    said = capsys.readouterr().out
    assert "none was heard of" in said
    assert "\x1b" not in said, "a pipe gets no colour"
    assert said.endswith("\nIt works; the warnings above deserve a look.\n")


def test_doctor__for_programs(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODEMAP_BROKER_URL", "redis://:hunter2@127.0.0.1:9")
    status = main_doctor(["--data-dir", str(store.settings.data_dir), "--json"])
    text = capsys.readouterr().out
    said = json.loads(text)
    assert (status, said["status"]) == (2, "fail")
    by_name = {each["name"]: each for each in said["findings"]}
    assert by_name["Redis"]["level"] == "fail"
    assert set(by_name["Redis"]) == {"name", "level", "words", "remedy"}
    assert all(each["remedy"] for each in said["findings"] if each["level"] != "ok")
    assert "hunter2" not in text


def test_doctor__of_settings_the_app_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main_doctor(["--host", "0.0.0.0", "--data-dir", str(tmp_path)]) == 2
    assert "Refusing to listen on 0.0.0.0" in capsys.readouterr().out


def test_doctor__of_a_folder_that_cannot_be_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where a folder above it is closed; this name is refused to root as well."""
    assert main_doctor(["--data-dir", str(tmp_path / ("x" * 300))]) == 2
    said = capsys.readouterr().out
    assert "fail  data folder" in said
    assert "cannot be read (File name too long)" in said


OIDC = ("--auth", "oidc", "--oidc-issuer", "https://id.example.org", "--oidc-client-id", "x")


@pytest.mark.parametrize(
    ("flags", "said"),
    [(("--secret-key-file", "/nowhere/key"), "secret_key_file /nowhere/key cannot be read"),
     (OIDC, "needs the client's secret")],
    ids=["key", "oidc"],
)  # fmt: skip
def test_doctor__of_secrets_without_which_the_app_does_not_start(
    store: Store, flags: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main_doctor(["--data-dir", str(store.settings.data_dir), *flags]) == 2
    assert said in capsys.readouterr().out


def test_doctor__of_a_key_that_is_damaged(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    own = store.settings.data_dir / "secret_key"
    own.write_bytes(b"short")
    own.chmod(0o600)
    assert main_doctor(["--data-dir", str(store.settings.data_dir)]) == 2
    assert f"{own} holds 5 bytes instead of 32; delete it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("levels", "status"), [(("ok", "ok"), 0), (("ok", "warn"), 1), (("warn", "fail", "ok"), 2)]
)
def test_doctor__status_is_the_worst(
    levels: tuple[Level, ...], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Finding("x", level, "words", "remedy") for level in levels]
    monkeypatch.setattr(doctor, "examine", lambda _flags: iter(found))
    assert main_doctor([]) == status


def test_write__colours_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    found = [Finding("disk", "warn", "little", "Free some."), Finding("a longer name", "ok", "x")]
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    write(found, out, is_json=False)
    assert out.getvalue().startswith("\x1b[33mwarn\x1b[0m  disk           little\n")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    write(found, out, is_json=False)
    assert "\x1b" not in out.getvalue()
