"""The page “neurons” alone: links into other pages are noted."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def links(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """(page, its settings) of every link that was drawn; AppTest knows one page only."""
    drawn: list[tuple[str, Any]] = []
    monkeypatch.setattr(
        "streamlit.page_link",
        lambda page, **how: drawn.append((page.stem, how.get("query_params"))),
    )
    return drawn
