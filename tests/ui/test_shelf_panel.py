"""The model shelf on a page: what is on it, rename, take off, and files from strangers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dlviz.core.layers import build
from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Score, Snapshot
from dlviz.core.specs import AdversarialSpec, DataSpec, NetSpec, RunSpec, layer
from dlviz.io.checkpoints import read_checkpoint, write_checkpoint
from dlviz.io.datasets import DATASETS
from dlviz.runs.shelf import MAX_MODELS, Shelf
from dlviz.runs.visitors import Visitor
from dlviz.ui import shelf as shelf_module

ROOT = Path(__file__).resolve().parents[2]
DIGITS = DataFacts(DATASETS["mnist"].classes, (1, 28, 28), (0.13,), (0.31,))
TINY = RunSpec(
    NetSpec(
        (
            layer("conv", channels=2, kernel=5, stride=4),
            layer("relu"),
            layer("max_pool", size=2),
            layer("flatten"),
            layer("dense"),
        )
    )
)


def shot(
    step: int = 3,
    *,
    spec: RunSpec = TINY,
    facts: DataFacts = DIGITS,
    accuracy: float | None = None,
) -> Snapshot:
    module, _ = build(
        spec.net, facts.shape, len(facts.classes), torch.Generator().manual_seed(step)
    )
    score = None if accuracy is None else Score(step, 0.5, accuracy, 2000)
    return Snapshot(step, step / 125, module.state_dict(), spec, facts, score)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    visitor = Visitor("A" * 22)
    monkeypatch.setattr(shelf_module, "visitor", lambda: visitor)
    return visitor.shelf


@pytest.fixture
def panel(shelf: Shelf) -> Callable[[], AppTest]:
    """The panel alone on a page; the page goes on below it."""
    main = """
import streamlit as st
from dlviz.ui.pages import LABS, page_file
from dlviz.ui.shelf import shelf_panel

def here():
    shelf_panel()
    st.caption("the page goes on")

st.navigation([st.Page(here, default=True), *(st.Page(page_file(name)) for name in LABS)]).run()
"""

    def run() -> AppTest:
        return sound(AppTest.from_string(main, default_timeout=60).run())

    return run


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert "the page goes on" in [item.value for item in test.caption]
    return test


ICON = ":material/inventory_2: "


def lines(test: AppTest) -> list[str]:
    """The models' lines, without their icon."""
    return [item.value.removeprefix(ICON) for item in test.markdown if ICON in item.value]


def press(test: AppTest, label: str) -> AppTest:
    (button,) = [item for item in test.button if item.label == label]
    return sound(button.click().run())


def test_an_empty_shelf_says_how_to_fill_it_and_how_much_it_holds(panel) -> None:
    test = panel()
    assert [item.value for item in test.subheader] == ["Your model shelf"]
    text = " ".join(item.value for item in test.caption)
    assert "Empty." in text
    assert f"up to {MAX_MODELS} models and 128 MB" in text
    assert "Empty the shelf" not in [item.label for item in test.button]


def test_models_stand_there_newest_first_with_step_and_accuracy(panel, shelf) -> None:
    shelf.add(TINY, [shot(3)])
    shelf.add(TINY, [shot(0), shot(500, accuracy=0.97)])
    test = panel()
    assert lines(test) == [
        "**My digits net 2** · step 500 · 97.0 % of held-out pictures right",
        "**My digits net 1** · step 3",
    ]


def test_each_has_a_way_into_the_next_labs_by_its_key(panel, shelf) -> None:
    entry = shelf.add(TINY, [shot()])
    links = panel().get("page_link")
    assert [link.proto.page for link in links] == ["filters", "adversarial"]
    assert all(f"model={entry.key}" in str(link.proto) for link in links)
    hostile = replace(TINY.train, adversarial=AdversarialSpec("fgsm"))
    shelf.add(replace(TINY, train=hostile), [shot()])
    links = panel().get("page_link")
    assert [link.proto.label for link in links[:3]] == ["Look inside", "Fool it", "Judge it"]
    assert "scene=defences" in str(links[2].proto)


def test_a_new_name_is_cleaned_and_shown_as_text(panel, shelf) -> None:
    entry = shelf.add(TINY, [shot()])
    test = panel()
    sound(test.text_input(key=f"title-{entry.key}").set_value("  **fat**\t$x$ <b> ").run())
    assert shelf.get(entry.key).title == "**fat** $x$ <b>"
    sound(test.run())
    assert lines(test) == [r"**\*\*fat\*\* \$x\$ \<b\>** · step 3"]
    sound(test.text_input(key=f"title-{entry.key}").set_value("   ").run())
    assert shelf.get(entry.key).title == "**fat** $x$ <b>"
    sound(test.text_input(key=f"title-{entry.key}").set_value("x" * 100).run())
    assert len(shelf.get(entry.key).title) <= 60


