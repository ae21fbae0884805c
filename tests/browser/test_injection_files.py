"""T8: what a file brings, read by the Data page: its own name, its columns, classes and ids.

Each payload is seen literally before anything is kept, and again where the names of a table are.
"""

import csv
import io
import re
from base64 import b64encode
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, Route, expect

from store.intake.intakes import MOST_OPEN
from tests.attacks.payloads import PAYLOADS
from tests.browser.conftest import Complaints
from tests.browser.data_screen import DROP_JS, DataScreen
from tests.browser.screen import Screen
from tests.browser.shared_app import SharedApp
from tests.browser.test_injection import check, context, told

__all__ = ["context", "told"]

PER_CLASS = 3
TOGETHER = 5
"""Classes in a table of names."""
BEGIN_JS = """name => fetch("/api/imports", {
    method: "POST", body: JSON.stringify({ name, size: 8 }),
    headers: { "content-type": "application/json" },
}).then((answer) => answer.json()).then((made) => made.import_id)"""
DISCARD_JS = """ids => Promise.all(
    ids.map((id) => fetch(`/api/imports/${id}`, { method: "DELETE" }))
).then(() => null)"""
ASKED = re.compile(r"/api/imports$")
NUM = PER_CLASS * len(PAYLOADS)


def written(*rows: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def vectors() -> bytes:
    """A column of numbers for each payload, each a class too; the last sample is there twice."""
    rows = [
        [f"{n} {PAYLOADS[n % len(PAYLOADS)]}", PAYLOADS[n % len(PAYLOADS)],
         *(str(n * n % (7 + at)) for at in range(len(PAYLOADS) - 1)), str(n)]
        for n in range(NUM)
    ]  # fmt: skip
    twice = [f"twice {PAYLOADS[0]}", *rows[-1][1:]]
    return written(["id", "label", *PAYLOADS], *rows, twice)


def names_of(classes: Sequence[str]) -> bytes:
    """A table that gives the first samples new classes, and one nobody has heard of."""
    rows = [[f"{n} {PAYLOADS[n]}", f"new {payload}"] for n, payload in enumerate(classes)]
    return written(["sample_id", "class_name"], *rows, [classes[0], "x"])


def drop(page: Page, payload: str, content: bytes, zone: str) -> None:
    """Let a file go of a name that a disk may not be able to hold."""
    carried = [{"name": f"{payload}.csv", "base64": b64encode(content).decode()}]
    page.evaluate(DROP_JS, [zone, carried])


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("told")
def test_files__are_shown_as_typed_before_they_are_kept(
    page: Page, shared_app: SharedApp, complaints: Complaints
) -> None:
    data = DataScreen(page, shared_app.url)
    data.open()
    complaints.expected += ("ERR_FAILED",)  # what is held is let go by the test
    see_every_name(data)
    with page.expect_file_chooser() as opened:
        page.locator("#data-choose").click()
    name = f"{PAYLOADS[1]}.csv"
    opened.value.set_files({"name": name, "mimeType": "text/csv", "buffer": vectors()})
    data.wait_until_read()
    check(page, name, within="#data-file-name")
    check(page, *PAYLOADS, within="#data-reading")
    check(page, *PAYLOADS, within="#data-preview")
    check(page, *PAYLOADS, within="#data-balance")
    page.locator("#data-checks [data-act=duplicates]").click()
    check(page, f"twice {PAYLOADS[0]}", within="dialog[open]")
    page.keyboard.press("Escape")
    page.locator("#data-name").fill(PAYLOADS[4])
    screen = Screen(page, data.url, data.make())
    data.rest(screen)
    data.open(f"?project={screen.project_id}")
    check(page, PAYLOADS[4], *PAYLOADS)
    see_every_table(page)
    assert complaints.unexpected() == []


def see_every_name(data: DataScreen) -> None:
    """Those that a disk can hold where nothing is sent any further, the others as imports begun."""
    page = data.page
    with_slash = [payload for payload in PAYLOADS if "/" in payload]
    for some in (with_slash[:MOST_OPEN], with_slash[MOST_OPEN:]):
        begun = [page.evaluate(BEGIN_JS, f"{payload}.csv") for payload in some]
        data.open()
        offered = [f"{payload}.csv was 0 % sent." for payload in some]
        check(page, *offered, within="#data-unfinished")
        page.evaluate(DISCARD_JS, begun)
    held: list[Route] = []
    page.route(ASKED, lambda r: held.append(r) if r.request.method == "POST" else r.continue_())
    for payload in set(PAYLOADS) - set(with_slash):
        drop(page, payload, b"a,b\n1,2\n", "#data-drop")
        check(page, f"{payload}.csv", within="#data-file-name")
        page.locator("#data-file-act").click()
        expect(page.locator("#data-file")).to_be_hidden()
        held.pop().abort()  # else it goes on once nothing is held any more
    page.unroute_all(behavior="ignoreErrors")


def see_every_table(page: Page) -> None:
    """Let tables of names that are called like payloads be looked at, and give none of them."""
    found = page.locator("#data-names-found")
    for at in range(0, len(PAYLOADS), TOGETHER):
        classes = PAYLOADS[at : at + TOGETHER]
        drop(page, classes[0], names_of(classes), "#data-names-drop")
        expect(found.get_by_role("button", name=f"Name {TOGETHER} samples")).to_be_visible()
        seen = (f"{classes[0]}.csv", *(f"new {each}" for each in classes), classes[0])
        check(page, *seen, within="#data-names-found")
        found.get_by_role("button", name="Cancel").click()
