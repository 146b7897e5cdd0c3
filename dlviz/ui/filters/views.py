"""The views of the filters lab, in visible order: which figure each one is, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import follow, plain, renew, write
from dlviz.ui.in_sight import style_page

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.core.classifier import Classifier
    from dlviz.ui.models import Offer


@dataclass(frozen=True, eq=False)
class Place:
    """What a view is given: the model that was chosen, and where on the page things go.

    ``controls``: the row that the model stands in, for the view's own controls. ``status``: below
    it, for progress and sentences. What the view shows goes below both.
    """

    offer: Offer
    model: Classifier
    controls: DeltaGenerator
    status: DeltaGenerator


@dataclass(frozen=True)
class View:
    """One view: its ``title`` in the row, the ``question`` it answers, and where it is shown.

    ``module`` below ``dlviz.ui.filters`` has a function ``show(place)``, which raises ValueError
    with one sentence where it cannot. ``figure``: the paper's. ``pooled``: only for networks with
    max pooling, whose projections depend on the picture.
    """

    title: str
    question: str
    module: str
    figure: str = ""
    pooled: bool = False


VIEWS: dict[str, View] = {
    "strongest": View(
        "Strongest nine",
        "What excites a channel most, and which pixels did?",
        "strongest",
        "figure 2",
    ),
    "deconvnet": View("Deconvnet", "Which pixels drove this unit?", "deconvnet", "figure 1"),
    "first": View("First layer", "What does the first layer look for?", "first", "figure 6"),
    "maps": View("Feature maps", "What does every layer answer to this picture?", "maps"),
    "evolution": View(
        "Evolution", "How did a channel come to look for this?", "evolution", "figure 4"
    ),
    "invariance": View(
        "Invariance", "How far do features move with the picture?", "invariance", "figure 5"
    ),
    "occlusion": View("Occlusion", "Which part does the answer hang on?", "occlusion", "figure 7"),
    "parts": View(
        "Parts", "Is the same part one thing to it, whoever wears it?", "parts", "figure 8"
    ),
    "ablation": View(
        "Ablation", "Which layers are missed when they are gone?", "ablation", "table 3"
    ),
    "features": View("Readout", "How good are the features of each layer?", "features"),
    "maximise": View("Dreams", "Which picture would excite it even more?", "maximise"),
}


# What a view finds as the view before has left it.
COMMON = ("model", "layer", "channel", "picture", "image")


def choose_view(head: DeltaGenerator) -> str:
    """A row of the views; the address has the choice as ``view``. ``head`` gets its question."""
    names = list(VIEWS)

    def read(text: str) -> str:
        if text not in VIEWS:
            raise ValueError(f"a view “{plain(text)}”")
        return text

    sentence = follow("view", read, names[0])
    style_page("filters_page.css")
    with st.container(key="filters_views"):
        chosen = st.segmented_control(
            "View",
            names,
            key="view",
            format_func=lambda name: VIEWS[name].title,
            required=True,
            label_visibility="collapsed",
            on_change=_leave,
        )
    if sentence:
        st.info(sentence)
    name = str(chosen)
    write("view", name, names[0])
    view = VIEWS[name]
    head.markdown(f"{view.question}{f' ({view.figure})' if view.figure else ''}")
    return name


def link_to(name: str, label: str) -> None:
    """A way to another view that keeps what both may look at."""
    st.button(label, key=f"to {name}", on_click=_open, args=(name,))


def _leave() -> None:
    _open(str(st.session_state["view"]))


def _open(name: str) -> None:
    """What only the view before had in the address says nothing in this one. Call in a callback."""
    kept = {key: st.query_params[key] for key in COMMON if key in st.query_params}
    renew({**kept, "view": name} if name != next(iter(VIEWS)) else kept)


def show(name: str, place: Place) -> None:
    """Show the view called ``name``. Raises ValueError with one sentence where it cannot."""
    import_module(f"dlviz.ui.filters.{VIEWS[name].module}").show(place)
