"""Every card opens without a complaint, with its answer and with what follows it."""

from __future__ import annotations

import pytest

from dlviz.core.neurons_cards import NEURONS_CARDS
from dlviz.ui.neurons.views import NEURONS_VIEWS


@pytest.mark.parametrize("name", NEURONS_CARDS)
def test_a_card_opens_and_so_does_what_follows(run_page, name):
    card = NEURONS_CARDS[name]
    page = run_page("neurons")
    page.selectbox(key="try").set_value(name).run()
    page.button(key="try_answer").click().run()
    assert any(item.value == card.answer for item in page.markdown)
    assert {key: page.query_params[key] for key in card.settings} == dict(card.settings)
    if card.then:
        page.button(key="try_then").click().run()
        left = {key: value for key, value in card.then.items() if key != "weights"}
        assert {key: page.query_params[key] for key in left} == left
    assert not page.exception
    assert not page.info
    assert not page.error


def test_every_view_has_a_card():
    views = {card.settings.get("stage", "gates") for card in NEURONS_CARDS.values()}
    assert views == set(NEURONS_VIEWS)
    assert 5 <= len(NEURONS_CARDS) <= 8
