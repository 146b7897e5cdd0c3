"""Pages of one browser window: its cache keeps what Streamlit loads, so they open sooner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import Server, Watch


@pytest.fixture(scope="package")
def window(browser: Browser, server: Server) -> Iterator[tuple[BrowserContext, Watch]]:
    """The window of one visitor, 1280×720, light."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": 1280, "height": 720},
        color_scheme="light",
        accept_downloads=True,
    )
    context.set_default_timeout(30_000)
    yield context, Watch(context, server.url)
    context.close()


@pytest.fixture
def page(window: tuple[BrowserContext, Watch]) -> Iterator[Page]:
    """A new page in it: a session of its own, whose test fails if the page complains."""
    context, watch = window
    watch.complaints.clear()
    page = context.new_page()
    yield page
    page.close()
    assert not watch.complaints, "\n".join(watch.complaints)
