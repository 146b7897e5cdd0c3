"""Every line of home's map opens its view, without an error and with a computed result."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from dlviz.io.lesson_map import LessonLine, lectures
from tests.browser.driver import settle

LINES = [
    pytest.param(line, id=f"{name}-{line.slide}")
    for name, lecture in lectures().items()
    for line in lecture.lines
]


@pytest.mark.acceptance
@pytest.mark.parametrize("line", LINES)
def test_a_line_opens_its_view_with_a_computed_result(page: Page, line: LessonLine) -> None:
    page.goto(f"/{line.page}?{urlencode(dict(line.settings))}")
    settle(page)
    if line.press:
        page.get_by_role("button", name=line.press).first.click()
    assert line.shows
    expect(page.get_by_text(line.shows).locator("visible=true").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator('[data-testid="stAlertContentError"]')).to_have_count(0)
    expect(page.get_by_text("The link asks for what is not there")).to_have_count(0)
