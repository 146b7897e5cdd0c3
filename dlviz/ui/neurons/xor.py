"""XOR: one neuron cannot, two hidden units can, from some starts. No torch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.neurons.xor import HIDDEN, best_line, xor_spec
from dlviz.core.points.data import PointSet, points_of
from dlviz.core.points.network import Network
from dlviz.core.points.restarts import STARTS, Start, from_start, ranked, told, trying
from dlviz.core.points.specs import PointsSpec
from dlviz.core.words import percent
from dlviz.figures.neurons_xor import code, hidden_space, output_equation
from dlviz.figures.restarts import line_equations, two_lines
from dlviz.ui.components.points import CLASSES
from dlviz.ui.controls import Named
from dlviz.ui.neurons.drawn import drawing
from dlviz.ui.neurons.segments import segments
from dlviz.ui.newest import Newest
from dlviz.ui.pages import page_file
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme
from dlviz.ui.views import Spot

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

Starts = tuple[Start, ...]
Columns = tuple["DeltaGenerator", "DeltaGenerator"]
_tasks: Newest[Task[Starts]] = Newest(8)
_NAMED = {name: Named(title) for name, (title, _) in HIDDEN.items()}
STYLE = (
    ".two-lines { display: block; width: 100%; max-width: 350px; border-radius: 6px; }"
    ".st-key-trial [role=radiogroup] { flex-wrap: wrap; }"
    ".st-key-trial [role=radio] { padding-inline: 0.7rem; min-width: 3.4rem; }"
)


def show(spot: Spot) -> None:
    """What no line does, the two lines that do it, and the space in which one line is enough."""
    st.html(f"<style>{STYLE}</style>")
    with spot.controls:
        hidden = segments("Hidden units", _NAMED, key="between")
    spec = xor_spec(hidden)
    points = points_of(spec.data)
    if hidden == "none":
        _one_neuron(spec, points, spot)
    else:
        _starts(hidden, spec, points, spot)
    st.caption(
        "The points lab’s XOR: four clouds, opposite ones belong together; discs and squares are "
        "the classes, filled ones were trained on. Every start is the same network with other "
        "initial weights, trained for 100 epochs by gradient descent."
    )
    way = {"data": "xor", "epochs": "100", "hidden": spec.net.text or "none"}
    if hidden != "none":
        way["starts"] = "1"
    st.page_link(page_file("points"), label="Watch it learn in the points lab", query_params=way)
    with st.expander("Show the code"):
        st.code(code(hidden, STARTS), language="python")


def _one_neuron(spec: PointsSpec, points: PointSet, spot: Spot) -> None:
    """The best line of all, and what gradient descent comes to instead."""
    best, share = best_line(points.train_x, points.train_y.astype(int))
    learnt = from_start(spec, 0)
    with spot.status:
        st.markdown(
            f"**One neuron draws one line, and no line parts XOR.** The best of all lines has "
            f"**{percent(share)}** of the training points on the right side: three of the four "
            "clouds. Gradient descent settles for “½” everywhere: "
            f"{percent(learnt.accuracy)} of the held-out points."
        )
    left, right = st.columns(2)
    with left:
        st.markdown("**The best line of all**: three clouds of four")
        _draw(
            best,
            points,
            "the best line",
            "XOR: the best line of all",
            f"{percent(share)} of the training points on the right side",
        )
    if learnt.network is not None:
        with right:
            st.markdown("**What gradient descent learns**: about ½ everywhere")
            _draw(
                learnt.network,
                points,
                "what gradient descent learns",
                "XOR: what one neuron learns by gradient descent",
                f"{percent(learnt.accuracy)} of the held-out points",
            )


def _starts(hidden: str, spec: PointsSpec, points: PointSet, spot: Spot) -> None:
    """All starts to choose from, the best one first, and the chosen one's lines."""
    with spot.status:
        task = _tasks.get(hidden, lambda: Task(STARTS, _steps(spec)))
        tried: Starts = run(task, key=f"xor {hidden}", things="starts")
    starts = ranked(tried)
    named = {
        str(start.seed): Named(f"{start.seed} {'✓' if start.solved else '✗'}") for start in starts
    }
    beside, left, right = st.columns([1, 1.2, 1.2], gap="medium")
    with beside:
        both = 0 < sum(start.solved for start in starts) < len(starts)
        one = "Look at one that does, and at one that does not:" if both else "Look at some:"
        st.markdown(f"**{told(starts)}**. {one}")
        trial = segments("Start", named, key="trial", context=hidden, label_visibility="collapsed")
        start = next(start for start in starts if start.seed == int(trial))
        if start.network is None:
            raise ValueError("The loss of this start stopped being a number.")
        st.markdown("  \n".join(_equations(start.network)))
    _both_spaces(start, start.network, hidden, points, (left, right))


def _both_spaces(
    start: Start, network: Network, hidden: str, points: PointSet, places: Columns
) -> None:
    """The plane with the hidden units' lines; of two units also the space that they span."""
    ended = "solves it" if start.solved else "is stuck"
    right = f"{percent(start.accuracy)} of the held-out points"
    setting = f"{_NAMED[hidden].title}, start {start.seed} {ended}: {right}"
    with places[0]:
        st.markdown(f"**Start {start.seed} {ended}**: {right}. Each hidden unit draws a line.")
        title = "XOR: each hidden unit’s line"
        lines = line_equations(network)
        _draw(network, points, f"lines {hidden} {start.seed}", title, setting, *lines)
    if len(network.layers[0].w) != 2:
        return
    with places[1]:
        st.markdown(
            "**What the output sees**: the points where the two units’ answers put them. "
            + ("One line is enough here." if start.solved else "One line is still not enough.")
        )
        shown = theme()
        title = "the hidden space"
        drawing(
            hidden_space(network, points, colours=CLASSES[shown], theme=shown, title=title),
            f"xor-hidden-space-{hidden}-{start.seed}.png",
            "XOR: what the output sees",
            setting,
            output_equation(network),
        )


def _equations(network: Network) -> list[str]:
    two = len(network.layers[0].w) == 2
    return [*line_equations(network), *([output_equation(network)] if two else [])]


def _steps(spec: PointsSpec) -> Iterator[tuple[int, Starts]]:
    starts: Starts = ()
    for start in trying(spec):
        starts = starts if start is None else (*starts, start)
        if start is not None:
            yield len(starts), starts


def _draw(network: Network, points: PointSet, name: str, *words: str) -> None:
    """The plane with the network's lines; ``words``, a title first, go with it into a file."""
    shown = theme()
    drawing(
        two_lines(network, points, colours=CLASSES[shown], theme=shown, title=words[0]),
        f"xor-{name}.png".replace(" ", "-"),
        *words,
    )
