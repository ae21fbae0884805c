"""Browsers that outlive a test: they keep what the pages load, and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import BrowserContext, Page

STORED: Final = "cookies,local_storage,indexeddb,cache_storage,service_workers"


@contextmanager
def as_if_new(context: BrowserContext, watch: Callable[[Page], None]) -> Iterator[BrowserContext]:
    """Lend a browser without pages, names or drafts to a block that may leave some."""
    context.on("page", watch)
    try:
        yield context
    finally:
        context.remove_listener("page", watch)
        forget_everything(context)


def forget_everything(context: BrowserContext) -> None:
    """Close all pages but the first, which keeps the browser; go online, and forget whatever a page
    or a person stored."""
    context.set_offline(False)
    for page in context.pages[1:]:
        page.close()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": STORED})
    page.close()
