"""The recipes of docs/deploy.md, run as they stand in a fresh clone, until an Update has run."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

from ml.digits import load_digits
from tests.deploy.servers import answers, clean_environ, train
from tests.pages.web import Browser, packed, wait_until
from tests.services import free_port
from tests.source import ROOT

TEXT = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
PATIENCE_S = 100.0
SET_UP_S = 1500.0
"""To install all packages, of which PyTorch is the largest, and to start."""
MADE = {"deploy/secrets", "deploy/.env"}
"""By the recipes themselves."""


SET_UP = "make setup\n"
"""How the block of one machine begins; the line after it is the app."""


def block(begins: str) -> str:
    (found,) = [text for text in BLOCKS if text.startswith(begins)]
    return str(found)


def open_above(folder: Path) -> None:
    """Let others pass, as PostgreSQL does where root starts it as a user of its own."""
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)


@pytest.fixture(
    scope="module",
    params=[
        "linked",
        pytest.param("whole", marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
    ],
)
def clone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody has who clones the last commit into an empty folder.

    The packages are this environment's own, but for `whole`, which has none yet: `make setup`
    installs them, as the page says; that takes minutes, the first time.
    """
    folder = tmp_path_factory.mktemp("clone") / "lodemap"
    open_above(folder.parent)
    if not (ROOT / ".git").exists():
        pytest.skip("a working tree of git is an extra of some copies")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    if request.param == "linked":
        (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return folder


def is_whole(clone: Path) -> bool:
    return not (clone / ".venv").is_symlink()


@contextmanager
def shell(
    title: str, clone: Path, folder: Path, environ: dict[str, str], lines: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one block, or some of its lines, as somebody pastes it; end it as Ctrl+C does."""
    with (folder / f"{title}.log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", lines or block(f"# {title}")], cwd=clone, env=environ, stdout=log,
            stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            pytest.fail(f"{title} did not end: {log_of(folder, title)}")


def log_of(folder: Path, title: str) -> str:
    return (folder / f"{title}.log").read_text()


def test_one_machine__an_update_runs(clone: Path, tmp_path: Path) -> None:
    """The whole block in a clone that has no packages yet, the app alone where it has."""
    lines = block(SET_UP) if is_whole(clone) else block(SET_UP).removeprefix(SET_UP)
    port = free_port()
    environ = clean_environ({"LODEMAP_PORT": str(port)})
    with shell("app", clone, tmp_path, environ, lines) as app:
        limit_s = SET_UP_S if is_whole(clone) else PATIENCE_S
        wait_until(lambda: answers(f"http://127.0.0.1:{port}", app, tmp_path), "the app", limit_s)
        learn_an_update(port)


def test_three_shells__an_update_runs(clone: Path, tmp_path: Path) -> None:
    if is_whole(clone):  # done within a second where the block of one machine has run
        subprocess.run(["make", "setup"], cwd=clone, env=clean_environ({}), check=True)
    open_above(tmp_path)
    ports = {name: str(free_port()) for name in ("LODEMAP_PORT", "POSTGRES_PORT", "REDIS_PORT")}
    team = tmp_path / "team"
    environ = clean_environ({**ports, "TEAM": str(team)})
    with ExitStack() as stack:
        services = stack.enter_context(shell("shell 1", clone, tmp_path, environ))
        wait_until(lambda: is_ready(services, tmp_path), "the services", PATIENCE_S)
        app = stack.enter_context(shell("shell 2", clone, tmp_path, environ))
        url = f"http://127.0.0.1:{ports['LODEMAP_PORT']}"
        (team / "app.log").symlink_to(tmp_path / "shell 2.log")
        wait_until(lambda: answers(url, app, team), "the app", PATIENCE_S)
        stack.enter_context(shell("shell 3", clone, tmp_path, environ))
        assert "run already, in another shell" in services_that_fail(team, tmp_path)
        learn_an_update(int(ports["LODEMAP_PORT"]))
    assert "lets anybody in" not in log_of(tmp_path, "shell 2")
    assert not (team / "lodemap.env").stat().st_mode & 0o077


def learn_an_update(port: int) -> None:
    """Form the demo's map, name twenty of its samples, and wait for an Update that learns it."""
    browser = Browser(port)
    browser.get("/api/session")
    (demo,) = browser.get("/api/projects").json
    project = f"/api/projects/{demo['project_id']}"
    train(browser, project, "pretrain")
    digits = load_digits()
    for digit in (0, 1):
        is_meant = (digits.label == digit) & ~digits.is_held_out
        ids = [int(each) for each in np.flatnonzero(is_meant)[:10]]
        gesture = {"key": f"g{digit}", "verb": "annotate", "class_index": digit,
                   "samples": packed(ids, len(digits.label))}  # fmt: skip
        assert browser.post(f"{project}/gestures", gesture).status == 200
    train(browser, project, "fine_tune")


def services_that_fail(team: Path, tmp: Path) -> str:
    """Run what shell 1 runs, which ends by itself; return what it said."""
    ended = subprocess.run(
        ["scripts/team_services.sh", team], cwd=ROOT, env=clean_environ({"TMPDIR": str(tmp)}),
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    return ended.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="others run PostgreSQL themselves")
def test_services__of_root_in_a_closed_home_say_where_else(tmp_path: Path) -> None:
    (home := tmp_path / "home").mkdir(mode=0o700)
    said = services_that_fail(home / "team", tmp_path)
    assert f"postgres cannot enter {home / 'team'}: " in said
    assert said.endswith("set TEAM=/srv/lodemap-team in all three shells.\n")


def test_services__whose_database_cannot_be_made_leave_no_password(tmp_path: Path) -> None:
    open_above(tmp_path)
    (tmp := tmp_path / "tmp").mkdir()
    (tmp_path / "team" / "postgres" / "stray").mkdir(parents=True)
    old = "LODEMAP_DATABASE_URL=postgresql://lodemap:p@127.0.0.1:1/lodemap\nLODEMAP_DEVICE=cpu\n"
    (named := tmp_path / "team" / "lodemap.env").write_text(old)
    assert "but is not empty" in services_that_fail(tmp_path / "team", tmp)
    assert list(tmp.iterdir()) == []
    database, broker, own = named.read_text().splitlines()
    password = (tmp_path / "team" / "postgres-password").read_text().strip()
    assert database.endswith(f"=postgresql://lodemap:{password}@127.0.0.1:5432/lodemap")
    assert broker.startswith("LODEMAP_BROKER_URL=redis://lodemap:")
    assert own == "LODEMAP_DEVICE=cpu"
    assert not named.stat().st_mode & 0o077


def is_ready(services: subprocess.Popen[bytes], folder: Path) -> bool:
    assert services.poll() is None, log_of(folder, "shell 1")
    return "are ready" in log_of(folder, "shell 1")


def test_recipe__names_what_is_there() -> None:
    """Whatever else the page has people run is a file of this repository, or a target of make."""
    code = "\n".join(BLOCKS)
    for path in re.findall(r"(?<![\w/])(?:scripts|deploy)/[\w./@-]+", code):
        assert (ROOT / path).exists() or path in MADE, path
    for path in re.findall(r"\]\(\.\./([\w./-]+)\)", TEXT):
        assert (ROOT / path).exists(), path
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"^make (\S+)", code, re.MULTILINE)) <= set(targets)
