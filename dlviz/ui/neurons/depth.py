"""Ten layers of an activation function: what becomes of a signal and of its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from dlviz.core.neurons.bends import BENDS
from dlviz.core.neurons.depth import MOST_LAYERS, MOST_WIDTH, SPREADS, Band, band, send
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.neurons.drawn import drawing
from dlviz.ui.neurons.segments import segments
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme
from dlviz.ui.views import Spot

COMPARED = ("sigmoid", "tanh", "relu", "gelu", "silu")
SEEDS = 5
WAYS = {
    "functions": Named("activation functions"),
    "starts": Named("initialisations"),
}
Bands = dict[str, Band]
_bands: Newest[Band] = Newest(256)
_tasks: Newest[Task[Bands]] = Newest(64)
STYLE = """
.histograms { overflow-x: auto; }
.histograms img { display: block; width: 100%; min-width: 1000px; max-width: 1200px; }
"""


def show(spot: Spot) -> None:
    """Lines of all that are compared, and the chosen one's answers layer by layer."""
    from dlviz.figures.neurons_depth import chart, code, histograms, sentence

    with spot.controls:
        way = segments("Compare", WAYS, key="compare")
        chosen = choice("Activation", BENDS, key="bend", width=150)
        spread = choice("Initial weights", SPREADS, key="start", width=150)
        layers = number(f"Layers (to {MOST_LAYERS})", 2, MOST_LAYERS, 10, key="layers", width=120)
        width = number(f"Units (to {MOST_WIDTH})", 10, MOST_WIDTH, 100, key="units", width=120)
    pairs = _pairs(way, chosen, spread)
    own = next(title for title, pair in pairs.items() if pair == (chosen, spread))
    with spot.status:
        key = f"{way} {chosen} {spread} {layers} {width}"
        task = _tasks.get(key, lambda: Task(len(pairs), _steps(pairs, own, layers, width)))
        known: Bands = run(task, key=f"depth {key}", things="lines")
        found = {title: known[title] for title in pairs if title in known}
        st.markdown(sentence(own, found[own]))
    for column, back in zip(st.columns(2), (False, True), strict=True):
        way = "gradient" if back else "signal"
        save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
        save["toImageButtonOptions"] = {"filename": f"{way}-{chosen}-{spread}"}
        column.plotly_chart(chart(found, own, back=back), key=f"depth {way}", config=save)
    title = f"What the units answer: {BENDS[chosen].title}, {SPREADS[spread].title}, seed 0"
    passage = send(chosen, spread, layers=layers, width=width)
    drawing(
        f"<style>{STYLE}</style><p><b>{title}</b>, from the least to the largest answer</p>"
        f"{histograms(passage, title=title, theme=theme())}",
        f"answers-{chosen}-{spread}.png",
        title,
        f"{layers} layers of {width} units, random weights; from the least to the largest answer",
    )
    st.caption(
        f"Random weights, no training; 64 normal inputs. Lines: the median of {SEEDS} seeds; "
        "bands: from the lowest to the highest. Signal: how much a unit’s answer still differs "
        "from input to input (standard deviation). Gradient: its root mean square at each layer, "
        "where the top’s is 1. Both scales are logarithmic; what falls below 10⁻¹² is not drawn."
    )
    with st.expander("Show the code"):
        names = [name for name, start in pairs.values() if start == spread]
        st.code(code(names, spread, layers=layers, width=width), language="python")


def _steps(
    pairs: dict[str, tuple[str, str]], own: str, layers: int, width: int
) -> Iterator[tuple[int, Bands]]:
    """A line after the other, the chosen one first: a page that was stopped has it, too."""
    known: Bands = {}
    for title in sorted(pairs, key=lambda title: title != own):
        name, start = pairs[title]
        make = partial(band, name, start, layers=layers, width=width, seeds=SEEDS)
        line = _bands.get(f"{name} {start} {layers} {width}", make)
        known = {**known, title: line}
        yield len(known), known


def _pairs(way: str, chosen: str, spread: str) -> dict[str, tuple[str, str]]:
    """Title → (activation, initialisation) of all that are compared; the chosen pair among them."""
    if way == "starts":
        return {item.title: (chosen, name) for name, item in SPREADS.items()}
    names = COMPARED if chosen in COMPARED else (*COMPARED[:-1], chosen)
    return {BENDS[name].title: (name, spread) for name in names}
