"""The convolution page, opened at an address."""

from __future__ import annotations

from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui.components import stepper as stepper_module
from dlviz.ui.engine import ENGINE
from tests.ui.convolution.page import PAGE, SECTIONS, Browser, sound


@pytest.fixture
def browser(monkeypatch):
    """The stepper's stand-in; whoever opens a page last is the one who looks."""
    stand_in = Browser()
    monkeypatch.setattr(stepper_module, "_mount", stand_in.mount)
    return stand_in


@pytest.fixture
def loaded(monkeypatch):
    """As with torch loaded; what is not part of the stepper's page is left out."""
    there = Event()
    there.set()
    monkeypatch.setattr(ENGINE, "ready", there)
    # In these tests nobody presses Back sooner than a slow browser could be behind.
    monkeypatch.setattr("dlviz.ui.address.BEHIND_SECONDS", 0.0)


@pytest.fixture
def open_page(monkeypatch, loaded, browser, mine):
    """Open the page at an address; a dictionary and keywords give its parameters."""
    for name in SECTIONS:
        monkeypatch.setattr(f"dlviz.ui.{name}.{name}_section", lambda *_, **__: None)

    def run(address=(), **parameters):
        test = AppTest.from_file(str(PAGE), default_timeout=60)
        for name, value in {**dict(address), **parameters}.items():
            test.query_params[name] = value
        return sound(test.run())

    return run
