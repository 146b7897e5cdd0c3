"""The network panel under AppTest: address, refusals, and edits that come from the browser."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dlviz.core.layers import LAYERS
from dlviz.core.networks import PRESETS
from dlviz.core.specs import MAX_LAYERS, NetSpec, RunSpec, SpecError, layer
from dlviz.ui.components import layers as layers_module
from dlviz.ui.network import net_from_link, net_link

PAGE = """
import streamlit as st
from dlviz.core.networks import PRESETS
from dlviz.ui.address import begin
from dlviz.ui.network import network_panel

begin("test")
name = st.selectbox("preset", list(PRESETS), key="chosen")
net, lines = network_panel(PRESETS[name].spec.net, (1, 28, 28), 10, context=name)
st.session_state["found"] = (net, lines)
"""
DEFAULT = PRESETS["digits"].spec.net
BROKEN = NetSpec((layer("conv", channels=4), layer("dense")))
OTHER = NetSpec((layer("flatten"), layer("dense", units=30), layer("tanh"), layer("dense")))


class Browser:
    """Stands for the table in the browser: what it was given, and edits that it sends."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.sent: Any = None

    def mount(self, *, key: str, data: Any, on_edit_change: Callable[[], None]) -> None:
        def send() -> None:
            st.session_state[key] = {"edit": self.sent}
            on_edit_change()

        self.data = json.loads(json.dumps(data))
        st.button("edit in the browser", key="edit in the browser", on_click=send)

    def send(self, test: AppTest, edit: Any) -> AppTest:
        self.sent = edit
        return sound(test.button(key="edit in the browser").click().run())

    def edit(self, test: AppTest, layers: Any, **other: Any) -> AppTest:
        known = {"edition": self.data["edition"] + 1, "stamp": self.data["stamp"]}
        return self.send(test, {**known, "layers": layers, **other})


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    stand_in = Browser()
    monkeypatch.setattr(layers_module, "_mount", stand_in.mount)
    return stand_in


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def open_page(**address: str) -> AppTest:
    test = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in address.items():
        test.query_params[name] = value
    return sound(test.run())


def found(test: AppTest) -> tuple[NetSpec, Any]:
    net, lines = test.session_state["found"]
    return net, lines


def told(test: AppTest) -> list[str]:
    return [item.value for item in test.info]


def address(test: AppTest) -> str:
    """The network in the address; the driver gives a list or the text itself."""
    given = test.query_params["net"]
    return given if isinstance(given, str) else given[0]


def written(net: NetSpec) -> list[dict[str, Any]]:
    return [{"kind": one.kind, "options": dict(one.options)} for one in net.layers]


def test_it_opens_on_the_presets_network_with_an_empty_address(browser: Browser) -> None:
    test = open_page()
    net, lines = found(test)
    assert net == DEFAULT
    assert not test.query_params
    assert not told(test)
    data = browser.data
    assert data["layers"] == data["preset"] == written(DEFAULT)
    assert data["input"] == [1, 28, 28]
    assert data["edition"] == 0
    assert list(data["kinds"]) == list(LAYERS)
    shapes = [line["shape"] for line in data["lines"]]
    assert shapes[0] == [12, 24, 24]
    assert shapes[-1] == [10]
    assert data["parameters"] == sum(line.row.parameters for line in lines) == 7698
    assert data["adds"] == 482_560
    assert [line["mistake"] for line in data["lines"]] == [""] * 8


@pytest.mark.parametrize("name", PRESETS)
def test_every_presets_network_comes_back_from_its_link(name: str) -> None:
    net = PRESETS[name].spec.net
    assert net_from_link(net_link(net)) == net


def test_an_edit_is_the_network_and_stands_in_the_address(browser: Browser) -> None:
    test = browser.edit(open_page(), written(OTHER))
    net, lines = found(test)
    assert net == OTHER
    assert [line.row.after for line in lines] == [(784,), (30,), (30,), (10,)]
    assert browser.data["edition"] == 1
    assert browser.data["layers"] == written(OTHER)
    assert browser.data["preset"] == written(DEFAULT)
    link = address(test)
    assert net_from_link(link) == OTHER
    again = open_page(net=link)
    assert found(again)[0] == OTHER
    assert not told(again)


def test_back_to_the_default_clears_the_address_whether_or_not_defaults_are_written(
    browser: Browser,
) -> None:
    test = browser.edit(open_page(), written(OTHER))
    spelt = written(DEFAULT)
    spelt[0]["options"]["stride"] = 1
    test = browser.edit(test, spelt)
    assert found(test)[0] == DEFAULT
    assert "net" not in test.query_params


