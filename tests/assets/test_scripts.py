"""Runs the scripts' own tests, tests/assets/**/*.test.mjs, one case a file.

By `node` alone: `node --test` would start a second process for the file.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.source import ROOT

FILES = sorted((ROOT / "tests" / "assets").rglob("*.test.mjs"))
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is missing: apt-get install nodejs")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem.removesuffix(".test"))
def test_script(path: Path) -> None:
    result = subprocess.run(
        [NODE or "node", "--test-reporter=spec", str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-2000:]
