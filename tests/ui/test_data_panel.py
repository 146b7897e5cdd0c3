"""Choosing data: registered sets, shuffled pixels, fewer labels, a zip or drawings of one's own."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from dlviz.core.specs import DataSpec
from dlviz.io import downloads
from dlviz.io.own_pictures import from_drawings, write_zip
from dlviz.runs.visitors import Visitor
from dlviz.ui import data as panel
from dlviz.ui.components.draw import MAX_DRAWINGS, Drawings, script
from tests.ui.node import in_node, needs_node


def page() -> None:
    import streamlit as st

    from dlviz.core.specs import AugmentSpec
    from dlviz.ui.augmentation import augmentation_panel
    from dlviz.ui.data import data_panel, mistake_of

    st.session_state["spec"] = data_panel(st.session_state["preset"], context="one")
    st.session_state["mistake"] = mistake_of(st.session_state["spec"])
    st.session_state["augment"] = augmentation_panel(
        AugmentSpec(), st.session_state["spec"], context="one"
    )


@pytest.fixture
def open_panel(mine: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path))

    def run(preset: DataSpec | None = None, **address: str) -> AppTest:
        test = AppTest.from_function(page, default_timeout=60)
        test.session_state["preset"] = preset or DataSpec()
        test.query_params.update(address)
        return sound(test.run())

    return run


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def told(test: AppTest) -> str:
    parts = [*test.info, *test.error, *test.warning, *test.caption, *test.markdown]
    return " ".join(item.value for item in parts)


def drawn(classes: str = "ab", each: int = 3) -> dict[str, list[np.ndarray]]:
    return {
        name: [np.full((28, 28), 10 * at + place, np.uint8) for at in range(each)]
        for place, name in enumerate(classes)
    }


# -- the panel ------------------------------------------------------------------------------------


def test_it_opens_on_the_presets_data(open_panel) -> None:
    for preset in (DataSpec(), DataSpec("fashion_mnist", shuffled=True, share=0.1)):
        test = open_panel(preset)
        assert test.session_state["spec"] == preset
        assert test.session_state["mistake"] == ""
        assert dict(test.query_params) == {}
        sound(test.run())
        assert test.session_state["spec"] == preset


def test_what_is_chosen_stands_in_the_address(open_panel) -> None:
    test = open_panel()
    test.selectbox(key="data").select("fashion_mnist")
    test.selectbox(key="pixels").select("shuffled")
    test.number_input(key="share").set_value(10.0)
    sound(test.run())
    chosen = DataSpec("fashion_mnist", shuffled=True, share=0.1)
    assert test.session_state["spec"] == chosen
    assert "about 1\u202f000" in told(test)
    address = dict(test.query_params)
    assert address == {"data": "fashion_mnist", "pixels": "shuffled", "share": "10.0"}
    assert open_panel(**address).session_state["spec"] == chosen


@pytest.mark.parametrize("address", [{"data": "x" * 99}, {"share": "nan"}, {"pixels": "?"}])
def test_a_spoilt_address_is_the_default(open_panel, address) -> None:
    assert open_panel(**address).session_state["spec"] == DataSpec()


@pytest.mark.parametrize("by_spec", [True, False])
def test_a_link_to_somebody_elses_pictures_says_so(open_panel, by_spec) -> None:
    name = "own-0123456789abcdef"
    test = open_panel(DataSpec(name)) if by_spec else open_panel(data=name)
    for _ in range(2):
        assert test.session_state["spec"].name == "mnist"
        assert "pictures are somebody's own" in told(test)
        sound(test.run())
    test.selectbox(key="data").select("fashion_mnist")
    assert "somebody's own" not in told(sound(test.run()))


@pytest.mark.parametrize("name", ["upload", "draw"])
def test_a_link_whose_data_is_a_way_to_own_pictures_trains_the_stand_in(open_panel, name) -> None:
    """Such a name is the panel's own: in a spec it names no pictures."""
    test = open_panel(DataSpec(name))
    assert test.session_state["spec"] == DataSpec()
    assert "are not known here" in told(test)


