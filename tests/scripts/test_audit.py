"""What the audit of pinned packages makes of an answer, and of none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import audit
from tests.source import ROOT

HOLE = {"id": "PYSEC-1", "aliases": ["CVE-2025-69872"], "fix_versions": []}
OTHER = {"id": "PYSEC-2", "aliases": ["CVE-1"], "fix_versions": ["2.0", "1.9"]}


UNKNOWN = {"dependencies": [{"name": "x", "skip_reason": "not on the index"}]}
"""The answer of a mirror that knows packages and no advisories."""


def said(*holes: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": [{"name": "x", "version": "1.0", "vulns": list(holes)}]}


def test_judge__names_what_is_not_accepted() -> None:
    assert audit.judge(said(HOLE, OTHER), {"CVE-2025-69872": "why"}) == [
        "x 1.0: PYSEC-2, fixed in 2.0, 1.9"
    ]
    skipped = {"dependencies": [{"name": "torch", "skip_reason": "not on the index"}]}
    assert audit.judge(skipped, {}) == []


def test_accepted__each_has_a_reason() -> None:
    found = audit.accepted(audit.ACCEPTED.read_text())
    assert "CVE-2025-69872" in found
    with pytest.raises(ValueError, match="say in a sentence why CVE-2"):
        audit.accepted("# a comment\nCVE-2 no\n")


@pytest.mark.parametrize(
    ("answer", "status"),
    [(None, 0), (said(HOLE), 0), (said(OTHER), 1), (said(), 0), (UNKNOWN, 0)],
)
def test_main__only_a_hole_that_is_not_accepted_fails(
    answer: dict[str, Any] | None,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(audit, "ASKED", tmp_path / "asked.json")
    monkeypatch.setattr(audit, "ask", lambda _lock: answer)
    monkeypatch.setattr(sys, "argv", ["audit.py"])
    assert audit.main() == status
    told = capsys.readouterr().out
    is_nothing = answer in (None, UNKNOWN)
    assert ("NOTHING WAS CHECKED" in told) == is_nothing
    assert audit.ASKED.is_file() != is_nothing


def test_main__says_when_an_answer_last_came_and_about_what(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lock = tmp_path / "lock"
    lock.write_text("x==1.0\n")
    skipped = {"name": "torch", "skip_reason": "not on the index"}
    answers = iter([None, {"dependencies": [*said(HOLE)["dependencies"], skipped]}, None, None])
    monkeypatch.setattr(audit, "ASKED", tmp_path / "asked.json")
    monkeypatch.setattr(audit, "ask", lambda _lock: next(answers))
    monkeypatch.setattr(sys, "argv", ["audit.py", str(lock)])
    audit.main()
    assert "No answer was ever noted." in capsys.readouterr().out
    audit.main()
    noted = json.loads(audit.ASKED.read_text())["lock"]
    assert (noted["num_packages"], noted["num_unknown"]) == (1, 1)
    assert noted["num_holes_not_accepted"] == 0
    capsys.readouterr()
    audit.main()
    assert f"came at {noted['at']}, about 1 packages of this very lock" in capsys.readouterr().out
    lock.write_text("x==1.1\n")
    audit.main()
    assert "another lock: what was pinned since is unchecked" in capsys.readouterr().out


def test_main__asks_about_each_lock_of_production_and_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Also where the first has a hole; a recipe of production installs no other lock."""
    answers = {"requirements.lock": said(OTHER), "requirements-s3.lock": said()}
    monkeypatch.setattr(audit, "ASKED", tmp_path / "asked.json")
    monkeypatch.setattr(audit, "ask", lambda lock: answers[lock.name])
    monkeypatch.setattr(sys, "argv", ["audit.py"])
    assert audit.main() == 1
    counted = "1 packages checked, 0 that the service does not know"
    assert capsys.readouterr().out.splitlines() == [
        "requirements.lock: x 1.0: PYSEC-2, fixed in 2.0, 1.9",
        f"requirements.lock: {counted}, 1 holes not accepted.",
        f"requirements-s3.lock: {counted}, 0 holes not accepted.",
    ]
    assert set(json.loads(audit.ASKED.read_text())) == set(answers)
    shipped = {each.name for each in ROOT.glob("requirements*.lock")} - {"requirements-dev.lock"}
    assert shipped == set(answers)


def test_main__where_nobody_can_be_asked_says_so_and_passes(tmp_path: Path) -> None:
    """A proxy that is not there: no network, whatever machine this is."""
    lock = tmp_path / "lock"
    lock.write_text("diskcache==5.6.3\n")
    nowhere = "http://127.0.0.1:9"
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "HTTPS_PROXY": nowhere,
               "HTTP_PROXY": nowhere, "https_proxy": nowhere, "http_proxy": nowhere}  # fmt: skip
    ended = subprocess.run(
        [sys.executable, ROOT / "scripts" / "audit.py", lock],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    assert ended.stdout.startswith("lock: NOTHING WAS CHECKED: no service that knows advisories")
