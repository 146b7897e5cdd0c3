"""Every view of the lectures' further pages: opened plainly, and with garbage in all it reads."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dlviz.ui.pages import FURTHER
from dlviz.ui.views import Views

PAGES: dict[str, Views] = {
    name: getattr(import_module(f"dlviz.ui.{name}.views"), name.upper())
    for name in FURTHER
    if name != "glossary"
}
GARBAGE = ("<img src=x onerror=alert(1)>", "-1e999", "nan", "🦉\u202e" * 50)
_WRITTEN = " in the address"


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("page", "view"), [(page, view) for page, views in PAGES.items() for view in views.entries]
)
def test_a_view_opens_and_no_address_breaks_it(
    run_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, page: str, view: str
) -> None:
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)  # a page alone knows no others
    key = PAGES[page].key
    plain = run_page(page, **{key: view})
    assert not plain.error
    # A network that has to be fetched first is told of in one, too.
    assert not [item for item in plain.info if "The link asks" in item.value]
    state = plain.session_state._state.filtered_state
    read = [str(name).removesuffix(_WRITTEN) for name in state if str(name).endswith(_WRITTEN)]
    wrong = {
        name: GARBAGE[place % len(GARBAGE)]
        for place, name in enumerate(sorted({*read} - {key, "try"}))
    }
    lost = run_page(page, **{key: view}, **wrong)
    assert not lost.error, wrong
    assert len(lost.main) == len(plain.main)


def test_there_are_views_on_every_page() -> None:
    assert all(views.entries for views in PAGES.values())
