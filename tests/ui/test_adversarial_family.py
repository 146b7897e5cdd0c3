"""The attack family's view under AppTest: every attack, mask, net and address."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from dlviz.core.attacks import ATTACKS
from dlviz.io.models import MODELS
from dlviz.ui.adversarial import family, masks
from dlviz.ui.components import attack_path as component
from dlviz.ui.newest import Newest


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to the component, the newest last."""
    given = []
    real = component._mount

    def mount(*, key, data, **options):
        given.append(data)
        return real(key=key, data=data, **options)

    monkeypatch.setattr(component, "_mount", mount)
    return given


@pytest.fixture
def open_view(run_page, monkeypatch, shown):
    monkeypatch.setattr(family, "SHARED", Newest(24))
    monkeypatch.setattr(family, "PATHS", Newest(24))
    return partial(run_page, "adversarial", scene="family")


def sound(test):
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    return test


def verdict(test):
    (box,) = [item.body for item in test.get("html") if 'class="judged' in item.body]
    return box


def table(test):
    (found,) = [item.body for item in test.get("html") if 'class="attacks"' in item.body]
    return found


def test_the_longest_paths_of_large_pictures_fit_into_memory():
    longest = max(attack.settings["steps"].high for attack in ATTACKS.values() if attack.iterated)
    assert family.PATHS._size * (2 + longest) * 3 * 224 * 224 < 200e6  # bytes


def test_it_opens_on_an_espresso_that_ten_small_steps_turn_into_another_dish(open_view, shown):
    test = sound(open_view())
    assert test.selectbox(key="attack").value == "pgd"
    assert dict(test.query_params) in ({"scene": "family"}, {"scene": ["family"]})
    assert "judged fooled" in verdict(test)
    assert "espresso has become consomme" in verdict(test)
    data = shown[-1]
    assert len(data["steps"]) == 12  # the picture, a random start, ten steps
    assert data["start"] == 11
    assert data["steps"][0]["answer"] == "espresso"
    assert data["steps"][-1]["rival"] > 0.95
    assert table(test).count("<tr") == len(ATTACKS) + 2
    words = " ".join(item.value for item in test.markdown)
    assert "so small that a file’s whole steps of 1/255 undo it" in words
    assert "Random signs of the same ε: still espresso" in words
    assert 'ATTACKS["pgd"]' in test.code[0].value


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize(
    "model", ["creatures_cnn", pytest.param("fashion_cnn", marks=pytest.mark.acceptance)]
)
def test_every_attack_with_its_own_settings_in_the_address(open_view, shown, model, name):
    test = sound(open_view(model=model, attack=name))
    keys = {family_key for family_key, _ in family_names(name)}
    assert keys <= {item.key for item in test.number_input}
    assert shown[-1]["attack"] == ATTACKS[name].title
    assert test.number_input(key="eps").disabled == (name == "deepfool")
    assert ATTACKS[name].title in table(test)
    if "steps" in keys:
        sound(test.number_input(key="steps").set_value(3).run())
        assert test.query_params["steps"] in ("3", ["3"])
        assert len(shown[-1]["steps"]) <= 5
        assert "steps=3" in test.code[0].value


def family_names(name):
    from dlviz.ui.adversarial.family_settings import NAMES

    return [NAMES[setting] for setting in ATTACKS[name].settings]


@pytest.mark.parametrize("name", ["photo_cnn"])
def test_other_nets_and_a_target(open_view, shown, name):
    test = sound(open_view(model=name, target="least", attack="bim"))
    least = int(MODELS[name].load().probabilities(torch_of(shown[-1]))[0].argmin())
    assert shown[-1]["aimed"]
    assert shown[-1]["rival"] == MODELS[name].load().classes[least]
    assert "targeted=True" in test.code[0].value


def torch_of(data):
    from base64 import b64decode

    shape = data["channels"], data["height"], data["width"]
    return (
        torch.frombuffer(bytearray(b64decode(data["pixels"])), dtype=torch.uint8).view(1, *shape)
        / 255
    )


def test_deepfool_cannot_be_aimed_and_says_so(open_view, shown):
    test = sound(open_view(model="fashion_cnn", attack="deepfool", target="least"))
    assert "cannot be aimed" in test.info[0].value
    assert not shown[-1]["aimed"]


