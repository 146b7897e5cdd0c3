"""What every browser test does with a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from playwright.sync_api import Page


def settle(page: Page) -> None:
    """Wait until the script has run and PyTorch is there."""
    page.locator("h1").first.wait_for()  # before that no script has begun
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")
    page.get_by_text("PyTorch is loading").wait_for(state="detached", timeout=60_000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")


def visit(page: Page, path: str) -> Page:
    """Open a path and wait until the page has settled."""
    page.goto(path)
    settle(page)
    return page


def first_fast(values: Iterable[Any], count: int = 1) -> list[Any]:
    """For ``parametrize``: all but the first ``count`` run with the acceptance suite only."""
    every = list(values)
    slow = [pytest.param(value, marks=pytest.mark.acceptance) for value in every[count:]]
    return every[:count] + slow
