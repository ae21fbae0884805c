"""What is started as a process searches for garbage once its modules are in, among the rest."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTED = ("app", *(f"tasks.{path.stem}" for path in sorted(ROOT.glob("tasks/*_child.py"))),
           "tasks.celery_app", "tasks.local_worker", "tasks.together")  # fmt: skip
LOOK = "import gc, {}; print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
IN_ORDER = "import gc\nimport ml.startup\nassert not gc.isenabled()\nml.startup.all_in()"


def run(code: str, **more: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", "LODEMAP_BROKER_URL": "redis://127.0.0.1/0", **more}
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment,
                            capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.mark.parametrize("module", STARTED)
def test_process__searches_on_when_its_modules_are_in(module: str) -> None:
    assert run(LOOK.format(module)) == "True True"
    text = (ROOT / f"{module.replace('.', '/')}.py").read_text()
    code = text.split('"""', 2)[2]
    assert code.index("from ml import startup") == code.index("from ")


def test_modules__come_in_without_a_search() -> None:
    run(IN_ORDER)
