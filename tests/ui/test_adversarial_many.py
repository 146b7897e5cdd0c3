"""Many pictures under AppTest: curves over ε with their control, for every kind of network."""

from functools import partial

import pytest

from dlviz.core.robustness import LEVELS
from dlviz.io.models import MODELS
from dlviz.ui.adversarial import many
from dlviz.ui.filters import memory
from tests.ui.adversarial_page import few_pictures, words


@pytest.fixture
def open_view(run_page, monkeypatch):
    """The view, with fresh caches and few pictures."""
    few_pictures(monkeypatch, many)
    return partial(run_page, "adversarial", scene="many")


def test_it_opens_with_curves_the_control_and_both_ends(open_view):
    test = open_view()
    assert test.selectbox(key="model").value == "creatures_cnn"
    said = words(test)
    assert "20 held-out creatures" in said
    assert f"ε = **8/{LEVELS}**" in said
    assert "under FGSM" in said
    assert "random signs of the same ε 95.0" in said
    assert "Fall first" in said
    assert "Fall last" in said
    assert 'survey(model, pixels, labels, "fgsm"' in test.code[0].value
    assert "view=" not in str(test.query_params)


def test_another_attack_another_network_and_a_closer_look(open_view):
    test = open_view(count="10", attacks="fgm", beside="creatures_7x7", attack="fgm", at="4")
    said = words(test)
    assert "10 held-out creatures" in said
    assert f"ε = **4/{LEVELS}**" in said
    assert "FGM" in said
    assert '"fgm"' in test.code[0].value
    assert test.multiselect(key="beside").value == ["creatures_7x7"]


def test_mobilenet_is_asked_about_the_photographs_that_it_knows(open_view):
    said = words(open_view(model="mobilenet_v2"))
    assert "an anecdote" in said
    assert "another true name counts as wrong" in said  # the Egyptian cat may become a tiger cat
    assert "1000 classes could not be read" in said


@pytest.mark.parametrize("address", [{"attacks": "magic"}, {"at": "7"}, {"count": "-1"}])
def test_what_is_not_there_gets_one_sentence(open_view, address):
    test = open_view(**address)
    assert len(test.info) == 1
    assert "not there" in words(test)


def test_what_a_visitors_own_net_says_is_not_shared(open_view, mine):
    snapshots = MODELS["creatures_cnn"].snapshots()
    entry = mine.shelf.add(snapshots[-1].spec, snapshots[-1:])
    test = open_view(model=entry.key, count="10")
    assert "10 held-out creatures" in words(test)
    assert len(memory.SHARED.results) == 0
    assert len(many._going) == 0
