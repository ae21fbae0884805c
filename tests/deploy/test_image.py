"""What the image holds, in a folder of its own, is all that Lodemap needs to run."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.servers import clean_environ, train
from tests.faults.real_app import RealApp
from tests.source import ROOT

COPY = re.compile(r"^COPY (.+) (\S+)$", re.MULTILINE)


def lay_out(folder: Path) -> Path:
    """Copy what deploy/Dockerfile copies, as its .dockerignore leaves it."""
    for sources, target in COPY.findall((ROOT / "deploy" / "Dockerfile").read_text()):
        for source in sources.split():
            here, there = ROOT / source, folder / target
            if here.is_dir():
                shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                there.mkdir(parents=True, exist_ok=True)
                shutil.copy(here, there)
    return folder


def test_image__its_files_alone_serve_learn_and_back_up(tmp_path: Path) -> None:
    code = lay_out(tmp_path / "opt")
    app = RealApp(tmp_path / "data", code=code)
    app.start()
    try:
        browser = app.browser()
        for page in ("/", "/metrics", "/healthz?deep"):
            assert browser.get(page).status == 200, page
        (demo,) = browser.get("/api/projects").json
        train(browser, f"/api/projects/{demo['project_id']}", "pretrain")
        subprocess.run(
            [sys.executable, "app.py", "backup", str(tmp_path / "backup.zip"),
             "--data-dir", str(app.data_dir)],
            cwd=code, env=clean_environ({}), check=True,
        )  # fmt: skip
    finally:
        app.stop()
