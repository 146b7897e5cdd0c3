"""The cards as a menu in a row with other things, on the points page: a lesson sets controls."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.points.cards import POINT_CARDS
from dlviz.core.points.presets import POINT_PRESETS
from dlviz.core.points.specs import PointsSpec
from dlviz.ui.points_address import address_of, run_cards
from dlviz.ui.points_setup import DEFAULT
from tests.core.points.card_settings import spec_from, spec_of

PAGE = """
import streamlit as st

from dlviz.core.points.cards import POINT_CARDS
from dlviz.ui.address import begin
from dlviz.ui.cards import cards
from dlviz.ui.points_address import run_cards
from dlviz.ui.points_setup import points_setup
from dlviz.ui.restarts import lay_out

begin("points")
row = st.container(horizontal=True)
name = cards(POINT_CARDS, apply=lay_out, beside=row, runs=run_cards())
chosen = points_setup(on_rate=lambda: None, on_pace=lambda: None)
st.text(f"name {name}")
st.text(f"spec {chosen.spec.to_json()}")
st.text(f"mistake [{chosen.mistake}]")
"""


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.info, [item.value for item in test.info]
    return test


@pytest.fixture(scope="module")
def page() -> AppTest:
    return sound(AppTest.from_string(PAGE, default_timeout=60).run())


def said(test: AppTest, what: str) -> str:
    (found,) = [item.value for item in test.text if item.value.startswith(f"{what} ")]
    return found.removeprefix(f"{what} ")


def test_it_opens_without_a_card_and_numbers_them(page: AppTest) -> None:
    fresh = AppTest.from_string(PAGE, default_timeout=60).run()
    menu = fresh.selectbox(key="try")
    assert menu.value is None
    assert menu.placeholder == f"Try this: {len(POINT_CARDS)} lessons, {len(POINT_PRESETS)} runs"
    assert menu.options[0] == "1. A line"
    assert menu.options[len(POINT_CARDS)] == "Run: Circle: four tanh units"
    assert len(menu.options) == len(POINT_CARDS) + len(POINT_PRESETS)
    assert said(fresh, "name") == "None"
    assert PointsSpec.from_json(said(fresh, "spec")) == DEFAULT


@pytest.mark.parametrize("name", POINT_CARDS)
def test_a_lesson_sets_the_page_as_it_says(page: AppTest, name: str) -> None:
    card = POINT_CARDS[name]
    sound(page.selectbox(key="try").set_value(name).run())
    assert said(page, "name") == name
    assert said(page, "mistake") == "[]"
    assert PointsSpec.from_json(said(page, "spec")) == spec_of(card)
    assert card.question in " ".join(item.value for item in page.markdown)
    assert card.answer not in " ".join(item.value for item in page.markdown)
    sound(page.button(key="try_answer").click().run())
    assert card.answer in " ".join(item.value for item in page.markdown)
    if card.then:
        sound(page.button(key="try_then").click().run())
        assert PointsSpec.from_json(said(page, "spec")) == spec_of(card, then=True)


@pytest.mark.parametrize("name", POINT_PRESETS)
def test_a_run_worth_starting_sets_the_page_to_its_spec(page: AppTest, name: str) -> None:
    preset = POINT_PRESETS[name]
    sound(page.selectbox(key="try").set_value(f"run_{name}").run())
    assert said(page, "name") == f"run_{name}"
    assert said(page, "mistake") == "[]"
    assert PointsSpec.from_json(said(page, "spec")) == preset.spec
    words = " ".join(item.value for item in page.markdown)
    place = f"(run {list(POINT_PRESETS).index(name) + 1} of {len(POINT_PRESETS)})"
    assert f"**{preset.title}** {place}" in words
    assert f"{preset.spec.train.epochs} epochs" in words
    assert preset.expect not in words
    sound(page.button(key="try_answer").click().run())
    assert preset.expect in " ".join(item.value for item in page.markdown)


def test_runs_are_none_of_the_lessons_and_say_how_long_they_are() -> None:
    runs = run_cards()
    assert not set(runs) & set(POINT_CARDS)
    for card in runs.values():
        assert card.question.count(" Predict: ") == 1
        assert card.question.endswith("?")
        assert spec_from(card.settings) in {preset.spec for preset in POINT_PRESETS.values()}
    assert "R²" in runs["run_plane"].question
    assert "R²" not in runs["run_circle"].question


def test_the_address_of_the_pages_own_settings_is_empty() -> None:
    assert address_of(DEFAULT) == {}


def test_the_pace_is_the_visitors_own_and_starts_are_not(page: AppTest) -> None:
    test = AppTest.from_string(PAGE, default_timeout=60)
    test.query_params["pace"], test.query_params["starts"] = "10", "1"
    sound(test.run())
    sound(test.selectbox(key="try").set_value("line").run())
    assert test.selectbox(key="pace").value == "10"
    assert "starts" not in test.query_params


def test_next_leads_through_all_of_them(page: AppTest) -> None:
    names = list(POINT_CARDS)
    sound(page.selectbox(key="try").set_value(names[0]).run())
    for name in names[1:]:
        sound(page.button(key="try_next").click().run())
        assert said(page, "name") == name
    assert page.button(key="try_next").disabled
