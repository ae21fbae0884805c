"""Somebody whose machine sleeps: a Chromium of their own, all of whose processes are stopped."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from playwright.sync_api import Browser, Page

from benchmarks.chromium import ARGUMENTS, WITHOUT_GPU
from tests.patience import PATIENCE

SUSPENDED_JS = """(() => {
    const [date, monotonic] = [Date.now, performance.now.bind(performance)];
    let [slept, last] = [0, monotonic()];
    const look = () => {
        const at = monotonic();
        if (at - last > 5000) slept += at - last;
        last = at;
    };
    setInterval(look, 50);
    performance.now = () => { look(); return monotonic() - slept; };
    Date.now = () => { look(); return date() + (slept ? JUMP : 0); };
})()"""
"""Clocks of a suspended machine: the monotonic one has stood still, that of the wall has gone on,
for JUMP milliseconds more than anybody had to wait for. (Beneath libfaketime no page opens.)"""


@dataclass
class Sleeper:
    """A page, and the whole of the browser around it."""

    page: Page
    browser: psutil.Process

    def processes(self) -> list[psutil.Process]:
        """The browser's own process, and below it renderers, network and GPU."""
        return [self.browser, *self.browser.children(recursive=True)]

    def sleep(self) -> None:
        """Let nothing of it go on."""
        for each in self.processes():
            each.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let all of it go on."""
        for each in reversed(self.processes()):
            each.send_signal(signal.SIGCONT)


@contextmanager
def sleeper(beside: Browser, jump_s: float = 0.0) -> Iterator[Sleeper]:
    """Start a browser that shares no process with another; with `jump_s` its sleep is a suspension.

    Asleep, a renderer alone is not enough: the network process would answer for it.
    """
    before = psutil.Process().children(recursive=True)
    opened = beside.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *WITHOUT_GPU]
    )
    new = [each for each in psutil.Process().children(recursive=True) if each not in before]
    (head,) = [each for each in new if each.parent() not in new]
    page = opened.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(15_000 * PATIENCE)
    if jump_s:
        page.add_init_script(SUSPENDED_JS.replace("JUMP", f"{1000 * jump_s:.0f}"))
    made = Sleeper(page, head)
    try:
        yield made
    finally:
        made.wake()
        opened.close()
