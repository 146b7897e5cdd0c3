"""The component's demo as a server, and what its tests do with a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Server, start_server


@pytest.fixture(scope="session")
def demo_server() -> Iterator[Server]:
    server = start_server(app="tests/browser/points/demo_app.py")
    yield server
    server.stop()


@pytest.fixture
def demo(demo_server: Server, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """The demo of a new visitor: ``demo("?data=circle", width=390)``."""

    def open_page(query: str, **how: Any) -> Page:
        return visit(new_page(url=demo_server.url, **how), query)

    return open_page


def part(page: Page, name: str) -> Locator:
    return page.locator(f'div.points [data-part="{name}"]')


def visit(page: Page, query: str) -> Page:
    page.goto(f"/{query}")
    page.locator("div.points[data-shown]").wait_for()
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")
    return page


def told(page: Page, until: Callable[[Any], object] = bool) -> Any:
    """What the page was told by the component's triggers; waits until it is what it shall be.

    Name the very words that are awaited: a serial number holds any digit.
    """
    said: Any = None
    for _ in range(200):
        said = json.loads(page.get_by_test_id("stText").inner_text())
        try:
            if until(said):
                break
        except (KeyError, TypeError):
            pass
        page.wait_for_timeout(50)
    return said


def nothing_told(page: Page) -> bool:
    """Whether the page was told nothing, when its script has rested for a moment."""
    page.wait_for_timeout(300)
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")
    return bool(json.loads(page.get_by_test_id("stText").inner_text()) == {})
