"""A real Chromium, as the tests and the benchmarks drive it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.records import MissingPartError

PROBE: Final = Path(__file__).with_name("first_motion.js")
ARGUMENTS: Final = (
    "--no-sandbox",
    # WebGL without a GPU
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # a browser that talks to nobody but the app
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run one headless browser while the block runs.

    Raises:
        MissingPartError: when Chromium is not installed.
    """
    path = shutil.which("chromium")
    if path is None:
        raise MissingPartError("Chromium is missing; install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
