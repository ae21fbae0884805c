"""The parts of a deployment as processes: apps, and the proxy in front of them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import requests

from tests.pages.web import Browser, wait_until
from tests.services import free_port, stop
from tests.source import ROOT

START_S: Final = 60.0
LEARN_S: Final = 100.0


def clean_environ(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process with these settings and no others."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LODEMAP_", "AWS_"))}
    return {**kept, **more}


@contextmanager
def running_app(
    folder: Path, environ: Mapping[str, str], port: int | None = None
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Yield port and process of an app of its own."""
    port = port or free_port()
    folder.mkdir(exist_ok=True)
    with (folder / "app.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), "--data-dir", str(folder / "data")],
            cwd=ROOT, env=clean_environ(environ), stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}", process, folder), "the app", START_S)
        yield port, process
    finally:
        stop(process)


def answers(url: str, process: subprocess.Popen[bytes], folder: Path) -> bool:
    """Whether an app is there; one that has ended never will be."""
    assert process.poll() is None, (folder / "app.log").read_text()
    try:
        return requests.get(f"{url}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


@contextmanager
def running_caddy(
    folder: Path, site: str, apps: Sequence[int], says_which: bool = True
) -> Iterator[None]:
    """Run the proxy by the file we ship, in front of apps on loopback.

    Args:
        folder: where it keeps its certificates.
        site: what browsers open.
        apps: their ports.
        says_which: has each answer name the app that gave it, for the test to see.
    """
    if shutil.which("caddy") is None:
        pytest.skip("caddy is missing; apt-get install caddy")
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    if says_which:
        which = "header_down X-App {http.reverse_proxy.upstream.hostport}"
        text = text.replace("import apps", f"import apps\n{which}")
    file = folder / "Caddyfile"
    file.write_text(text)
    environ = {
        "LODEMAP_SITE": site,
        "LODEMAP_APPS": " ".join(f"127.0.0.1:{port}" for port in apps),
        "LODEMAP_HTTP_PORT": str(free_port()),
        "LODEMAP_HTTPS_PORT": str(free_port()),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "HOME": str(folder),
    }
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(
            ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"],
            env=clean_environ(environ), stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
    try:
        wait_until(lambda: _is_up(site, root_of(folder), process, folder), "the proxy", START_S)
        yield
    finally:
        stop(process)


def root_of(folder: Path) -> Path:
    """Where the proxy keeps the certificate that vouches for its own."""
    return folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"


def _is_up(site: str, root: Path, process: subprocess.Popen[bytes], folder: Path) -> bool:
    assert process.poll() is None, (folder / "caddy.log").read_text()
    if site.startswith("https") and not root.exists():
        return False
    try:
        verify = str(root) if site.startswith("https") else None
        return requests.get(f"{site}/healthz", timeout=12, verify=verify).status_code == 200
    except requests.RequestException:
        return False


def train(browser: Browser, project: str, kind: str) -> None:
    """Ask for a short run, and wait until it has finished."""
    config = {"num_epochs": 1, "batch_size": 128}
    asked = browser.post(f"{project}/runs", {"key": kind, "kind": kind, "config": config})
    assert asked.status in (201, 202), asked.body

    def state() -> str:
        runs = browser.get(f"{project}/state").json["runs"]
        (run,) = [each for each in runs if each["run_id"] == asked.json["run_id"]]
        assert run["state"] not in ("failed", "stopped", "quarantined"), run
        return str(run["state"])

    wait_until(lambda: state() == "finished", kind, LEARN_S)
