"""Ask whether a pinned package has a published hole: `python scripts/audit.py [LOCK]`.

Exit status 0 where there is none, or only accepted ones; 1 where there is another. Without a
network, or an index that knows no advisories, nothing can be asked: it says so and ends with 0, so
that a build does not depend on a service of others.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
ACCEPTED: Final = ROOT / ".ci" / "accepted-advisories.txt"
LIMIT_S: Final = 180
"""A service that takes longer counts as one that does not answer."""


def accepted(text: str) -> dict[str, str]:
    """Return the accepted advisories and why, by id.

    Raises:
        ValueError: a line has no reason.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition(" ")
        if len(reason.strip()) < 20:
            raise ValueError(f"{ACCEPTED.name}: say in a sentence why {name} is accepted.")
        found[name] = reason.strip()
    return found


def ask(lock: Path) -> dict[str, Any] | None:
    """Return what pip-audit found; None where nobody could be asked."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps",
               "--disable-pip", "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=LIMIT_S
        )
        said: dict[str, Any] = json.loads(ended.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return said


def judge(said: Mapping[str, Any], reasons: Mapping[str, str]) -> list[str]:
    """Return a line for each hole that is not accepted."""
    lines = []
    for package in said["dependencies"]:
        for hole in package.get("vulns", ()):
            if not {hole["id"], *hole.get("aliases", ())} & set(reasons):
                fixed = ", ".join(hole.get("fix_versions", ())) or "no version yet"
                lines.append(
                    f"{package['name']} {package['version']}: {hole['id']}, fixed in {fixed}"
                )
    return lines


def main() -> int:
    """Ask and say; returns the exit status."""
    lock = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "requirements.lock"
    reasons = accepted(ACCEPTED.read_text(encoding="utf-8"))
    said = ask(lock)
    if said is None:
        sys.stdout.write("Advisories were not asked for: no service answers from here.\n")
        return 0
    holes = judge(said, reasons)
    for line in holes:
        sys.stdout.write(f"{line}\n")
    num_packages = len(said["dependencies"])
    sys.stdout.write(f"{num_packages} packages asked about, {len(holes)} holes not accepted.\n")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
