"""Aiming: what may be chosen, and which class it is."""

import pytest
from streamlit.testing.v1 import AppTest


def aimed(classes, shares, **address):
    def page(classes, shares):
        import streamlit as st
        import torch

        from dlviz.ui.adversarial.target import choose_target

        model = type("Net", (), {"classes": classes})
        st.session_state["aimed at"] = choose_target(model, torch.tensor(shares), context="net")

    test = AppTest.from_function(page, args=(classes, shares), default_timeout=20)
    for key, value in address.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    return test


THREE = (("ant", "bee", "cow"), [0.2, 0.7, 0.1])


@pytest.mark.parametrize(
    ("target", "number"), [("likely", 0), ("least", 2), ("2", 2), ("any", None)]
)
def test_the_choice_is_the_class(target, number):
    assert aimed(*THREE, target=target).session_state["aimed at"] == number


def test_every_class_but_its_own_answer_is_offered():
    assert aimed(*THREE).selectbox[0].options == [
        "Away from its answer",
        "To the likeliest other: ant",
        "To the least likely: cow",
        "To ant",
        "To cow",
    ]


def test_of_two_classes_the_other_is_offered_once():
    test = aimed(("ant", "bee"), [0.9, 0.1], target="1")
    assert test.selectbox[0].options == ["Away from its answer", "To bee"]
    assert test.session_state["aimed at"] == 1


def test_its_own_answer_is_no_aim():
    test = aimed(*THREE, target="1")
    assert "not there" in test.info[0].value
    assert test.session_state["aimed at"] is None
