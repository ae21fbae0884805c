"""The units: understood by systemd, hardened, and with the paths of this repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
LASTING = [unit for unit in UNITS if "backup" not in unit.name]
MOST_EXPOSED = 2.5
"""Of 10, by systemd's own count."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is an extra of some machines"
)


def line(unit: Path, name: str) -> str:
    (found,) = re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)
    return str(found)


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit__is_understood_and_hardened(unit: Path, tmp_path: Path) -> None:
    here = tmp_path / unit.name
    here.write_text(unit.read_text().replace("/opt/lodemap", str(ROOT)))
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(here)], capture_output=True, text=True
    )
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    counted = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(here)],
        capture_output=True, text=True,
    )  # fmt: skip
    level = re.search(r"exposure level for .*: (\d+\.\d+)", counted.stdout)
    assert level is not None, counted.stderr
    assert float(level[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("unit", LASTING, ids=lambda unit: unit.name)
def test_unit__ends_softly_and_stays_within_its_memory(unit: Path) -> None:
    assert line(unit, "KillSignal") == "SIGTERM"
    assert line(unit, "KillMode") == "mixed"
    assert line(unit, "MemoryMax").endswith("G")
    assert line(unit, "OOMPolicy") == "continue", "a decoder that takes too much ends alone"
    assert line(unit, "RestartPreventExitStatus") == "2"
    assert line(unit, "EnvironmentFile") == "/etc/lodemap/lodemap.env"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit__waits_for_the_mount_of_the_shared_folder(unit: Path) -> None:
    head, _, _ = unit.read_text().partition("[Service]")
    (place,) = re.findall(r"^RequiresMountsFor=(.*)$", head, re.MULTILINE)
    if unit in LASTING:
        assert line(unit, "ReadWritePaths") == f"-{place}"
    assert f"LODEMAP_ARTIFACTS_URL={place}`" in (ROOT / "docs" / "deploy.md").read_text()


def test_app__sees_what_its_measures_of_the_process_need() -> None:
    app_unit = (ROOT / "deploy" / "systemd" / "lodemap-app.service").read_text()
    assert "\nProcSubset=" not in app_unit, "process_* begin with a look at /proc/stat"


def test_worker__gives_its_run_back_when_it_is_stopped() -> None:
    (worker,) = [unit for unit in UNITS if "worker" in unit.name]
    assert line(worker, "TimeoutStopSec") == "30"
    assert "Environment=REMAP_SIGTERM=SIGQUIT" in worker.read_text()
    command = line(worker, "ExecStart").removeprefix("/opt/lodemap/")
    assert command in (ROOT / "docs" / "deploy.md").read_text().replace(" \\\n    ", " ")


def test_backup__is_made_of_what_the_app_has_and_each_night(tmp_path: Path) -> None:
    folder = ROOT / "deploy" / "systemd"
    app_unit, backup = folder / "lodemap-app.service", folder / "lodemap-backup.service"
    assert line(backup, "EnvironmentFile") == line(app_unit, "EnvironmentFile")
    assert line(backup, "Environment") == line(app_unit, "Environment")
    command = re.search(r"app\.py (.*)'$", line(backup, "ExecStart"))
    assert command is not None
    settings = {"LODEMAP_DATA_DIR": str(tmp_path / "none")}
    asked = command[1].replace("/var/lib/lodemap/backups", str(tmp_path)).replace("%%", "%")
    ended = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} app.py {asked}"],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), "understood, and nothing there"
    assert "usage" not in ended.stderr
    assert "OnCalendar=" in (folder / "lodemap-backup.timer").read_text()
