"""A transfer-learnt network on the shelf goes through the labs like any other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.transfer_learning.kept import snapshot_of
from dlviz.core.transfer_learning.run import TransferRun
from dlviz.io.checkpoints import read_checkpoint, require_known_data, write_checkpoint
from dlviz.io.datasets import grey_name
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import load_task
from dlviz.runs.shelf import Entry
from dlviz.runs.visitors import Visitor
from dlviz.ui.models import address_of

Open = Callable[..., AppTest]


@pytest.fixture
def entry(mine: Visitor) -> Entry:
    """One that has learnt cats and foxes for an epoch."""
    settings = (*(("pictures", "cat_fox"), ("each", 10), ("tuned", 1)), ("side", 96))
    spec = TaughtSpec("transfer", TaughtTrain(3e-4, 6), (*settings, ("weights", True)))
    data, base = load_task("cat_fox"), load_model("mobilenet_v2")
    run = TransferRun(spec, base, data)
    list(run)
    shot = snapshot_of(spec, run.trained(), data, base, grey_name("cat_fox"))
    return mine.shelf.add(shot.spec, [shot], "My transfer net: cat or fox")


@pytest.mark.parametrize(
    ("page", "key", "view"),
    [
        ("filters", "view", "maps"),
        ("filters", "view", "deconvnet"),
        ("adversarial", "scene", "inside"),
        pytest.param("filters", "view", "occlusion", marks=pytest.mark.acceptance),
        pytest.param("filters", "view", "features", marks=pytest.mark.acceptance),
        pytest.param("adversarial", "scene", "family", marks=pytest.mark.acceptance),
    ],
)
def test_the_labs_look_into_it_and_fool_it(
    page: str, key: str, view: str, entry: Entry, run_page: Open
) -> None:
    address = address_of(entry)
    assert address == entry.key  # its spec is a head's: nothing to train the same from
    test = run_page(page, **{key: view, "model": address})
    assert test.selectbox(key="model").value == address
    assert not test.error, test.error
    assert [item.options[0] for item in test.selectbox if item.key == "picture"] == (
        ["Held-out picture"] if view != "features" else []
    )


def test_its_training_is_not_told_as_if_it_were_all_of_it(entry: Entry, run_page: Open) -> None:
    test = run_page("filters", view="evolution", model=address_of(entry))
    assert "no snapshots of its training" in test.error[0].value


def test_the_shelf_names_it_and_saves_it(entry: Entry, mine: Visitor) -> None:
    (back,) = read_checkpoint(write_checkpoint(entry.snapshots[-1:]))
    require_known_data(back, mine.pictures)
    other = mine.shelf.add(back.spec, [back], "Loaded")
    assert other.is_head
    assert other.accuracy == entry.accuracy
    assert other.accuracy is not None
    assert other.accuracy > 0.8
