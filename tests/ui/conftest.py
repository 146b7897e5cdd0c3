"""One visitor and one server state, as a page or a socket finds them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Event

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dlviz.runs.executor import ThreadExecutor
from dlviz.runs.visitors import Visitor, Visitors
from dlviz.ui.engine import ENGINE
from dlviz.ui.server import Server, _server
from tests.runs.studio import EndOfTestError, Studio
from tests.ui import points_page


@pytest.fixture(scope="session", autouse=True)
def installed_components() -> Iterator[None]:
    """AppTest reads the metadata of all installed packages for every page: once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The visitor; AppTest has no cookies to know them by."""
    visitor = Visitor("A" * 22)
    for module in ("models", "data", "own_data"):
        monkeypatch.setattr(f"dlviz.ui.{module}.visitor", lambda: visitor)
    return visitor


def become(monkeypatch: pytest.MonkeyPatch, who: Callable[[], Visitor]) -> None:
    """Every part of a page, loaded by now or not, finds this visitor."""
    for name, module in list(sys.modules.items()):
        if name.startswith("dlviz.ui.") and callable(getattr(module, "visitor", None)):
            monkeypatch.setattr(module, "visitor", who)
    monkeypatch.setattr("dlviz.ui.visitor.visitor", who)


PAGES = Path(__file__).parents[2] / "pages"


@pytest.fixture
def run_page(monkeypatch: pytest.MonkeyPatch, mine: Visitor) -> Callable[..., AppTest]:
    """Run a page by its name, as with torch loaded, at an address; it must not fail."""
    there = Event()
    there.set()
    monkeypatch.setattr(ENGINE, "ready", there)

    def run(name: str, **address: str) -> AppTest:
        test = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=60)
        for key, value in address.items():
            test.query_params[key] = value
        test.run()
        assert not test.exception, test.exception
        return test

    return run


@pytest.fixture
def studio() -> Studio:
    """Recorders that wait for a test's orders."""
    return Studio()


@pytest.fixture
def new_server(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], Server]]:
    """The process's server state with ``slots`` and the studio's recorders."""
    made: list[Server] = []

    def make(slots: int) -> Server:
        executor = ThreadExecutor(studio.make, slots=slots, on_end=studio.on_end)
        made.append(Server(executor, Visitors(on_gone=executor.release)))
        monkeypatch.setattr("dlviz.ui.server._server", lambda: made[-1])
        return made[-1]

    yield make
    for orders in studio.orders.values():
        for _ in range(studio.total_steps):
            orders.put(EndOfTestError())
    for server in made:
        server.close()


@pytest.fixture
def real_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The process's server state as it is, with real recorders."""
    server = _server.__wrapped__()
    monkeypatch.setattr("dlviz.ui.server._server", lambda: server)
    yield server
    server.close()


@pytest.fixture
def open_points(real_server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Run the points page at an address, as one visitor; see ``points_page.HANDS``."""
    points_page.TOLD.clear()
    become(monkeypatch, lambda: real_server.visitors.get(points_page.MINE))
    monkeypatch.setattr("dlviz.ui.console.visitor_id", lambda: (points_page.MINE, True))
    for module in ("points_edits", "points_events"):
        monkeypatch.setattr(f"dlviz.ui.{module}.told", lambda name: points_page.TOLD.get(name, {}))
    script = points_page.PAGE.read_text("utf-8") + points_page.HANDS

    def run(**address: str) -> AppTest:
        test = AppTest.from_string(script, default_timeout=60)
        for name, value in address.items():
            test.query_params[name] = value
        return points_page.sound(test.run())

    return run
