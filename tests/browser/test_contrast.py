"""What must be pressed can be read: WCAG 2's contrast, 4.5:1 for text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.driver import visit


def luminance(colour: str) -> float:
    """Relative luminance of a CSS colour ``rgb(…)``, as WCAG 2 defines it."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/training", "/points"])
def test_start_is_legible(new_page: Callable[..., Page], path: str, dark: bool) -> None:
    page = visit(new_page(dark=dark), path)
    button = page.locator('[data-testid="stBaseButton-primary"]').first
    ink, ground = (
        button.evaluate(f"node => getComputedStyle(node).{name}")
        for name in ("color", "backgroundColor")
    )
    high, low = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5
