"""Each card opens its view as it says, before its answer and after."""

from __future__ import annotations

import pytest

from dlviz.core.experiments_cards import EXPERIMENTS_CARDS
from tests.ui.experiments.conftest import Open, words


@pytest.mark.parametrize("name", EXPERIMENTS_CARDS)
def test_a_card_opens_its_view_and_its_answer(open_page: Open, name: str) -> None:
    card = EXPERIMENTS_CARDS[name]
    test = open_page()
    test.selectbox(key="try").set_value(name).run()
    said = words(test)
    assert card.question in said
    assert "asks for what is not there" not in said
    test.button(key="try_answer").click().run()
    assert card.answer in words(test)
    if card.then:
        test.button(key="try_then").click().run()
        assert words(test)
        assert all(str(test.session_state[key]) == text for key, text in card.then.items())