@pytest.mark.parametrize("name", ["imagenet", "mnist+shuffled", "<b>![x](y)"])
@pytest.mark.parametrize("by_spec", [True, False])
def test_a_link_to_data_that_nobody_knows_says_what_stands_in(open_panel, name, by_spec) -> None:
    test = open_panel(DataSpec(name)) if by_spec else open_panel(data=name)
    for _ in range(2):
        assert test.session_state["spec"] == DataSpec()
        assert len(test.info) == 1
        assert "Handwritten digits (MNIST) stand in" in test.info[0].value
        assert not set("<![(") & set(test.info[0].value.split("”")[0])
        sound(test.run())
    test.selectbox(key="data").select("fashion_mnist")
    assert "stand in" not in told(sound(test.run()))


def test_a_link_to_a_download_fetches_nothing(open_panel, monkeypatch) -> None:
    asked: list[str] = []

    def fetch(url: str, limit: int) -> Any:
        asked.append(url)
        raise OSError

    monkeypatch.setattr(downloads, "fetch", fetch)
    test = open_panel(data="mnist_full")
    assert test.session_state["spec"] == DataSpec("mnist_full")
    assert "has to be downloaded first (12 MB" in test.session_state["mistake"]
    assert asked == []
    test.button(key="download mnist_full").click()
    sound(test.run())
    assert len(asked) == 1
    assert "this needs a network. Without it, “Handwritten digits" in told(test)
    test.button(key="download mnist_full").click()  # one may try again
    sound(test.run())
    assert len(asked) == 2


def test_one_visitors_download_is_not_anothers(open_panel, monkeypatch) -> None:
    """Each of them presses for the first time; a set that was fetched may be gone again."""
    name, size = "mnist_full", 12_000_000
    here: set[str] = set()

    def fails(_name: str) -> Iterator[int]:
        raise downloads.DownloadError("No network.")
        yield 0

    def comes(name: str) -> Iterator[int]:
        yield size
        here.add(name)

    def press() -> AppTest:
        test = open_panel(data=name)
        test.button(key=f"download {name}").click()
        return sound(test.run())

    monkeypatch.setattr(downloads, "is_here", here.__contains__)
    monkeypatch.setattr("dlviz.ui.samples.samples", lambda *_: None)
    monkeypatch.setattr(downloads, "download", fails)
    assert "No network." in told(press())
    monkeypatch.setattr(downloads, "download", comes)
    for _ in range(2):
        here.clear()  # as if it had been damaged on disk
        assert "No network." not in told(press())
        assert here == {name}


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
        archive.writestr("y/torn.png", b"torn")
    test = open_panel(data="upload", side="28")
    (box,) = test.get("file_uploader")
    box.set_value(("good.zip", packed.getvalue(), "application/zip"))
    sound(test.run())
    assert len(mine.pictures) == 1
    sentence = "1 of 19 pictures could not be read and was left out: y/torn.png."
    assert [item.value for item in test.warning] == [sentence]
    assert [item.value for item in sound(test.run()).warning] == [sentence]


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


# -- augmentation ---------------------------------------------------------------------------------


def test_changes_are_set_warned_of_and_kept_in_the_address(open_panel) -> None:
    test = open_panel()
    assert "breaks labels" not in told(test)
    test.number_input(key="shift").set_value(2)
    test.number_input(key="rotate").set_value(90.0)
    test.selectbox(key="mirror").select("half")
    sound(test.run())
    chosen = test.session_state["augment"]
    assert (chosen.shift, chosen.rotate, chosen.flip, chosen.noise) == (2, 90.0, True, 0.0)
    assert "breaks labels" in told(test)
    assert "A mirrored 2 is no 2" in told(test)
    test.selectbox(key="data").select("fashion_mnist")
    sound(test.run())
    assert "breaks labels" not in told(test)
    assert "sneaker is a sneaker" in told(test)


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
