"""Pictures of one's own: a zip or drawings."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from dlviz.core.specs import DataSpec
from dlviz.io.own_pictures import from_drawings, write_zip
from dlviz.runs.visitors import Visitor
from dlviz.ui import data as panel
from dlviz.ui.address import as_text
from dlviz.ui.components.draw import MAX_DRAWINGS, Drawings, script
from tests.ui.data.panel import drawn, sound, told
from tests.ui.node import in_node, needs_node

# -- own pictures ---------------------------------------------------------------------------------


def train_button(test: AppTest) -> Any:
    (button,) = [item for item in test.button if item.label == "Use these drawings"]
    return button


def test_drawings_become_data_that_can_be_saved_and_removed(open_panel, mine) -> None:
    test = open_panel(data="draw")
    assert test.session_state["spec"] == DataSpec()
    assert train_button(test).disabled
    sent = Drawings()
    for name, sheets in drawn().items():
        for at, sheet in enumerate(sheets):
            ink = base64.b64encode(sheet.tobytes()).decode()
            sent.add([{"id": f"{name}{at}", "label": name, "ink": ink}])
    test.session_state["drawings so far"] = sent
    sound(test.run())
    assert not train_button(test).disabled
    train_button(test).click()
    sound(test.run())
    (name,) = mine.pictures
    assert test.session_state["spec"] == DataSpec(name)
    assert test.session_state["mistake"] == ""
    assert torch.equal(mine.pictures[name].test_pixels, from_drawings(drawn()).test_pixels)
    assert test.query_params["data"] == name
    assert "2 held-out pictures, and four variants" in told(test)
    test.selectbox(key="pixels").select("shuffled")
    sound(test.run())
    test.button(key="remove own pictures").click()
    sound(test.run())
    assert len(mine.pictures) == 0
    assert test.session_state["spec"].name == "mnist"


def test_a_zip_becomes_data_and_a_bad_one_a_sentence(open_panel, mine) -> None:
    packed = write_zip(from_drawings(drawn("xyz", 6)))
    test = open_panel(data="upload", side="28")
    (box,) = test.get("file_uploader")
    box.set_value(("bad.zip", packed[:-40], "application/zip"))
    assert "damaged or cut off" in told(sound(test.run()))
    assert test.session_state["spec"] == DataSpec()
    (box,) = test.get("file_uploader")
    box.set_value(("good.zip", packed, "application/zip"))
    sound(test.run())
    (name,) = mine.pictures
    assert mine.pictures[name].classes == ("x", "y", "z")
    assert test.session_state["spec"] == DataSpec(name)


def test_what_could_not_be_read_is_named_beside_what_could(open_panel, mine) -> None:
    packed = BytesIO(write_zip(from_drawings(drawn("xyz", 6))))
    with ZipFile(packed, "a") as archive:
        archive.writestr("y/torn_1_.png", b"torn")
    test = open_panel(data="upload", side="28")
    (box,) = test.get("file_uploader")
    box.set_value(("good.zip", packed.getvalue(), "application/zip"))
    sound(test.run())
    assert len(mine.pictures) == 1
    sentence = "1 of 19 pictures could not be read and was left out: y/torn_1_.png."
    assert [item.value for item in test.warning] == [as_text(sentence)]
    assert [item.value for item in sound(test.run()).warning] == [as_text(sentence)]


def test_own_pictures_are_found_by_key_for_their_owner_only(mine, monkeypatch) -> None:
    name = mine.pictures.add(from_drawings(drawn()))
    pixels, labels = panel.held_out_of(name)
    assert pixels is mine.pictures[name].test_pixels
    moved, same = panel.held_out_of(f"{name}+shuffled")
    assert same is labels
    assert sorted(moved[0].flatten().tolist()) == sorted(pixels[0].flatten().tolist())
    assert panel.facts_of(DataSpec(name)).classes == ("a", "b")
    assert panel.data_of(DataSpec(name, share=0.5)).classes == ("a", "b")
    other = Visitor("B" * 22)
    monkeypatch.setattr("dlviz.ui.data.visitor", lambda: other)
    for ask in (panel.held_out_of, lambda key: panel.facts_of(DataSpec(key))):
        with pytest.raises(ValueError, match="not, or no longer, here"):
            ask(name)
    assert "not, or no longer, here" in panel.mistake_of(DataSpec(name))


# -- the sheet ------------------------------------------------------------------------------------


def sent(number: str = "1", label: str = "cat", ink: bytes = bytes(784)) -> dict[str, str]:
    return {"id": number, "label": label, "ink": base64.b64encode(ink).decode()}


def test_a_drawing_is_taken_once_and_stays_gone() -> None:
    drawings = Drawings()
    drawings.add([sent("1"), sent("2")])
    drawings.add([sent("1"), sent("2"), sent("3", " big   dog ")])
    assert {name: len(all_) for name, all_ in drawings.by_class.items()} == {"cat": 2, "big dog": 1}
    drawings.remove("2")
    drawings.add([sent("2")])
    assert list(drawings.kept) == ["1", "3"]


@pytest.mark.parametrize(
    "item",
    [
        None,
        5,
        "x",
        [],
        {},
        sent(ink=bytes(783)),
        sent(ink=bytes(9999)),
        sent(label="  "),
        sent(number=""),
        sent(number="x" * 99),
        {**sent(), "ink": "ä$"},
        {**sent(), "label": 5},
    ],
)
def test_what_is_no_drawing_is_passed_over(item) -> None:
    drawings = Drawings()
    drawings.add([item])
    drawings.add(item)
    assert drawings.kept == {}


def test_drawings_are_bounded() -> None:
    drawings = Drawings()
    drawings.add([sent(str(number)) for number in range(MAX_DRAWINGS + 9)])
    assert len(drawings.kept) == MAX_DRAWINGS
    for number in range(2 * MAX_DRAWINGS):
        drawings.remove(number)
    assert len(drawings.gone) <= MAX_DRAWINGS + 1


@needs_node
def test_the_browser_takes_the_mean_of_every_block() -> None:
    rng = np.random.default_rng(0)
    alpha = rng.integers(0, 256, (280, 280))
    alpha[:10, :10] = 255
    alpha[10:20, :10] = 0
    expression = """(() => {
      const rgba = new Uint8ClampedArray(4 * 280 * 280);
      value.forEach((ink, at) => { rgba[4 * at + 3] = ink; });
      return [...toBytes(toText(inkOf(rgba)))];
    })()"""
    got = np.array(in_node(script(), expression, alpha.flatten().tolist())).reshape(28, 28)
    exact = alpha.reshape(28, 10, 28, 10).mean(axis=(1, 3))
    assert np.abs(got - exact).max() <= 0.5
    assert (got[0, 0], got[1, 0]) == (255, 0)


@needs_node
def test_what_is_on_its_way_is_shown_once() -> None:
    kept = [{"id": "1", "label": "a"}, {"id": "2", "label": "b"}]
    expression = "[...byClass(value.kept, value.pending)].map(([k, v]) => [k, v.map((o) => o.id)])"
    value = {"kept": kept, "pending": [*kept, {"id": "3", "label": "a"}]}
    assert in_node(script(), expression, value) == [["a", ["1", "3"]], ["b", ["2"]]]
