"""The learning rate of the points page: a slider that acts at once, and an exact number."""

from __future__ import annotations

from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.points.cards import POINT_CARDS
from dlviz.core.points.presets import POINT_PRESETS
from dlviz.ui.points_rate import EXACT, SCALE

PAGE = """
import streamlit as st

from dlviz.ui.address import begin
from dlviz.ui.points_setup import points_setup

def note():
    st.session_state["turned"] = [*st.session_state.get("turned", []), st.session_state["rate"]]

begin("points")
if st.button("by a hand"):
    st.session_state["rate"] = 0.0371
chosen = points_setup(on_rate=note, on_pace=lambda: None)
st.text(f"rate {chosen.spec.train.learning_rate!r}")
st.text(f"turned {st.session_state.get('turned', [])}")
"""


def opened(**address: str) -> AppTest:
    test = AppTest.from_string(PAGE, default_timeout=60)
    for key, value in address.items():
        test.query_params[key] = value
    return sound(test.run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def said(test: AppTest) -> tuple[float, list[float]]:
    rate, turned = (item.value.partition(" ")[2] for item in test.text)
    return float(rate), [float(each) for each in turned.strip("[]").split(", ") if each]


def test_its_steps_are_even_in_the_logarithm_from_end_to_end() -> None:
    assert (SCALE[0], SCALE[-1]) == (0.00001, 10.0)
    assert list(SCALE) == sorted(set(SCALE))
    ratios = [high / low for low, high in pairwise(SCALE)]
    assert all(1.99 < ratio < 2.51 for ratio in ratios)
    assert {0.1, 0.02, 0.005} < set(SCALE)


def test_it_acts_at_once_and_is_in_the_address() -> None:
    test = opened()
    assert said(test) == (0.1, [])
    assert "rate" not in test.query_params
    sound(test.select_slider(key="rate").set_value(0.02).run())
    assert said(test) == (0.02, [0.02])
    assert test.query_params["rate"] == "0.02"
    assert test.number_input(key=EXACT).value == 0.02


@pytest.mark.parametrize("rate", [0.0, 0.0371, 0.65, 3.0, 10.0, 77.5, 1e-7])
def test_a_link_with_any_rate_is_shown_as_it_is_and_can_be_turned_away_from(rate: float) -> None:
    test = opened(rate=str(rate))
    assert said(test) == (rate, [])
    assert test.number_input(key=EXACT).value == rate
    slider = test.select_slider(key="rate")
    assert slider.value == rate
    before = list(slider.options)
    sound(slider.set_value(0.5).run())
    assert said(test) == (0.5, [0.5])
    assert list(test.select_slider(key="rate").options) == before  # no step jumps under the keys


@pytest.mark.parametrize("text", ["abc", "nan", "-1", "101", "inf", "<script>"])
def test_what_is_no_rate_is_told_and_the_usual_one_taken(text: str) -> None:
    test = opened(rate=text)
    assert said(test) == (0.1, [])
    (told,) = test.info
    assert "learning rate is a number from 0 to 100" in told.value


def test_an_exact_one_is_typed_and_the_slider_follows() -> None:
    test = opened()
    sound(test.number_input(key=EXACT).set_value(0.65).run())
    assert said(test) == (0.65, [0.65])
    assert test.select_slider(key="rate").value == 0.65
    assert test.query_params["rate"] == "0.65"
    sound(test.number_input(key=EXACT).set_value(0.66).run())
    assert said(test) == (0.66, [0.65, 0.66])


def test_a_hand_may_set_it_between_two_steps() -> None:
    test = opened()
    sound(test.button[0].click().run())
    assert said(test) == (0.0371, [])
    assert test.select_slider(key="rate").value == 0.0371


def test_every_card_and_run_has_a_rate_that_the_slider_shows() -> None:
    rates = {card.settings.get("rate", "0.1") for card in POINT_CARDS.values()}
    rates |= {str(preset.spec.train.learning_rate) for preset in POINT_PRESETS.values()}
    for rate in sorted(rates):
        assert opened(rate=rate).select_slider(key="rate").value == float(rate)
