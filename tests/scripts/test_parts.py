"""scripts/parts.sh names every program that a test drives and does not find."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.faults.false_clock import LIBRARIES
from tests.source import ROOT

PROGRAMS = {
    "chromium": "chromium", "redis-server": "redis-server", "postgres": "postgresql",
    "node": "nodejs", "npm": "npm", "caddy": "caddy", "nft": "nftables", "ip": "iproute2",
    "strace": "strace",
}  # fmt: skip
"""Programs and their packages."""
ELSEWHERE = {"postgresql"} if any(Path("/usr/lib/postgresql").glob("*/bin/postgres")) else set()
"""What is found beside the path."""
SKIPPED = re.compile(r"(?:apt-get install |install the package )([a-z][\w-]+)")
FIREFOX = "firefox-esr"
"""An extra: the map in a second browser."""


def look(programs: Path, **environ: str) -> tuple[int, set[str]]:
    """Run the script where these are all programs; return its status and what it misses."""
    bash = shutil.which("bash")
    assert bash is not None
    command = [bash, str(ROOT / "scripts" / "parts.sh")]
    ended = subprocess.run(
        command, env={"PATH": str(programs), **environ}, capture_output=True, text=True
    )
    named = re.search(r"sudo apt-get install (.*)$", ended.stderr, re.MULTILINE)
    return ended.returncode, set(named[1].split()) if named else set()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that has all of them."""
    for name in PROGRAMS:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("gone", sorted(PROGRAMS))
def test_parts__names_the_package_of_a_program_that_is_gone(programs: Path, gone: str) -> None:
    (programs / gone).unlink()
    missing = {PROGRAMS[gone]} - ELSEWHERE | ({"libfaketime"} if not LIBRARIES else set())
    assert look(programs) == (0, missing)
    assert look(programs, LODEMAP_REQUIRE_ALL="1") == (int(bool(missing)), missing)


def test_parts__finds_the_false_clock_where_the_tests_find_it(programs: Path) -> None:
    assert look(programs) == (0, {"libfaketime"} if not LIBRARIES else set())


def test_parts__sees_to_whatever_a_skipped_test_says_to_install() -> None:
    named: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        if path != Path(__file__):
            named |= set(SKIPPED.findall(path.read_text(encoding="utf-8")))
    assert named >= {"caddy", "libfaketime", "nodejs", "strace"}
    assert named - {FIREFOX} <= {*PROGRAMS.values(), "libfaketime"}
