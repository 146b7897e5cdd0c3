"""Transfer against the same network from scratch: equal time, several seeds, one chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.ui.controls import number
from dlviz.ui.taught import Outcome, taught_run
from dlviz.ui.transfer.pictures import choose_pictures, data_of, is_own

if TYPE_CHECKING:
    from dlviz.core.data import ImageData
    from dlviz.ui.views import Spot

RATE, SCRATCH_RATE, SIDE = 3e-4, 3e-3, 96


def show(spot: Spot) -> None:
    """The chart of the last run, or the recorded one; below it the run itself."""
    name, data = choose_pictures(spot)
    spec = _spec(spot, name)
    seeds, seconds = spec.train.epochs, int(spec["seconds"])
    with spot.status:
        st.markdown(
            f"{spec['each']} pictures of each of {len(data.classes)} classes, {seeds} seeds; "
            f"either way gets {seconds} s of one core’s work. **Start** repeats it here: "
            f"{2 * seeds * seconds} s of training in all."
        )
    top = st.container()
    outcome = taught_run(spec)
    if outcome:
        with top:
            _chart(outcome)
    _explained(spec)
    _code(spec, name, data)


def _spec(spot: Spot, name: str) -> TaughtSpec:
    from dlviz.core.transfer_learning.run import MAX_EACH, MIN_EACH
    from dlviz.core.transfer_learning.study import MAX_SECONDS, MIN_SECONDS, MOST_SEEDS

    with spot.controls:
        each = number("Pictures per class", MIN_EACH, MAX_EACH, 10, key="each", width=130)
        seconds = number("Seconds each", MIN_SECONDS, MAX_SECONDS, 10, key="seconds", width=130)
        seeds = number("Seeds", 1, MOST_SEEDS, 5, key="seeds", width=130)
    settings = (
        *(("pictures", name), ("each", each), ("seconds", seconds), ("side", SIDE)),
        ("scratch_rate", SCRATCH_RATE),
    )
    return TaughtSpec("scratch", TaughtTrain(RATE, seeds), settings)


def _chart(outcome: Outcome) -> None:
    """Of the run that is shown, not of the settings above."""
    from dlviz.core.transfer_learning.study import SLICES, measured_of
    from dlviz.figures.overlay import STYLE, legend
    from dlviz.figures.transfer_learning import against_time, comparison, gap

    data = data_of(str(outcome.spec["pictures"]))
    found = measured_of(outcome.tensors["measured"])
    if data is None or not found:
        return
    budget = float(outcome.spec["seconds"])
    left, right = st.columns([3, 2], gap="medium")
    with left:
        save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
        save["toImageButtonOptions"] = {"filename": "transfer-against-scratch"}
        figure = against_time(found, SLICES)
        st.plotly_chart(figure, key="against time", config=save)
    with right:
        st.html(f"<style>{STYLE}</style>")
        st.html(legend(comparison(found, budget)))
        st.markdown(gap(found, budget, len(data.classes)))
        st.caption(
            f"{'Recorded: ' if outcome.recorded else ''}{outcome.spec['each']} pictures of each "
            "class. In brackets, and as bands: the 95 % interval of the mean over seeds; a "
            "seed draws the pictures, the initial weights and the order."
        )


def _explained(spec: TaughtSpec) -> None:
    with st.expander("What is equal, and what is not"):
        st.markdown(
            "Equal: the pictures, the architecture (MobileNetV2 without its top, dense 1024, one "
            "output), Adam, batches of 10, and the time. Time is what the training thread computes "
            "on one core, whoever else is busy here; working out the training pictures’ features "
            "counts as training time, asking for the held-out accuracy does not.\n\n"
            "Not equal: transfer begins with ImageNet’s weights. It trains its head for a third of "
            f"the time at λ = {spec.train.learning_rate:g}, then the last block, too, at a tenth. "
            "From scratch all weights are random (He) and all learn, batch norm in training mode, "
            f"at λ = {SCRATCH_RATE:g}, with two seeds the best of 0.0003, 0.001 and 0.003. In the "
            "same time it makes far fewer steps, for each goes through the whole network, forwards "
            "and back. The comparison is about a short time and few pictures: with very many of "
            "both, scratch catches up."
        )


def _code(spec: TaughtSpec, name: str, data: ImageData) -> None:
    from dlviz.figures.transfer_scratch_code import scratch_script

    with st.expander("Show the code"):
        code = scratch_script(
            name,
            len(data.classes),
            each=int(spec["each"]),
            seconds=int(spec["seconds"]),
            seeds=spec.train.epochs,
            side=SIDE,
            rate=spec.train.learning_rate,
            scratch_rate=SCRATCH_RATE,
            own_side=data.shape[-1] if is_own(name) else 0,
        )
        st.code(code, language="python")
