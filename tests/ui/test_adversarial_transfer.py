"""Transfer under AppTest: the table of networks that know the same pictures."""

from dataclasses import replace
from functools import partial

import pytest

from dlviz.io.assets import AssetError
from dlviz.ui.adversarial import crowd, transfer
from tests.ui.adversarial_page import few_pictures, words


@pytest.fixture
def open_view(run_page, monkeypatch):
    """The view, with fresh caches and few pictures."""
    few_pictures(monkeypatch, transfer)
    return partial(run_page, "adversarial", scene="transfer")


def test_it_opens_on_four_networks_that_know_creatures(open_view):
    test = open_view()
    said = words(test)
    assert "At ε = 12/255, pictures made to fool" in said
    assert "random signs of the same ε do in" in said
    assert test.code[0].value.count("models.append(model)") == 4


def test_another_attack_and_eps_stand_in_the_code(open_view):
    test = open_view(attack="mifgsm", eps="20", count="10")
    assert "At ε = 20/255" in words(test)
    assert '"mifgsm", 20)' in test.code[0].value


def test_a_network_alone_leads_to_the_training_lab(open_view, monkeypatch):
    links = []  # the page alone knows no others
    monkeypatch.setattr(transfer.st, "page_link", lambda page, **_: links.append(page.stem))
    said = words(open_view(model="photo_cnn"))
    assert "Train another one" in said
    assert links == ["training"]


def test_an_eps_beyond_the_limits_gets_one_sentence(open_view):
    test = open_view(eps="900", count="10")
    assert "from 1 to 255" in words(test)
    assert "At ε = 12/255" in words(test)


def test_a_network_whose_file_is_missing_is_left_out(open_view, monkeypatch):
    def missing():
        raise AssetError("gone")

    real = crowd.offers
    lost = "creatures_7x7"

    def found():
        offers = real()
        return offers | {lost: replace(offers[lost], load=missing)}

    monkeypatch.setattr(crowd, "offers", found)
    test = open_view(count="10")
    assert "pictures made to fool" in words(test)
    assert lost not in test.code[0].value
