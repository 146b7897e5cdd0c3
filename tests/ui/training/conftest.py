"""The training page, opened as one visitor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.runs.visitors import Visitor
from dlviz.ui.server import Server
from tests.ui.conftest import become
from tests.ui.training.page import MINE, PAGE, Open, sound


@pytest.fixture
def server(new_server: Callable[[int], Server]) -> Server:
    return new_server(1)


@pytest.fixture
def open_page(server: Server, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Run the page as with torch loaded, as one visitor (AppTest has no cookies)."""
    monkeypatch.setattr("dlviz.ui.engine.need_torch", lambda _lab: None)

    def mine() -> Visitor:
        return server.visitors.get(MINE)

    become(monkeypatch, mine)
    monkeypatch.setattr("dlviz.ui.console.visitor_id", lambda: (MINE, True))
    # The studio's snapshots are words; tests/ui/test_scrub_panel.py has real ones.
    monkeypatch.setattr("dlviz.ui.scrub._snapshots", lambda _job: [])

    def run(**address: Any) -> AppTest:
        test = AppTest.from_file(str(PAGE), default_timeout=60)
        for name, value in address.items():
            test.query_params[name] = value
        return sound(test.run())

    return run
