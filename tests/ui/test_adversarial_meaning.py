"""The view for class: claims with sources beside what was computed a moment ago."""

from functools import partial

import pytest

from dlviz.core.attack_meaning import CLAIMS
from dlviz.ui.adversarial.views import ATTACK_VIEWS
from dlviz.ui.views import Views


@pytest.fixture
def open_view(run_page):
    return partial(run_page, "adversarial", scene="meaning", model="creatures_cnn")


def words(test):
    assert not test.exception, test.exception
    return " ".join(item.value for item in [*test.markdown, *test.info])


def test_it_opens_with_every_claim_and_the_numbers_of_now(open_view):
    test = open_view()
    shown = words(test)
    for claim in CLAIMS.values():
        assert claim.text in shown
        assert claim.address in shown
    assert "16 of 255 steps" in shown
    assert test.query_params["scene"] == "meaning"


def test_another_eps_is_said_and_kept_in_the_address(open_view):
    test = open_view()
    test.number_input(key="eps").set_value(3).run()
    assert "3 of 255 steps" in words(test)
    assert test.query_params["eps"] == "3"


def test_a_claim_leads_to_the_view_that_shows_it(open_view, monkeypatch):
    opened = []
    monkeypatch.setattr(Views, "_open", lambda _views, name, **way: opened.append((name, way)))
    led = [claim for claim in CLAIMS.values() if claim.view]
    assert {claim.view for claim in led} <= set(ATTACK_VIEWS)
    test = open_view()
    buttons = [button for button in test.button if button.label.startswith("See it")]
    assert len(buttons) == len(led)
    for button, claim in zip(buttons, led, strict=True):
        button.click().run()
        assert not test.exception
        assert opened[-1] == (claim.view, dict(claim.settings))


def test_nonsense_as_eps_gets_one_sentence(open_view):
    test = open_view(eps="many")
    assert "is a number from 0 to 255" in words(test)
