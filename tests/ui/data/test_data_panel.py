"""Choosing data: registered sets, shuffled pixels, fewer labels, augmentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.specs import DataSpec
from dlviz.io import downloads
from tests.ui.data.panel import sound, told

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
