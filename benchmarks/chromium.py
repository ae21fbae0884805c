"""A real Chromium, as the tests and the benchmarks drive it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

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
WITHOUT_GPU: Final = ("--disable-gpu-compositing", "--disable-gpu-rasterization")
"""The page is put together by the CPU, as Chromium does where there is no GPU."""


@contextmanager
def chromium(*, plays_gpu: bool = False) -> Iterator[Browser]:
    """Run one headless browser while the block runs.

    Args:
        plays_gpu: Let SwiftShader put the page together too, in the place of a GPU: nothing is
            read back from it, as on a machine that has one, and every pixel costs more.

    Raises:
        MissingPartError: when Chromium is not installed.
    """
    arguments = [*ARGUMENTS, *(() if plays_gpu else WITHOUT_GPU)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def remembering(beside: Browser, folder: Path, viewport: ViewportSize) -> Iterator[BrowserContext]:
    """Run another headless browser that keeps what it loaded, compiled, as a person's does.

    Args:
        beside: A running one.
        folder: Where it keeps everything, empty at first.
        viewport: Of its pages.

    Raises:
        MissingPartError: when Chromium is not installed.
    """
    context = beside.browser_type.launch_persistent_context(
        folder, executable_path=found(), args=[*ARGUMENTS, *WITHOUT_GPU], viewport=viewport
    )
    try:
        yield context
    finally:
        context.close()


def found() -> str:
    """Return where Chromium is.

    Raises:
        MissingPartError: when it is not installed.
    """
    path = shutil.which("chromium")
    if path is None:
        raise MissingPartError("Chromium is missing; install the package chromium.")
    return path
