"""What is started as a process searches for garbage once its modules are in, among the rest."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTED = (
    *sorted(ROOT.glob("tasks/*_child.py")),
    *(ROOT / f"{name}.py" for name in ("app", "tasks/celery_app", "tasks/together")),
    ROOT / "tasks/local_worker.py",
)
BROKER = {"PATH": "/usr/bin:/bin", "LODEMAP_BROKER_URL": "redis://127.0.0.1/0"}


def run(code: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=BROKER, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.mark.parametrize("path", STARTED, ids=lambda path: path.stem)
def test_process__reads_it_before_all_else_and_searches_on(path: Path) -> None:
    lines = [line for line in path.read_text().split('"""', 2)[2].splitlines() if line]
    assert lines[0] == "from ml import startup"
    imports = [nth for nth, line in enumerate(lines) if line.startswith(("import ", "from "))]
    assert lines.index("startup.all_in()") > max(imports)


@pytest.mark.parametrize("module", ["app", "tasks.celery_app"])
def test_modules__are_out_of_the_search(module: str) -> None:
    code = f"import gc, {module}; print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    assert run(code) == "True True"


def test_modules__come_in_without_a_search() -> None:
    assert run("import gc, ml.startup; print(gc.isenabled())") == "False"
