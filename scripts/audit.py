"""Ask whether a pinned package has a published hole: `python scripts/audit.py [LOCK ...]`.

Without a lock it asks about each that is installed in production, that for artifacts in a bucket
too. Exit status 0 where there is no hole, or only accepted ones; 1 where there is another. Without
a network, or an index that knows no advisories, nothing can be asked: it says so in capitals, with
when an answer last came, and ends with 0, so that a build does not depend on a service of others.
Each answer is noted in `.ci/advisories-asked.json`, by lock, to be committed with it.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCKS: Final = (ROOT / "requirements.lock", ROOT / "requirements-s3.lock")
"""What `scripts/setup.sh` and `scripts/setup.sh s3` install; the second is what images hold."""
ACCEPTED: Final = ROOT / ".ci" / "accepted-advisories.txt"
ASKED: Final = ROOT / ".ci" / "advisories-asked.json"
"""When a service last answered about each lock, by its name, and what it said."""
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


def known(said: Mapping[str, Any]) -> list[Any]:
    """Return the packages that the service knows: a mirror may answer and know none."""
    return [package for package in said["dependencies"] if "skip_reason" not in package]


def note(said: Mapping[str, Any], num_holes: int, lock: Path) -> None:
    """Keep that a service answered, and about how many packages."""
    num_known = len(known(said))
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lock_sha256": digest(lock),
        "num_packages": num_known,
        "num_unknown": len(said["dependencies"]) - num_known,
        "num_holes_not_accepted": num_holes,
    }
    ASKED.write_text(json.dumps({**noted(), lock.name: told}, indent=2) + "\n", encoding="utf-8")


def noted() -> dict[str, Any]:
    """Return the notes of answers, by the name of the lock."""
    found: dict[str, Any] = json.loads(ASKED.read_text("utf-8")) if ASKED.is_file() else {}
    return found


def last_answer(lock: Path) -> str:
    """Return a sentence on the last answer there is a note of."""
    told = noted().get(lock.name)
    if told is None:
        return "No answer was ever noted."
    is_same = told["lock_sha256"] == digest(lock)
    about = "this very lock" if is_same else "another lock: what was pinned since is unchecked"
    return (
        f"The last answer came at {told['at']}, about {told['num_packages']} packages of {about}."
    )


def digest(lock: Path) -> str:
    """Return the SHA-256 of a lock file."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def audit(lock: Path, reasons: Mapping[str, str]) -> int:
    """Ask about one lock and say what came; returns the exit status."""
    said = ask(lock)
    if said is None or not known(said):
        sys.stdout.write(
            f"{lock.name}: NOTHING WAS CHECKED: no service that knows advisories answers from here,"
            f" so a package with a published hole passes. {last_answer(lock)}\n"
        )
        return 0
    holes = judge(said, reasons)
    for line in holes:
        sys.stdout.write(f"{lock.name}: {line}\n")
    note(said, len(holes), lock)
    num_known = len(known(said))
    num_unknown = len(said["dependencies"]) - num_known
    sys.stdout.write(
        f"{lock.name}: {num_known} packages checked, {num_unknown} that the service does not know,"
        f" {len(holes)} holes not accepted.\n"
    )
    return 1 if holes else 0


def main() -> int:
    """Ask about each lock; returns the exit status."""
    reasons = accepted(ACCEPTED.read_text(encoding="utf-8"))
    locks = [Path(each) for each in sys.argv[1:]] or LOCKS
    return max([audit(lock, reasons) for lock in locks])


if __name__ == "__main__":
    sys.exit(main())
