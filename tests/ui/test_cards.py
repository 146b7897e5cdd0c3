"""The cards in a small app of their own: chosen once, answered on request, found by a link."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.lessons import CONVOLUTION_CARDS


def small_app() -> None:
    import streamlit as st

    from dlviz.core.lessons import CONVOLUTION_CARDS
    from dlviz.ui.cards import cards
    from dlviz.ui.controls import number

    def settle(card):
        st.session_state["applied"] = [*st.session_state.get("applied", []), card.name]
        st.session_state["settings"] = dict(card.settings)
        st.session_state["stride"] = int(card.settings.get("stride", 1))

    name = cards(CONVOLUTION_CARDS, apply=settle)
    number("Stride", 1, 4, 1, key="stride")
    st.text(name)
    st.text(" ".join(st.session_state.get("applied", [])))


@pytest.fixture
def open_app():
    def run(**address: str) -> AppTest:
        test = AppTest.from_function(small_app, default_timeout=30)
        for name, value in address.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception, test.exception
        return test

    return run


def applied(test: AppTest) -> list[str]:
    return test.text[1].value.split()


def choose(test: AppTest, name: str | None) -> AppTest:
    test.button_group(key="try").set_value(name).run()
    assert not test.exception, test.exception
    assert test.text[0].value == str(name)
    return test


def texts(test: AppTest) -> str:
    return " ".join(item.value for item in test.markdown)


def button(test: AppTest, key: str) -> str:
    return test.button(key=f"try_{key}").label


def test_a_page_opens_without_a_card(open_app):
    test = open_app()
    titles = list(test.button_group(key="try").options)
    assert titles == [card.title for card in CONVOLUTION_CARDS.values()]
    assert not test.button
    assert applied(test) == []
    assert "try" not in test.query_params


def test_choosing_a_card_sets_the_page_once_and_keeps_the_answer_back(open_app):
    test = choose(open_app(), "stride")
    card = CONVOLUTION_CARDS["stride"]
    assert applied(test) == ["stride"]
    assert test.number_input(key="stride").value == 2
    assert test.query_params["try"] == "stride"
    assert test.query_params["stride"] == "2"
    assert card.question in texts(test)
    assert card.answer not in texts(test)
    # What the visitor changes afterwards is not set back.
    test.number_input(key="stride").set_value(3).run()
    assert applied(test) == ["stride"]
    assert test.number_input(key="stride").value == 3


def test_the_answer_comes_and_goes(open_app):
    test = choose(open_app(), "blur")
    assert button(test, "answer") == "Answer"
    test.button(key="try_answer").click().run()
    assert CONVOLUTION_CARDS["blur"].answer in texts(test)
    assert button(test, "answer") == "Hide"
    test.button(key="try_answer").click().run()
    assert CONVOLUTION_CARDS["blur"].answer not in texts(test)
    assert applied(test) == ["blur"]


def test_next_goes_through_the_story_and_hides_the_answer(open_app):
    names = list(CONVOLUTION_CARDS)
    test = choose(open_app(), names[0])
    test.button(key="try_answer").click().run()
    for name in names[1:]:
        assert not test.button(key="try_next").disabled
        test.button(key="try_next").click().run()
        assert test.query_params["try"] == name
        assert CONVOLUTION_CARDS[name].question in texts(test)
        assert CONVOLUTION_CARDS[name].answer not in texts(test)
    assert applied(test) == names
    assert test.button(key="try_next").disabled


LEADING_ON = {name: card for name, card in CONVOLUTION_CARDS.items() if card.then}


@pytest.mark.parametrize("name", LEADING_ON)
def test_what_follows_is_applied_over_the_card_once_the_answer_is_shown(open_app, name):
    card = LEADING_ON[name]
    test = choose(open_app(), name)
    assert [item.key for item in test.button] == ["try_answer", "try_next"]
    test.button(key="try_answer").click().run()
    assert button(test, "then") == card.then_label
    test.button(key="try_then").click().run()
    assert not test.exception
    assert test.session_state["settings"] == {**card.settings, **card.then}
    assert applied(test) == [name, name]
    # The card stays, and so does its answer.
    assert test.query_params["try"] == name
    assert card.answer in texts(test)
    test.button(key="try_answer").click().run()
    assert "try_then" not in [item.key for item in test.button]


def test_a_card_that_leads_nowhere_has_no_such_button(open_app):
    test = choose(open_app(), "blur")
    test.button(key="try_answer").click().run()
    assert [item.key for item in test.button] == ["try_answer", "try_next"]


def test_a_card_that_is_chosen_again_keeps_its_answer_back(open_app):
    test = choose(open_app(), "blur")
    test.button(key="try_answer").click().run()
    choose(choose(test, "edge"), "blur")
    assert CONVOLUTION_CARDS["blur"].answer not in texts(test)
    assert applied(test) == ["blur", "edge", "blur"]


def test_a_card_is_put_away_and_the_page_stays_as_it_is(open_app):
    test = choose(choose(open_app(), "stride"), None)
    assert not test.button
    assert "try" not in test.query_params
    assert test.number_input(key="stride").value == 2
    assert applied(test) == ["stride"]


def test_a_link_shows_its_card_and_applies_nothing(open_app):
    test = open_app(**{"try": "stride", "stride": "3"})
    assert CONVOLUTION_CARDS["stride"].question in texts(test)
    assert test.number_input(key="stride").value == 3
    assert applied(test) == []
    assert test.query_params["try"] == "stride"
    # Back in the browser: the address changes, the card follows, nothing is applied.
    test.query_params["try"] = "blur"
    test.run()
    assert CONVOLUTION_CARDS["blur"].question in texts(test)
    assert applied(test) == []
    del test.query_params["try"]
    test.run()
    assert not test.button


@pytest.mark.parametrize("text", ["nonsense", "", "../..", "**x**" * 900])
def test_a_link_to_no_card_gets_one_sentence(open_app, text):
    test = open_app(**{"try": text})
    assert len(test.info) == 1
    assert "**" not in test.info[0].value
    assert len(test.info[0].value) < 120
    assert not test.button
    assert applied(test) == []