def test_a_network_that_does_not_work_is_kept_and_the_mistake_stands_at_its_layer(
    browser: Browser,
) -> None:
    test = browser.edit(open_page(), [*written(BROKEN), {"kind": "relu", "options": {}}])
    _, lines = found(test)
    assert [bool(line.mistake) for line in lines] == [False, True, False]
    sent = browser.data["lines"]
    assert sent[1]["mistake"] == lines[1].mistake
    assert "Flatten" in lines[1].mistake
    assert [line["shape"] for line in sent] == [[4, 26, 26], None, None]
    link = address(test)
    test = open_page(net=link)
    assert not told(test)
    assert found(test)[1][1].mistake == lines[1].mistake


def test_a_number_out_of_range_is_told_at_the_layer(browser: Browser) -> None:
    edited = written(DEFAULT)
    edited[3]["options"]["channels"] = 9999
    test = browser.edit(open_page(), edited)
    lines = found(test)[1]
    assert "512" in lines[3].mistake
    assert [line.row is None for line in lines] == [False] * 3 + [True] * 5


def test_another_preset_brings_its_own_network(browser: Browser) -> None:
    test = browser.edit(open_page(), written(OTHER))
    stamp = browser.data["stamp"]
    test = sound(test.selectbox(key="chosen").select("logistic").run())
    assert found(test)[0] == PRESETS["logistic"].spec.net
    assert "net" not in test.query_params
    assert browser.data["stamp"] != stamp
    # An edit of the network of before, still on its way, does not land in this one.
    test = browser.edit(test, written(OTHER), stamp=stamp)
    assert found(test)[0] == PRESETS["logistic"].spec.net
    assert not told(test)


def packed(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")


def of(*layers: dict[str, Any]) -> str:
    return packed({"net": {"layers": list(layers)}})


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("nonsense", "a network that is whole"),
        ("", "a network that is whole"),
        (packed("[1, 2]"), "a network that is whole"),
        (packed({"net": {"layers": []}}), "a network that is whole"),
        (of(*[{"kind": "relu"}] * (MAX_LAYERS + 1)), "40 layers"),
        ("A" * 5000, "4000 letters"),
        (of({"kind": "magic"}), "the layer “magic”"),
        (of({"kind": "![x](//y)"}), "the layer “xy”"),
        (of({"kind": "relu", "options": {"speed": 3}}), "the option “speed” of the layer “relu”"),
        (of({"kind": "conv", "options": {"channels": [3]}}), "a network that is whole"),
    ],
    ids=range(10),
)
def test_a_bad_link_gets_one_sentence_and_the_presets_network(
    browser: Browser, link: str, words: str
) -> None:
    test = open_page(net=link)
    assert found(test)[0] == DEFAULT
    (sentence,) = told(test)
    assert sentence.startswith("The link asks for what is not there: ")
    assert words in sentence
    assert sentence.count(".") == 1
    assert "net" not in test.query_params


@pytest.mark.parametrize(
    "edit",
    [
        None,
        "text",
        {},
        {"edition": "many", "stamp": "", "layers": []},
        {"edition": 1e999},
    ],
)
def test_what_is_no_edit_changes_nothing(browser: Browser, edit: Any) -> None:
    test = browser.send(open_page(), edit)
    assert found(test)[0] == DEFAULT
    assert told(test) == ["What came from the browser was no network."]
    assert not told(sound(test.run())), "said once"


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [{"kind": "relu", "options": {}}] * (MAX_LAYERS + 1),
        [{"kind": "magic", "options": {}}],
        [{"kind": "relu", "options": {"p": 1}}],
        "relu",
        [{"kind": "dropout", "options": {"p": float("nan")}}],
    ],
)
def test_an_edit_that_cannot_be_is_left_out_with_a_sentence(browser: Browser, layers: Any) -> None:
    test = browser.edit(open_page(), layers)
    assert found(test)[0] == DEFAULT
    (sentence,) = told(test)
    assert sentence.startswith("The edit was left out: ")


def test_a_network_from_a_link_has_only_known_names() -> None:
    with pytest.raises(SpecError):
        net_from_link(of({"kind": "magic"}))
    assert net_from_link(net_link(BROKEN)) == BROKEN
    assert net_from_link(RunSpec(OTHER).to_link()) == OTHER
