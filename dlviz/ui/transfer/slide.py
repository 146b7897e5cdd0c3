"""The lecture's one slide: a new head on a frozen base, then its last block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.words import grouped
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.taught import Outcome, taught_run
from dlviz.ui.transfer.another import another
from dlviz.ui.transfer.keep import keep
from dlviz.ui.transfer.pictures import choose_pictures, data_of, is_own

if TYPE_CHECKING:
    from dlviz.core.data import ImageData
    from dlviz.ui.views import Spot

RATE = 3e-4
_TILE, _ROW = 190, 6  # CSS pixels; of so many mistakes a row is filled


def show(spot: Spot) -> None:
    """Controls, the run, what it has come to, and the script."""
    name, data = choose_pictures(spot)
    spec = _spec(spot, name)
    with spot.status:
        _what(name, data, spec)
    outcome = taught_run(spec)
    if outcome:
        _outcome(outcome)
        keep(outcome)
        another(outcome)
    _explained(spec, data)


def _spec(spot: Spot, name: str) -> TaughtSpec:
    from dlviz.core.transfer_learning.run import MAX_EACH, MIN_EACH

    with spot.controls:
        each = number("Pictures per class", MIN_EACH, MAX_EACH, 10, key="each", width=130)
        head = number("Epochs, head alone", 1, 30, 8, key="head", width=140)
        tuned = number("then with last block", 0, 30, 4, key="tuned", width=150)
        sides = {"96": Named("96×96"), "128": Named("128×128")}
        side = int(choice("Input", sides, key="size", width=110))
        seed = number("Seed", 0, 99, 0, key="seed", width=100)
    return spec_of(name, each=each, head=head, tuned=tuned, side=side, seed=seed)


def spec_of(name: str, *, each: int, head: int, tuned: int, side: int, seed: int) -> TaughtSpec:
    """``head`` epochs of the head alone, then ``tuned`` with the last block; keeps the weights."""
    settings = (
        *(("pictures", name), ("each", each), ("tuned", tuned), ("side", side)),
        ("weights", True),
    )
    return TaughtSpec("transfer", TaughtTrain(RATE, head + tuned, seed), settings)


def _what(name: str, data: ImageData, spec: TaughtSpec) -> None:
    """What is about to be learnt from how little, in one line."""
    from dlviz.io.transfer_tasks import TASKS
    from dlviz.ui.own_data import kept_row

    held = grouped(len(data.test_labels))
    if is_own(name):
        kept_row(name, data)
        return
    title, what = TASKS[name].title.rstrip("?"), TASKS[name].what
    st.markdown(
        f"**{title}.** {what[0].upper()}{what[1:]}. "
        f"**{spec['each']} of each** to learn from, {held} held out; all grey, with the same "
        "histogram."
    )


def _outcome(outcome: Outcome) -> None:
    """Of the run that is shown, not of the settings above."""
    from torch import Generator

    from dlviz.core.transfer_learning.pictures import colour_alone, few
    from dlviz.figures.transfer_learning import mistakes, verdict
    from dlviz.ui.components.tiles import tiles

    spec, tensors = outcome.spec, outcome.tensors
    data = data_of(str(spec["pictures"]))
    if data is None or len(tensors.get("answers", ())) != len(data.test_labels):
        return
    learnt = few(data, int(spec["each"]), Generator().manual_seed(spec.train.seed))
    colour = colour_alone(learnt)
    tuned = int(spec["tuned"])
    said = verdict(tensors["answers"], tensors["before"], data, colour, tuned)
    st.markdown(f"{_whose(outcome, len(learnt.train_labels))} {said}")
    sheet, words = mistakes(tensors["answers"], data)
    if sheet is not None:
        st.markdown("**Named wrongly**, the surest first:")
        with st.container(width=_TILE * len(words) if len(words) < _ROW else "stretch"):
            tiles(sheet, words, key="transfer mistakes", texts=words, smallest=150)


def _whose(outcome: Outcome, count: int) -> str:
    """Which run is spoken of."""
    from dlviz.io.transfer_tasks import TASKS

    task = TASKS.get(str(outcome.spec["pictures"]))
    title = task.title.rstrip("?") if task else "your own pictures"
    return (
        f"{'Recorded' if outcome.recorded else 'Your last run'} ({title}, learnt from {count} "
        "pictures)."
    )


def _explained(spec: TaughtSpec, data: ImageData) -> None:
    from dlviz.figures.transfer_learning import steps
    from dlviz.figures.transfer_learning_code import beside_keras, script
    from dlviz.io.models import load_model

    tuned, rate = int(spec["tuned"]), spec.train.learning_rate
    head, classes = spec.train.epochs - tuned, len(data.classes)
    with st.expander("What is frozen, and what learns"):
        st.markdown(steps(load_model("mobilenet_v2"), classes, spec.train.epochs, tuned, rate))
        st.markdown(
            "Below the last block nothing ever changes, so its maps are worked out once for every "
            "picture and kept. **Batch norm stays in evaluation mode**, also in the block that "
            "learns: its averages are ImageNet’s, from over a million pictures. In training mode "
            "each batch of 10 would be scaled by its own averages, which are mostly chance, and "
            "the kept ones would drift: the features under the head would change before it has "
            "learnt."
        )
    with st.expander("Show the code, and the lecture’s Keras slide beside it"):
        code = script(
            str(spec["pictures"]),
            classes,
            each=int(spec["each"]),
            head=head,
            tuned=tuned,
            side=int(spec["side"]),
            rate=rate,
            seed=spec.train.seed,
            own_side=data.shape[-1] if is_own(str(spec["pictures"])) else 0,
        )
        st.code(code, language="python")
        st.markdown(beside_keras(head, tuned, rate))
