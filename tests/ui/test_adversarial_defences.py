"""The defences under AppTest: the twins at once, and input defences that fall."""

from __future__ import annotations

from functools import partial

import pytest

from dlviz.core.networks import SHIPPED
from dlviz.core.specs import RunSpec
from dlviz.io import surveys
from dlviz.io.defences import DEFENCES
from dlviz.ui.adversarial import crowd, defences_trained
from dlviz.ui.filters import memory
from dlviz.ui.newest import Newest


@pytest.fixture
def links():
    """Where the page's links lead; AppTest alone has no other pages."""
    return []


@pytest.fixture
def open_view(run_page, monkeypatch, links):
    """The view, with fresh caches and few pictures."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory(Newest(8), Newest(32)))
    monkeypatch.setattr(defences_trained, "_going", Newest(8))
    monkeypatch.setattr(defences_trained.st, "page_link", lambda *_, **how: links.append(how))
    monkeypatch.setattr(crowd, "COUNTS", {"20": crowd.Named("20"), "10": crowd.Named("10")})
    return partial(run_page, "adversarial", scene="defences")


def said_of(test):
    assert not test.exception, test.exception
    said = [item.value for item in (*test.markdown, *test.info, *test.error, *test.caption)]
    return said + [item.proto.body for item in test.get("html")]


def words(test):
    return " ".join(said_of(test))


def test_it_opens_with_the_twins_without_any_attack(open_view, monkeypatch, links):
    """What both say is recorded: nothing but the one picture is attacked."""
    monkeypatch.setattr(defences_trained, "_survey", None)
    test = open_view()
    assert test.selectbox(key="model").value == "digits_robust"
    assert test.selectbox(key="twin").value == "digits_plain"
    said = words(test)
    assert "at ε = 32/255 PGD leaves 10.7 % of the pictures" in said
    assert "1\u202f000 held-out digits" in said
    assert "What it costs" in said
    assert "0.94 → 0.84 %" in said
    assert "95.2 to 87.3 %" in said
    assert "looks like something" in said
    assert 'load_model("digits_plain")' in test.code[0].value
    (link,) = links
    spec = RunSpec.from_link(link["query_params"]["spec"])
    assert spec == SHIPPED["digits_plain"].spec


def test_a_net_without_a_twin_shows_the_shipped_ones(open_view):
    said = words(open_view(model="mobilenet_v2"))
    assert "MobileNetV2 has no twin here" in said
    assert "What it wins" in said


def test_what_is_not_recorded_is_computed_with_the_same_numbers(open_view, monkeypatch):
    """Of as many pictures as wanted; those of the record's first ten are the record's."""
    monkeypatch.setattr(surveys, "PICTURES", 10)
    recorded = said_of(open_view(at="40"))
    monkeypatch.setattr(defences_trained, "PLAIN", "another")
    computed = said_of(open_view(count="10", at="40"))
    for start in ("**What it wins:** at ε = 40/255", "**Why PGD", "10 held-out digits"):
        (one,), (other,) = (
            [text for text in said if text.startswith(start)] for said in (recorded, computed)
        )
        assert one == other


@pytest.mark.parametrize("name", DEFENCES)
def test_an_input_defence_is_tried_and_beaten_or_not(open_view, name):
    test = open_view(model="fashion_cnn", defence=name, eps="24")
    said = words(test)
    assert DEFENCES[name].beaten in said
    assert "random signs of the same ε" in said
    assert f'DEFENCES["{name}"]' in test.code[0].value
    value = test.number_input(key=name).value
    assert value == DEFENCES[name].setting.default


def test_the_toll_on_many_pictures_is_counted(open_view):
    test = open_view(model="fashion_cnn", defence="blur", blur="1.0", eps="16", measured="1")
    said = words(test)
    assert "20 pictures: right" in said
    assert "attacked through the defence" in said
    assert "20 held-out clothes" in said
    assert 'DEFENCES["blur"], 1.0)' in test.code[0].value


@pytest.mark.parametrize(
    "address",
    [{"defence": "magic"}, {"defence": "blur", "blur": "-1"}, {"defence": "jpeg", "jpeg": "x"}],
)
def test_what_is_not_there_gets_one_sentence(open_view, address):
    model = {} if address["defence"] == "magic" else {"model": "fashion_cnn"}
    test = open_view(**model, **address)
    assert not test.exception
    (sentence,) = [item.value for item in test.info]
    assert sentence.startswith("The link asks for what is not there")
