"""Lines for the eye and for programs, without secrets."""

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from store.errors import SettingsError
from store.logs import OURS, REQUEST_ID, redact, set_up_logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in OURS}
    yield
    root.handlers, root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def logged(environ: dict[str, str], default: str = "WARNING") -> io.StringIO:
    out = io.StringIO()
    set_up_logs(environ, default, out)
    return out


def test_set_up_logs__a_line_for_the_eye() -> None:
    out = logged({})
    logging.getLogger("tasks.lease").warning("Run %s hangs", "r1")
    pattern = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} WARNING tasks\.lease Run r1 hangs\n"
    assert re.fullmatch(pattern, out.getvalue())


def test_set_up_logs__an_object_a_line_for_programs() -> None:
    out = logged({"LODEMAP_LOG": "json", "LODEMAP_LOG_LEVEL": "debug"})
    token = REQUEST_ID.set("4f2a9c01d3e7")
    try:
        logging.getLogger("pages.x").debug("two\nlines, ünïcode \u2028")
        logging.getLogger("store.y").error("broke", exc_info=ZeroDivisionError("x"))
    finally:
        REQUEST_ID.reset(token)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert set(first) == {"time", "level", "module", "message", "request_id"}
    assert first["message"] == "two\nlines, ünïcode \u2028"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert second["request_id"] == "4f2a9c01d3e7"
    assert "ZeroDivisionError" in second["traceback"]


def test_set_up_logs__levels_are_those_of_our_modules() -> None:
    out = logged({"LODEMAP_LOG_LEVEL": "DEBUG"})
    logging.getLogger("websockets.server").debug("< cookie: lodemap-8050=abc")
    logging.getLogger("sqlalchemy.engine").info("SELECT 1")
    logging.getLogger("urllib3").warning("heard")
    logging.getLogger("ml.training").debug("heard too")
    assert [line.split(" ", 4)[-1] for line in out.getvalue().splitlines()] == [
        "heard",
        "heard too",
    ]
    out = logged({}, "INFO")
    logging.getLogger("tasks.x").info("a worker says more")
    assert "says more" in out.getvalue()


def test_set_up_logs__twice_writes_once() -> None:
    first, second = logged({}), logged({})
    logging.getLogger("tasks.x").warning("once")
    assert (first.getvalue().count("once"), second.getvalue().count("once")) == (0, 1)


@pytest.mark.parametrize("environ", [{"LODEMAP_LOG": "xml"}, {"LODEMAP_LOG_LEVEL": "loud"}])
def test_set_up_logs__refuses_what_there_is_not(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="use one of"):
        logged(environ)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ana:hunter2@db:5432/maps is away",
        "redis://:hunter2@cache/0",
        "rediss://lodemap:hunt:hunter2@cache",
        "Cannot connect to redis://:hunter2/x@cache:6379/0: away",
        "postgresql://db/maps?sslpassword=hunter2&a=b",
        "GET /?token=hunter2&x=1",
        "http://127.0.0.1:8050/?token=hunter2",
        "Authorization: Bearer hunter2",
        "authorization: basic hunter2==",
        "host=db password=hunter2 user=ana",
        "cookie: other=1; lodemap-8050=hunter2.x-y; more=2",
    ],
)
def test_redact__takes_what_would_let_somebody_in(text: str) -> None:
    assert "hunter2" not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text", ["https://example.org/a@b", "12 tokens = 3", "a basic fact: x", "redis://cache:6379/0"]
)
def test_redact__leaves_the_rest(text: str) -> None:
    assert redact(text) == text


def test_set_up_logs__nobody_begins_a_line_of_their_own() -> None:
    out = logged({})
    logging.getLogger("lodemap.web").warning("GET %s", "/x\nERROR all is lost\x1b[2J\u2028")
    (line,) = out.getvalue().splitlines()
    assert line.endswith("GET /x\\nERROR all is lost\\x1b[2J\\u2028")


CUT_IN_PLACE = """
import os, sys
import numpy as np
from store.logs import set_up_logs
set_up_logs({})
images = np.load(sys.argv[1], mmap_mode="r")
os.truncate(sys.argv[1], 200)
print(images.sum())
"""


def test_set_up_logs__a_file_that_is_cut_while_it_is_mapped_leaves_a_word(tmp_path: Path) -> None:
    path = tmp_path / "images.npy"
    np.save(path, np.ones(100_000))
    asked = [sys.executable, "-c", CUT_IN_PLACE, str(path)]
    ended = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode < 0
    assert "Bus error" in ended.stderr
    assert 'File "<string>", line 8' in ended.stderr
