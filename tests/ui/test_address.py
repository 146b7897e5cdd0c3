"""Choices in the address, in a small app of their own: links, Back, fast clicks, other pages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui.address import plain


def small_app() -> None:
    import streamlit as st

    from dlviz.ui.address import begin, follow, renew, write

    def read(text):
        if not 0 <= (value := int(text)) <= 9:
            raise ValueError("it goes from 0 to 9")
        return value

    def bound(key, default, context=""):
        if sentence := follow(key, read, default, context=context):
            st.info(sentence)
        write(key, st.number_input(key, 0, 9, key=key), default, context=context)

    begin("page")
    if not st.toggle("away", key="away"):
        context = st.selectbox("of", ["one", "other"], key="of")
        bound("n", 5)
        bound("m", 1, context)
    view = {"n": "5", "m": "7"}
    st.button("view", key="view", on_click=lambda: renew(view))
    st.button("usual", key="usual", on_click=lambda: renew({}))


def opened(**address: str) -> AppTest:
    test = AppTest.from_function(small_app, default_timeout=30)
    for name, value in address.items():
        test.query_params[name] = value
    return run(test)


def run(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception, test.exception
    return test


def shown(test: AppTest) -> tuple[int, int]:
    return test.number_input(key="n").value, test.number_input(key="m").value


def address(test: AppTest) -> dict[str, str]:
    found = dict(test.query_params)
    return {name: text if isinstance(text, str) else text[0] for name, text in found.items()}


def enter(test: AppTest, key: str, value: int) -> AppTest:
    test.number_input(key=key).set_value(value)
    return run(test)


@pytest.fixture
def patient(monkeypatch):
    """As if every run came long after the one before."""
    monkeypatch.setattr("dlviz.ui.address.BEHIND_SECONDS", 0.0)


def test_a_default_is_not_in_the_address_and_anything_else_is():
    test = opened()
    assert shown(test) == (5, 1)
    assert address(test) == {}
    assert address(enter(test, "n", 3)) == {"n": "3"}
    assert address(enter(test, "m", 0)) == {"n": "3", "m": "0"}
    assert address(enter(test, "n", 5)) == {"m": "0"}


def test_a_link_is_followed_and_a_reload_finds_the_same():
    test = opened(n="2", m="9")
    assert shown(test) == (2, 9)
    assert shown(opened(**address(test))) == (2, 9)
    assert not test.info


def test_other_parameters_are_left_alone():
    test = enter(opened(step="4", n="2"), "n", 5)
    assert address(test) == {"step": "4"}


@pytest.mark.parametrize("text", ["10", "-1", "many", "", "²", "9" * 4000])
def test_what_is_not_there_gets_one_sentence_once_and_the_default(text):
    test = opened(n=text, m="2")
    assert shown(test) == (5, 2)
    (info,) = test.info
    assert info.value.startswith("The link asks for what is not there: ")
    assert address(test) == {"m": "2"}
    assert not run(test).info


def test_back_and_forward_are_followed(patient):
    test = enter(opened(n="2"), "n", 3)
    test.query_params["n"] = "2"
    assert shown(run(test)) == (2, 1)
    test.query_params["n"] = "3"
    assert shown(run(test)) == (3, 1)
    # Back to before there was anything: the default.
    del test.query_params["n"]
    assert shown(run(test)) == (5, 1)


def test_back_counts_at_once_where_no_control_was_touched():
    test = enter(opened(), "n", 3)
    del test.query_params["n"]
    assert shown(run(test)) == (5, 1)
    assert address(test) == {}


def test_a_click_that_brings_an_address_of_before_counts():
    """The second click leaves the browser before the first one's address has come back."""
    test = enter(opened(), "n", 3)
    del test.query_params["n"]
    assert shown(enter(test, "n", 4)) == (4, 1)
    assert address(test) == {"n": "4"}
    # An address of two clicks before is as late.
    test.query_params["n"] = "3"
    assert shown(enter(test, "n", 6)) == (6, 1)
    enter(test, "n", 4)
    # The same with two controls: the click on one does not undo the other.
    test.query_params.clear()
    assert shown(enter(test, "m", 8)) == (4, 8)
    assert address(test) == {"n": "4", "m": "8"}


def test_an_address_that_was_never_written_is_news_even_with_a_click():
    test = enter(opened(), "n", 3)
    test.query_params["n"] = "7"
    assert shown(enter(test, "m", 2)) == (7, 2)


def test_long_after_a_click_an_old_address_is_news(patient):
    test = enter(opened(n="2"), "n", 3)
    test.query_params["n"] = "2"
    assert shown(enter(test, "m", 4)) == (2, 4)


def test_another_context_means_the_default():
    test = enter(enter(opened(), "m", 6), "n", 4)
    test.selectbox(key="of").set_value("other")
    assert shown(run(test)) == (4, 1)
    assert address(test) == {"n": "4"}
    test.selectbox(key="of").set_value("one")
    assert shown(run(test)) == (4, 1), "it is gone, not hidden"


def test_who_comes_back_from_another_page_finds_the_last_choice():
    test = enter(enter(opened(), "n", 3), "m", 6)
    test.toggle(key="away").set_value(True)
    run(test)
    test.query_params.clear()  # the other page has an address of its own
    test.toggle(key="away").set_value(False)
    assert shown(run(test)) == (3, 6)
    assert address(test) == {"n": "3", "m": "6"}


def test_who_comes_back_by_a_link_gets_what_it_says():
    test = enter(enter(opened(), "n", 3), "m", 6)
    test.toggle(key="away").set_value(True)
    run(test)
    test.query_params.clear()
    test.query_params["n"] = "8"
    test.toggle(key="away").set_value(False)
    assert shown(run(test)) == (8, 6)


def press(test: AppTest, key: str) -> AppTest:
    test.button(key=key).click()
    return run(test)


def test_another_view_replaces_all_choices():
    test = enter(opened(n="2"), "m", 3)
    assert shown(press(test, "view")) == (5, 7)
    assert address(test) == {"m": "7"}
    assert shown(press(test, "usual")) == (5, 1)
    assert address(test) == {}


def test_another_view_counts_even_where_it_says_what_was_written_before():
    test = press(opened(), "view")
    assert shown(enter(test, "m", 4)) == (5, 4)
    assert shown(press(test, "view")) == (5, 7)
    assert shown(press(test, "view")) == (5, 7), "and twice changes nothing"
    assert shown(enter(test, "n", 0)) == (0, 7)


def test_another_view_is_not_mixed_with_what_a_hidden_control_remembers():
    test = enter(opened(), "n", 2)
    for away in (True, False):
        test.toggle(key="away").set_value(away)
        run(test)
    assert shown(test) == (2, 1), "who hides a control finds it again as it was"
    test.toggle(key="away").set_value(True)
    run(test)
    press(test, "usual")
    test.toggle(key="away").set_value(False)
    assert shown(run(test)) == (5, 1)


def test_a_strangers_text_is_shown_short_and_without_markup():
    assert plain("**bold** [x](y) <b> $a$ `c` :d") == "bold xy b a c d"
    assert plain("conv-1.2, ü") == "conv-1.2, ü"
    assert plain("x" * 99) == "x" * 30
    assert plain("x" * 99, 50) == "x" * 50
    assert plain("\x00\n\t|#~") == ""
