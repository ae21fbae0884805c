"""scripts/types.sh checks the types of assets/ where npm is there, and says so where it is not."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.source import ROOT, texts

NPM = '#!/bin/sh\necho "npm $*" >&2\nexit 3\n'
"""Says what it was asked and finds a wrong type."""


def look(programs: Path, **environ: str) -> tuple[int, str]:
    """Run the script where these are all programs; return its status and what it says."""
    bash, dirname = shutil.which("bash"), shutil.which("dirname")
    assert bash is not None
    assert dirname is not None
    (programs / "dirname").symlink_to(dirname)
    ended = subprocess.run(
        [bash, str(ROOT / "scripts" / "types.sh")],
        env={"PATH": str(programs), **environ}, capture_output=True, text=True,
    )  # fmt: skip
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(("environ", "status"), [({}, 0), ({"LODEMAP_REQUIRE_ALL": "1"}, 1)])
def test_types__without_npm_say_in_one_line_what_to_install(
    tmp_path: Path, environ: dict[str, str], status: int
) -> None:
    ended, said = look(tmp_path, **environ)
    assert ended == status
    assert said.count("\n") == 1
    assert "sudo apt-get install npm" in said


def test_types__that_are_wrong_fail_the_lint(tmp_path: Path) -> None:
    (tmp_path / "npm").write_text(NPM)
    (tmp_path / "npm").chmod(0o755)
    ended, said = look(tmp_path)
    assert ended == 3
    assert "npm " in said
    assert "scripts/types.sh" in (ROOT / "Makefile").read_text()


def test_types__are_checked_of_every_script_without_exception() -> None:
    asked = (ROOT / "tsconfig.json").read_text()
    assert '"include": ["assets/**/*.mjs", "assets/*.d.ts"]' in asked
    assert "exclude" not in asked
    assert [name for name, text in texts("assets/**/*.mjs") if "@ts-" in text] == []
