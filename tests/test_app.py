"""The command line: it serves, it stops cleanly, and it says in one line why it cannot start."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import text

import app
from pages.demo import add_demo
from store.files.artifacts import Artifacts
from store.opening import open_store
from store.settings import Settings
from store.sql.database import Database
from tests.pages.web import add_project, serve
from tests.services import free_port
from tests.source import ROOT


@pytest.fixture(autouse=True)
def _keep_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for name in [name for name in os.environ if name.startswith("LODEMAP_")]:
        monkeypatch.delenv(name)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, status_is: int = 2) -> str:
    """Start with these flags, expect an exit status, return the one line on stderr."""
    try:
        status = app.main(arguments)
    except SystemExit as left:
        status = int(left.code or 0)
    captured = capsys.readouterr()
    assert status == status_is
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    return captured.err.strip()


def test_silent_database__says_why_and_may_be_tried_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql://lodemap:sesame@127.0.0.1:{free_port()}/x"
    monkeypatch.setenv("LODEMAP_DATABASE_URL", url)
    said = refused(capsys, "--data-dir", str(tmp_path / "data"), status_is=os.EX_TEMPFAIL)
    assert said.startswith("The database does not answer.")
    assert said.endswith("Connection refused)")
    assert "sesame" not in said


def test_refuses__an_open_address_without_auth(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = refused(capsys, "--host", "0.0.0.0")
    assert (
        sentence
        == "Refusing to listen on 0.0.0.0 without --auth. Use --auth token|password|proxy|oidc."
    )


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (["--no-such-flag"], "--no-such-flag"),
        (["--device", "abacus"], "abacus"),
        (["--auth", "maybe"], "maybe"),
        (["--port", "http"], "port is 'http'"),
        (["--port", "99999"], "0 to 65535"),
        (["--database-url", "mysql://x"], "sqlite:///"),
        (["--broker-url", "amqp://x"], "redis://"),
        (["extra"], "extra"),
    ],
)
def test_refuses__a_flag_out_of_range(
    capsys: pytest.CaptureFixture[str], flags: list[str], part: str
) -> None:
    assert part in refused(capsys, *flags)


def test_refuses__a_data_directory_others_may_write(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o777)
    assert "chmod 700" in refused(capsys, "--data-dir", str(folder))


def test_refuses__a_data_directory_that_cannot_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    sentence = refused(capsys, "--data-dir", str(tmp_path / "file" / "data"))
    assert "cannot be written" in sentence


def test_refuses__a_second_app_on_the_data_directory(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with serve(tmp_path) as running:
        sentence = refused(capsys, "--data-dir", str(tmp_path / "data"), "--port", "0")
        assert f"pid {os.getpid()}" in sentence
        assert running.browser().get("/healthz").status == 200


def test_refuses__a_port_in_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused(capsys, "--data-dir", str(tmp_path), "--port", str(port))
    assert sentence == f"Port {port} is in use by pid {os.getpid()}; try --port {port + 1}."


def test_refuses__a_data_directory_of_a_newer_version(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = Settings.from_env({}, {"data_dir": str(tmp_path / "data")})
    open_store(settings).close()
    database = Database(settings.database_url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    sentence = refused(capsys, "--data-dir", str(tmp_path / "data"), "--port", "0")
    assert "9999" in sentence


def test_refuses__a_damaged_database(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    settings = Settings.from_env({}, {"data_dir": str(tmp_path / "data")})
    open_store(settings).close()
    path = tmp_path / "data" / "lodemap.db"
    whole = path.read_bytes()
    for damaged in (b"garbage " * 1000, whole[:4096] + bytes(len(whole) - 4096)):
        path.write_bytes(damaged)
        sentence = refused(capsys, "--data-dir", str(tmp_path / "data"), "--port", "0")
        assert sentence.startswith("The database file is damaged; restore a backup")


def test_refuses__a_redis_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("LODEMAP_BROKER_URL", f"redis://:secret@127.0.0.1:{port}")
    flags = ("--data-dir", str(tmp_path), "--port", "0")
    sentence = refused(capsys, *flags, status_is=os.EX_TEMPFAIL)
    assert str(port) in sentence
    assert "secret" not in sentence


def test_demo__is_made_once_and_nothing_is_trained(tmp_path: Path) -> None:
    with open_store(Settings.from_env({}, {"data_dir": str(tmp_path)})) as store:
        add_demo(store)
        add_demo(store)
        (project,) = store.projects.list()
        assert project.name == "Handwritten digits"
        classes = store.journal.state(project.project_id).classes
        assert [info.name for info in classes] == [*"1234567890"]
        assert store.datasets.get(project.dataset_id).num_samples == 1797
        assert store.runs.of_project(project.project_id) == []


def test_demo__is_not_added_to_somebodys_own_work(tmp_path: Path) -> None:
    with open_store(Settings.from_env({}, {"data_dir": str(tmp_path)})) as store:
        add_project(store)
        add_demo(store)
        assert [project.name for project in store.projects.list()] == ["Noise"]


def test_building_the_app__loads_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from tests.pages.web import serve\n"
        f"with serve(pathlib.Path({str(tmp_path)!r})) as served:\n"
        "    from pages.demo import add_demo; add_demo(served.store)\n"
        "    assert served.browser().get('/').status == 200\n"
        "print('torch' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.stdout.strip() == "False", result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command__that_is_interrupted_is_no_success(
    number: signal.Signals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object) -> NoReturn:
        signal.raise_signal(number)
        raise AssertionError("it went on")

    data, to = tmp_path / "data", tmp_path / "to"
    with open_store(Settings.from_env({}, {"data_dir": str(data)})) as store:
        add_project(store)
    to.mkdir()
    monkeypatch.setattr(Artifacts, "parts", interrupted)
    flags = ("backup", str(to / "kept.zip"), "--data-dir", str(data))
    sentence = refused(capsys, *flags, status_is=128 + number)
    assert sentence == f"backup was interrupted by {number.name} before it was done."
    assert list(to.iterdir()) == []


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.wide)]
)
def test_app__serves_until_told_to_stop_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "app.py", "--port", "0", "--auth", "token", "--data-dir"]
    with subprocess.Popen(
        [*command, str(tmp_path / "data")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[3]
        assert line.startswith("Lodemap runs at http://127.0.0.1:"), line
        assert "/?token=" in url
        assert line.endswith(f"  Data folder: {tmp_path / 'data'}\n")
        with urllib.request.urlopen(f"{url.split('/?')[0]}/healthz", timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(number)
        rest, errors = process.communicate(timeout=40)
    assert process.returncode == 0
    assert (rest, errors) == ("", "")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
