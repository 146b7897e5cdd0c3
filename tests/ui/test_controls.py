"""The controls in a small app of their own: whatever comes, a value that is offered."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def small_app() -> None:
    from dataclasses import dataclass

    import streamlit as st

    from dlviz.ui.controls import choice, number, one_of, several, switch

    @dataclass
    class Item:
        title: str

    items = {"apple": Item("Apples"), "pear": Item("Pears"), "fig": Item("Figs")}
    few = st.toggle("few", key="few")
    offered = {name: item for name, item in items.items() if not (few and name == "pear")}
    most = 1 if few else 3
    kind = choice("Kind", offered, key="kind")
    some = several("More", offered, key="some", most=most, placeholder="none")
    on = switch("Peeled", key="on", help="no skin")
    whole = number("Pieces", 1, 3 if few else 9, 2, key="whole", context=kind)
    part = number("Weight", -1.5, 2.5, 0.5, key="part", step=0.25)
    one_of("Look at", {"core": Item("The core")}, key="part_of")
    st.session_state["told"] = [kind, some, on, whole, part]


USUAL = ["apple", [], False, 2, 0.5]


def opened(**address: str) -> AppTest:
    test = AppTest.from_function(small_app, default_timeout=30)
    for name, value in address.items():
        test.query_params[name] = value
    return run(test)


def run(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception, test.exception
    return test


def told(test: AppTest) -> list[object]:
    return test.session_state["told"]


def address(test: AppTest) -> dict[str, str]:
    found = dict(test.query_params)
    return {name: text if isinstance(text, str) else text[0] for name, text in found.items()}


def widgets(test: AppTest):
    return {
        "kind": test.selectbox(key="kind"),
        "some": test.multiselect(key="some"),
        "on": test.toggle(key="on"),
        "whole": test.number_input(key="whole"),
        "part": test.number_input(key="part"),
    }


def few(test: AppTest) -> AppTest:
    test.toggle(key="few").set_value(True)
    return run(test)


def test_at_first_everything_is_at_its_default_and_the_address_empty():
    test = opened()
    assert told(test) == USUAL
    assert address(test) == {}
    assert not test.info
    assert list(test.selectbox(key="kind").options) == ["Apples", "Pears", "Figs"]
    assert test.toggle(key="on").help == "no skin"


CHOICES = [
    ("kind", "fig", "fig"),
    ("some", ["pear"], "pear"),
    ("some", ["fig", "apple", "pear"], "fig,apple,pear"),
    ("on", True, "1"),
    ("whole", 9, "9"),
    ("part", -1.25, "-1.25"),
]


@pytest.mark.parametrize(("key", "value", "text"), CHOICES)
def test_a_choice_is_told_written_and_found_by_a_link(key, value, text):
    test = opened()
    place = list(widgets(test)).index(key)
    usual = USUAL[place]
    widgets(test)[key].set_value(value)
    run(test)
    expected = [*USUAL[:place], value, *USUAL[place + 1 :]]
    assert told(test) == expected
    assert address(test) == {key: text}

    again = opened(**{key: text})
    assert told(again) == expected
    assert widgets(again)[key].value == value
    assert not again.info

    widgets(test)[key].set_value(usual)
    run(test)
    assert told(test) == USUAL
    assert address(test) == {}


@pytest.mark.parametrize(
    ("key", "text", "sentences"),
    [
        ("kind", "plum", 1),
        ("kind", "Apples", 1),
        ("kind", "**fig**" * 800, 1),
        ("kind", "", 1),
        ("part_of", "skin", 1),
        ("part_of", "<b>" * 800, 1),
        ("on", "yes", 0),
        ("on", "", 0),
        ("some", "plum", 1),
        ("some", "fig,plum", 1),
        ("some", "fig,fig", 1),
        ("some", "fig,apple,pear,fig", 1),
        ("some", "fig;apple", 1),
        ("some", "**fig**" * 800, 1),
        ("whole", "0", 1),
        ("whole", "10", 1),
        ("whole", "2.5", 1),
        ("whole", "1e1", 1),
        ("whole", "9" * 5000, 1),
        ("whole", "NaN", 1),
        ("part", "nan", 1),
        ("part", "inf", 1),
        ("part", "-1.6", 1),
        ("part", "1e400", 1),
        ("part", "0x1", 1),
    ],
)
def test_a_link_to_what_is_not_there_gets_the_default(key, text, sentences):
    test = opened(**{key: text})
    assert told(test) == USUAL
    assert address(test) == {}
    assert len(test.info) == sentences
    for info in test.info:
        assert info.value.endswith(".")
        assert len(info.value) < 120
        assert "*" not in info.value


def test_a_number_says_its_limits():
    (info,) = opened(whole="77").info
    assert info.value.endswith("pieces is a number from 1 to 9.")
    (info,) = opened(part="77").info
    assert info.value.endswith("weight is a number from -1.5 to 2.5.")


def test_an_unknown_choice_is_named_beside_what_it_was_asked_for_as():
    (info,) = opened(kind="plum").info
    assert info.value.endswith("not there: “plum” as kind.")
    (info,) = opened(part_of="skin").info
    assert info.value.endswith("not there: “skin” as something to look at.")


def test_what_is_no_longer_offered_becomes_the_default():
    test = few(opened(kind="pear", whole="2"))
    assert told(test)[0] == "apple"
    assert address(test) == {}


def test_further_choices_that_are_no_longer_offered_are_dropped():
    test = opened(some="pear,fig")
    assert told(few(test))[1] == ["fig"]
    assert address(test) == {"some": "fig"}


def test_a_number_keeps_within_limits_that_became_narrower():
    test = few(opened(whole="8"))
    assert told(test)[3] == 3
    assert address(test) == {"whole": "3"}


def test_a_number_belongs_to_its_context():
    test = opened(whole="8")
    test.selectbox(key="kind").set_value("fig")
    assert told(run(test))[3] == 2
    assert address(test) == {"kind": "fig"}
    # A link gives both at once.
    assert told(opened(kind="fig", whole="8"))[3] == 8


def test_back_in_the_browser_is_followed(monkeypatch):
    monkeypatch.setattr("dlviz.ui.address.BEHIND_SECONDS", 0.0)
    test = opened()
    for key, value, text in CHOICES:
        widgets(test)[key].set_value(value)
        run(test)
        assert address(test)[key] == text
        del test.query_params[key]
        run(test)
        assert told(test) == USUAL, key
