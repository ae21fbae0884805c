"""What `prove` of .ci/run makes of how a run of tests ended."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.source import ROOT

FAKE = """#!/bin/sh
echo "$*" >>said
exit "$(sed -n "$(wc -l <said)p" ends)"
"""
"""Stands where pytest does: ends as `ends` says, a line a run."""


@pytest.mark.parametrize(
    ("ends", "status", "runs"),
    [
        ((0,), 0, 1),
        ((1, 0), 0, 2),
        ((1, 1), 1, 2),
        ((2, 0), 1, 1),
        ((137, 0), 1, 1),
        ((1, 5, 0), 0, 3),
        ((1, 5, 1), 1, 3),
        ((5, 0), 1, 1),
    ],
    ids=[
        "passed",
        "passed alone",
        "failed",
        "interrupted",
        "killed",
        "left something",
        "leaves something",
        "none there",
    ],
)
def test_prove__tries_again_only_what_failed(
    ends: tuple[int, ...], status: int, runs: int, tmp_path: Path
) -> None:
    """A run that broke off knows nothing of the tests it did not come to; one that failed though
    all passed, of no test to try again: what they left behind failed it, and all are run once more.
    """
    (found,) = re.findall(r"^prove\(\) {\n.*?^}", (ROOT / ".ci/run").read_text(), re.M | re.S)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    fake = tmp_path / ".venv" / "bin" / "python"
    fake.write_text(FAKE)
    fake.chmod(0o755)
    (tmp_path / "ends").write_text("".join(f"{each}\n" for each in ends))
    script = f"set -euo pipefail\n{found}\nprove x tests || exit 1"
    ended = subprocess.run(["bash", "-c", script], cwd=tmp_path, check=False)
    said = (tmp_path / "said").read_text().splitlines()
    assert (ended.returncode, len(said)) == (status, runs)
    assert ["--last-failed" in each for each in said] == [False, True, False][:runs]
    assert ["--cache-clear" in each for each in said] == [True, False, True][:runs]
