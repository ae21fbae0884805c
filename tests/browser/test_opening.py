"""How the app's own browser comes in where a token is asked for."""

from pathlib import Path

from playwright.sync_api import Browser

from pages.plain_page import passing_page
from store.files.local_files import write_whole
from tests.pages.web import serve


def test_redirect__from_a_file_lets_the_browser_in(browser: Browser, tmp_path: Path) -> None:
    with serve(tmp_path, auth="token") as locked, browser.new_context() as context:
        token = locked.dash_app.server.state.door.token
        home = f"http://127.0.0.1:{locked.port}/"
        redirect = tmp_path / "open.html"
        said = passing_page("Lodemap", "", f"{home}?token={token}&project=7")
        write_whole(redirect, said.encode(), durable=False, is_private=True)
        page = context.new_page()
        page.goto(redirect.as_uri())
        page.wait_for_url(f"{home}?project=7")
        page.wait_for_selector("#typed")
        assert page.evaluate("history.length") <= 2, "the token's address is not gone back to"
