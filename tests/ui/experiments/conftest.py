"""The page “experiments”, opened as one visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.runs.visitors import Visitor
from dlviz.ui.server import Server
from tests.ui.conftest import become

MINE = "A" * 22
Open = Callable[..., AppTest]


@pytest.fixture
def server(new_server: Callable[[int], Server]) -> Server:
    return new_server(1)


@pytest.fixture
def owner(server: Server) -> Visitor:
    return server.visitors.get(MINE)


@pytest.fixture
def open_page(
    server: Server, run_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> Open:
    become(monkeypatch, lambda: server.visitors.get(MINE))
    monkeypatch.setattr("streamlit.page_link", lambda *_, **__: None)  # AppTest knows one page

    def run(**address: str) -> AppTest:
        return run_page("experiments", **address)

    return run


def words(test: AppTest) -> str:
    """All that a page says, which ran without an exception."""
    assert not test.exception, test.exception
    items = [*test.markdown, *test.info, *test.error, *test.warning, *test.caption]
    return " ".join(str(item.value) for item in items)


def html(test: AppTest) -> str:
    """What it says in HTML."""
    return " ".join(item.proto.body for item in test.get("html"))