@pytest.mark.parametrize(
    ("kind", "area"),
    [
        ({"may": "rectangle", "top": "3", "left": "4", "high": "5", "wide": "6"}, [3, 4, 5, 6]),
        ({"may": "channel", "colour": "green"}, [1]),
        ({"may": "sticker", "row": "20", "column": "30", "radius": "7"}, [20, 30, 7]),
    ],
)
def test_a_mask_is_drawn_said_and_in_the_code(open_view, shown, kind, area):
    test = sound(open_view(model="creatures_cnn", eps="40", **kind))
    assert shown[-1]["mask"] == {"kind": kind["may"], "area": area}
    words = " ".join(item.value for item in test.markdown)
    assert {"rectangle": "Only a rectangle", "channel": "Only green", "sticker": "Only a disk"}[
        kind["may"]
    ] in words
    names = {"pixels": torch.zeros(3, 64, 64, dtype=torch.uint8)}
    (line,) = [one for one in test.code[0].value.splitlines() if one.startswith("mask = ")]
    exec(f"from dlviz.core.attacks import masks\n{line}", names)
    free = names["mask"]
    change = shown[-1]
    from tests.ui.test_attack_path_script import in_node, script

    last = in_node(
        script(),
        "[...pathChange(fgsmBytes(value.changes), value.sent.length - 1, 3 * 64 * 64)]",
        change,
    )
    moved = torch.tensor(last).view(3, 64, 64) != 0
    assert moved.any()
    assert not moved[~free].any()


def test_a_printed_disk_may_have_any_colour_at_a_click(open_view, shown):
    test = sound(open_view(model="fashion_cnn", may="sticker"))
    (button,) = [item for item in test.button if item.label == "Let ε be 255"]
    sound(button.click().run())
    assert test.query_params["eps"] in ("255", ["255"])
    assert not [item for item in test.button if item.label == "Let ε be 255"]
    assert shown[-1]["steps"][-1]["farthest"] > 100


@pytest.mark.parametrize(("image", "lost"), [(0, True), (3, False)])
def test_a_gradient_that_has_vanished_is_said(open_view, image, lost):
    test = sound(open_view(model="creatures_cnn", attack="fgsm", image=str(image)))
    words = " ".join(item.value for item in test.markdown)
    assert ("rounds to 1" in words) == lost


def test_a_grey_net_has_no_colours_to_choose_from(open_view):
    test = sound(open_view(model="fashion_cnn"))
    assert "Only one colour" not in test.selectbox(key="may").options


def test_what_was_dragged_sets_the_numbers(monkeypatch):
    state = {}
    monkeypatch.setattr(masks.st, "session_state", state)
    masks.take_area({"kind": "rectangle", "area": [1, 2, 3.0, 4]})
    masks.take_area({"kind": "sticker", "area": [5, 6, 7]})
    assert state == {"top": 1, "left": 2, "high": 3, "wide": 4, "row": 5, "column": 6, "radius": 7}
    spoilt = [None, 3, {"kind": "sticker"}, {"kind": "x", "area": [1]}, {"area": "abc"}]
    spoilt += [{"kind": "rectangle", "area": [1, 2]}, {"kind": "sticker", "area": ["a"] * 3}]
    for bad in spoilt:
        masks.take_area(bad)
    assert len(state) == 7


@pytest.mark.parametrize(
    "address",
    [
        {"attack": "<b>", "eps": "1e9", "steps": "-1", "size": "nan", "may": "🦉", "at": "x"},
        {"attack": "mifgsm", "memory": "inf", "may": "rectangle", "top": "999", "high": "0"},
        {"attack": "deepfool", "rivals": "0", "beyond": "-3", "target": "77"},
        {"eps": "0", "may": "sticker", "row": "63", "column": "63", "radius": "1"},
    ],
)
def test_a_spoilt_address_gets_sentences_and_the_defaults(open_view, shown, address):
    sound(open_view(model="creatures_cnn", **address))
    assert shown[-1]["steps"]


def test_the_link_brings_the_step_back(open_view, shown):
    sound(open_view(model="creatures_cnn", at="3"))
    assert (shown[-1]["start"], shown[-1]["asked"]) == (3, 3)


def test_a_visitors_own_net_stays_in_their_session(open_view, mine, shown):
    snapshots = MODELS["creatures_cnn"].snapshots()
    entry = mine.shelf.add(snapshots[-1].spec, snapshots[-1:])
    test = sound(open_view(model=entry.key))
    assert len(family.SHARED) == len(family.PATHS) == 0
    assert len(test.session_state[family._OWN]) >= 2
    assert "read_checkpoint" in test.code[0].value