def test_one_is_taken_off_and_then_all(panel, shelf) -> None:
    first, second, third = (shelf.add(TINY, [shot(step)]) for step in (1, 2, 3))
    test = panel()
    (button,) = [item for item in test.button if item.key == f"remove-{second.key}"]
    sound(button.click().run())
    assert [entry.key for entry in shelf.entries()] == [first.key, third.key]
    press(test, "Empty the shelf")
    assert shelf.entries() == []
    assert any("Empty." in item.value for item in test.caption)


def test_who_had_to_make_room_is_named_once(panel, shelf) -> None:
    for number in range(MAX_MODELS + 1):
        shelf.add(TINY, [shot(number)], title=f"net {number}")
    test = panel()
    assert len(lines(test)) == MAX_MODELS
    (toast,) = test.toast
    assert "“net 0” had to make room" in toast.value
    assert str(MAX_MODELS) in toast.value
    assert not sound(test.run()).toast


def test_the_download_is_the_model_itself(shelf) -> None:
    entry = shelf.add(TINY, [shot(0), shot(7, accuracy=0.5)])
    (back,) = read_checkpoint(shelf_module._file(entry))
    assert back.step == 7
    assert back.held_out == Score(7, 0.5, 0.5, 2000)
    images = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    assert torch.equal(back.classifier(images), entry.classifier(images))


# -- files from strangers -------------------------------------------------------------------------


def send(test: AppTest, data: bytes, name: str = "mine.safetensors") -> AppTest:
    uploader = test.file_uploader(key="checkpoint")
    return sound(uploader.set_value((name, data, "application/octet-stream")).run())


def test_a_saved_model_comes_back_onto_the_shelf_once(panel, shelf) -> None:
    test = send(panel(), write_checkpoint([shot(9, accuracy=0.75)]))
    assert not test.error
    (entry,) = shelf.entries()
    assert entry.accuracy == 0.75
    assert len(lines(test)) == 1
    sound(test.run())
    sound(test.run())
    assert shelf.entries() == [entry]
    press(test, "Empty the shelf")
    assert shelf.entries() == []  # the file that is still in the box does not come back


@pytest.mark.parametrize("name", PRESETS)
def test_a_model_of_every_preset_can_be_taken_along(panel, shelf, name) -> None:
    spec = PRESETS[name].spec
    entry = DATASETS[spec.data.name]
    facts = DataFacts(entry.classes, entry.shape, entry.mean, entry.std)
    send(panel(), write_checkpoint([shot(4, spec=spec, facts=facts)]))
    (entry,) = shelf.entries()
    assert entry.spec == spec
    assert entry.title.startswith("Loaded ")  # runs have numbers, and it is none


def of(spec: RunSpec = TINY, **facts: Any) -> bytes:
    known: dict[str, Any] = {"classes": DIGITS.classes, "shape": (1, 28, 28)}
    known |= {"mean": (0.1,), "std": (0.3,)} | facts
    return write_checkpoint([shot(spec=spec, facts=DataFacts(**known))])


VALID = of()
REFUSED = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "cut off": VALID[:-10],
    "a pickle": b"\x80\x05" + b"cos\nsystem\n(S'true'\ntR.",
    "an unknown data set": of(RunSpec(TINY.net, DataSpec("my cats"))),
    "digits of another size": of(shape=(1, 32, 32)),
    "digits in colour": of(shape=(3, 28, 28), mean=(0.1,) * 3, std=(0.3,) * 3),
    "digits in three classes": of(classes=("a", "b", "c")),
    "digits with other names": of(classes=tuple("abcdefghij")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_lab_could_use_is_refused_in_one_sentence(panel, shelf, name) -> None:
    """A net that the next labs could not feed would end there in a traceback."""
    test = send(panel(), REFUSED[name])
    (error,) = [item.value for item in test.error]
    assert error.count(". ") == 0
    assert error.endswith(".")
    assert shelf.entries() == []
    send(test, VALID, "another.safetensors")
    assert not test.error
    assert len(shelf.entries()) == 1


def test_the_limit_is_stated_beside_the_box(panel) -> None:
    assert any("at most 40 MB" in item.value for item in panel().caption)
