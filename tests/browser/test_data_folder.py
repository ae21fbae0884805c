"""A folder with many files, dropped on the Data page."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.data_screen import DataScreen, table
from tests.browser.shared_app import SharedApp

FOLDER_JS = """() => {
    const file = (path) => ({ isFile: true, fullPath: path, file: (give) => give(new File(["x"], path)) });
    let nth = 0;
    const readEntries = (give) => {
        nth += 1;
        if (nth > 2) window.goOn = () => give([]);
        else give(Array.from({ length: 100 }, (_, at) => file(`/birds/${nth}-${at}.png`)));
    };
    DataTransferItem.prototype.webkitGetAsEntry = () => (
        { isFile: false, isDirectory: true, name: "birds", createReader: () => ({ readEntries }) });
}"""  # noqa: E501
"""What is dropped is a folder, whose last entries come when `goOn` is called."""


def test_folder__says_that_it_is_looked_through_until_somebody_cancels(
    page: Page, shared_app: SharedApp, tmp_path: Path
) -> None:
    data = DataScreen(page, shared_app.url)
    data.open()
    page.evaluate(FOLDER_JS)
    data.drop(table(tmp_path / "any.csv"))
    expect(page.locator("#data-file-name")).to_have_text("birds")
    words = "Looking through the folder, 200 files so far"
    expect(page.locator("#data-file-progress")).to_have_text(words)
    expect(page.locator("#data-status")).to_have_text("Looking through birds.")
    page.locator("#data-file-act").click()
    expect(page.locator("#data-drop")).to_be_visible()
    page.evaluate("() => window.goOn()")
    expect(page.locator("#data-file")).to_be_hidden()
    expect(page.locator(".notice-toast")).to_have_count(0)
