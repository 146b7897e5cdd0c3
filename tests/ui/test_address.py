"""The address and the controls follow each other, also when the browser is clicked fast."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui import address


def page():
    import streamlit as st

    from dlviz.ui.address import begin, renew
    from dlviz.ui.controls import number, switch

    begin()
    number("First", 0, 9, 0, key="first")
    number("Second", 0, 9, 0, key="second")
    switch("Third", key="third")
    st.button("Open", on_click=lambda: renew({"second": "7"}))


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def values(app: AppTest) -> list[object]:
    return [app.number_input(key="first").value, app.number_input(key="second").value]


def test_a_fast_second_click_brings_the_address_of_before_and_still_counts(app):
    app.number_input(key="first").set_value(1).run()
    assert app.query_params["first"] == "1"
    # The second click was sent before the browser had our answer to the first.
    app.query_params.pop("first")
    app.number_input(key="first").set_value(2).run()
    assert values(app) == [2, 0]
    app.query_params.pop("first")
    app.number_input(key="first").set_value(3).run()
    app.query_params["first"] = "1"
    app.number_input(key="first").set_value(4).run()
    assert values(app) == [4, 0]
    assert app.query_params["first"] == "4"


def test_a_fast_click_on_another_control_leaves_the_first_as_it_was_set(app):
    app.number_input(key="first").set_value(5).run()
    app.query_params.pop("first")
    app.number_input(key="second").set_value(6).run()
    assert values(app) == [5, 6]
    assert app.query_params["first"] == "5"
    app.query_params.pop("first")
    app.query_params.pop("second")
    app.toggle(key="third").set_value(True).run()
    assert values(app) == [5, 6]


def test_back_in_the_browser_is_no_click_however_soon(app):
    app.number_input(key="first").set_value(5).run()
    app.number_input(key="first").set_value(8).run()
    app.query_params["first"] = "5"
    app.run()
    assert values(app) == [5, 0]
    app.query_params.pop("first")
    app.run()
    assert values(app) == [0, 0]


def test_an_old_address_after_a_while_is_news_even_with_a_click(app, monkeypatch):
    app.number_input(key="first").set_value(5).run()
    now = address.time.monotonic()
    monkeypatch.setattr(address.time, "monotonic", lambda: now + address.BEHIND_SECONDS + 1)
    app.query_params.pop("first")
    app.number_input(key="second").set_value(6).run()
    assert values(app) == [0, 6]


def test_another_view_replaces_all_of_this_one(app):
    app.number_input(key="first").set_value(5).run()
    app.number_input(key="second").set_value(7).run()
    app.toggle(key="third").set_value(True).run()
    app.button[0].click().run()
    assert values(app) == [0, 7]
    assert not app.toggle(key="third").value
    assert dict(app.query_params) == {"second": ["7"]} or app.query_params["second"] == "7"
    assert "first" not in app.query_params
