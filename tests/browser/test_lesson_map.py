"""Every line of home's map opens its view, without an error and with a computed result."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from dlviz.io.lesson_map import LessonLine, lectures
from tests.browser.conftest import Server, Watch
from tests.browser.driver import settle

LINES = [
    pytest.param(line, id=f"{name}-{line.slide}")
    for name, lecture in lectures().items()
    for line in lecture.lines
]


@pytest.fixture(scope="module")
def window(browser: Browser, server: Server) -> Iterator[tuple[Page, Watch]]:
    """One window for all lines that press nothing: the page's scripts are compiled once."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 720})
    context.set_default_timeout(30_000)
    yield context.new_page(), Watch(context, server.url)
    context.close()


def shows(page: Page, line: LessonLine) -> None:
    page.goto(f"/{line.page}?{urlencode(dict(line.settings))}")
    settle(page)
    if line.press:
        page.get_by_role("button", name=line.press).first.click()
    assert line.shows
    expect(page.get_by_text(line.shows).locator("visible=true").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator('[data-testid="stAlertContentError"]')).to_have_count(0)
    expect(page.get_by_text("The link asks for what is not there")).to_have_count(0)


@pytest.mark.acceptance
@pytest.mark.parametrize("line", [line for line in LINES if not line.values[0].press])
def test_a_line_opens_its_view_with_a_computed_result(
    window: tuple[Page, Watch], line: LessonLine
) -> None:
    page, watch = window
    shows(page, line)
    complaints, watch.complaints = watch.complaints, []
    assert not complaints, "\n".join(complaints)


@pytest.mark.acceptance
@pytest.mark.parametrize("line", [line for line in LINES if line.values[0].press])
def test_a_line_whose_button_is_pressed_shows_what_it_computes(
    page: Page, line: LessonLine
) -> None:
    shows(page, line)
