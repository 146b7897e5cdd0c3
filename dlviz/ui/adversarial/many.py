"""Many pictures: accuracy over ε, which class becomes which, the easiest and the hardest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.address import renew
from dlviz.ui.adversarial.crowd import Crowd, choose_crowd, companions, distinct
from dlviz.ui.adversarial.studies import PHOTOGRAPH_SIDE
from dlviz.ui.adversarial.subject import load_model_code
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import Named, choice, several
from dlviz.ui.filters import memory as shared
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.core.robustness import Survey
    from dlviz.ui.models import Offer
    from dlviz.ui.views import Place

EXTREMES = 6
MOST_CLASSES = 20  # of a matrix that can still be read
_going: Newest[Task[Any]] = Newest(8)
_WHAT = (
    "The attack leads away from the **true** class; every attacked picture is rounded to 8 bits "
    "before it is judged. FGM gets the length of a change that moves every pixel by ε. DeepFool "
    "has no ε: its smallest change counts from the ε on that it stays within."
)


@dataclass(frozen=True, eq=False)
class _Line:
    """One curve: a network, and what it is called, under one attack."""

    offer: Offer
    model: Classifier
    net: str
    attack: str

    @property
    def name(self) -> tuple[str, str]:
        return self.net, self.attack


def show(place: Place) -> None:
    """The curves, what is confused with what at one ε, and the pictures at both ends."""
    from dlviz.core.attacks import ATTACKS
    from dlviz.core.robustness import NOISE
    from dlviz.figures.robustness import chart, sentence, short

    model, offer = place.model, place.offer
    with place.controls:
        crowd = choose_crowd(model)
        others = companions(offer, model)
        more = {name: Named(short(name)) for name in ATTACKS if name != "fgsm"}
        extra = several("Attacks besides FGSM", more, key="attacks", most=3, placeholder="none")
        beside: list[str] = []
        if others:
            beside = several("Networks beside it", others, key="beside", most=2, placeholder="none")
    grid, usual = _epsilons(model.input_shape)
    nets = [(offer, model), *((others[name], others[name].load()) for name in beside)]
    names = distinct(net[0].title.removesuffix(" (shipped)") for net in nets)
    lines = [
        _Line(*net, name, attack)
        for net, name in zip(nets, names, strict=True)
        for attack in ("fgsm", *extra)
    ]
    lines.append(_Line(offer, model, names[0], NOISE))
    with place.status:
        surveys = {line.name: _survey(line, crowd, grid) for line in lines}
    left, right = st.columns([3, 2], gap="medium")
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        attacks = {name: Named(short(name)) for name in ("fgsm", *extra)}
        # What another view attacked with, and these curves have not, is no broken link.
        known = st.query_params.get("attack") in ATTACKS
        attack = choice("A closer look at", attacks, key="attack", explained=known, width=170)
        steps = {str(eps): Named(f"{eps}/255") for eps in (usual, *grid)}
        at = int(choice("at ε =", steps, key="at", context=str(grid), width=120))
    found = surveys[lines[0].name[0], attack]
    with left:
        st.markdown(sentence(surveys, at, crowd.words))
        save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
        name = f"accuracy-over-epsilon-{offer.key}"
        save["toImageButtonOptions"] = {"filename": name, "width": 1000, "height": 600}
        st.plotly_chart(chart(surveys, at), key="over eps", config=save)
    with right:
        _matrix(model, found, at)
    _extremes(model, crowd, found)
    st.caption(_WHAT)
    with st.expander("Show the code"):
        _code(offer, crowd, attack, grid)


def _epsilons(shape: tuple[int, int, int]) -> tuple[tuple[int, ...], int]:
    """(the ε of the curves, the one looked at first): photographs need least, grey drawings most.

    In steps of 1/255.
    """
    channels, _, side = shape
    if channels == 1:
        return (0, 4, 8, 16, 24, 32, 40, 56, 64, 80), 32
    if side >= PHOTOGRAPH_SIDE:
        return (0, 1, 2, 3, 4, 6, 8, 12, 16), 1
    return (0, 1, 2, 4, 6, 8, 12, 16, 24, 32), 8


def _survey(line: _Line, crowd: Crowd, grid: tuple[int, ...]) -> Survey:
    """One curve, computed once, with progress and Stop."""
    from dlviz.figures.robustness import short

    own = line.offer.own or crowd.own
    memory = memory_of(own=own)
    key = f"survey {facts(line.model)[0]} {crowd.key} {line.attack} {grid}"
    kept: list[Survey] = memory.results.get(key, list)
    if kept:
        return kept[0]

    def steps() -> Iterator[tuple[int, Survey]]:
        from dlviz.core.robustness import survey

        batch = 1 if crowd.pixels.shape[-1] >= PHOTOGRAPH_SIDE else 10
        yield from survey(line.model, crowd.pixels, crowd.labels, line.attack, grid, batch=batch)

    going = _going if memory is shared.SHARED else memory.tasks
    task = going.get(key, lambda: Task(len(crowd.pixels), steps()))
    found: Survey = run(task, key=key, things=f"pictures under {short(line.attack)}")
    if task.finished:
        kept.append(found)
        going.drop(key, task)
    return found


def _matrix(model: Classifier, found: Survey, at: int) -> None:
    """Which class becomes which, where there are few enough to be read."""
    from dlviz.figures.confusion import mistakes, worst

    if len(model.classes) > MOST_CLASSES:
        st.caption(f"A matrix of {len(model.classes)} classes could not be read.")
        return
    counts = found.counts(at, len(model.classes))
    figure = mistakes(counts, model.classes)
    figure.update_layout(height=280)
    st.plotly_chart(figure, key="becomes", config={"displayModeBar": False})
    st.caption(worst(counts, model.classes).replace("held-out pictures", "attacked pictures"))


def _extremes(model: Classifier, crowd: Crowd, found: Survey) -> None:
    """The pictures that fall first and those that fall last; a click opens one of them."""
    import numpy as np

    from dlviz.figures.robustness import extremes, fate
    from dlviz.figures.sheets import sheet_of
    from dlviz.figures.triptych import plain

    for column, (name, title), places in zip(
        st.columns(2, gap="medium"),
        (("easiest", "Fall first"), ("hardest", "Fall last")),
        extremes(found, EXTREMES),
        strict=True,
    ):
        if not places:
            continue
        with column:
            st.markdown(f"**{title}**, at the smallest ε that fools, and as what:")
            tiles(
                sheet_of(np.stack([plain(crowd.pixels[place]) for place in places])),
                [f"Open number {crowd.names[place]}" for place in places],
                key=name,
                texts=[fate(found, place, model.classes) for place in places],
                columns=EXTREMES,
                on_pick=partial(_open, name, places) if crowd.numbered else None,
            )


def _open(name: str, places: list[int]) -> None:
    """One of them in the first view. A callback."""
    picked = st.session_state[name]["pick"]
    kept = {key: st.query_params[key] for key in ("model",) if key in st.query_params}
    renew({**kept, "image": str(places[int(picked)])})


def _code(offer: Offer, crowd: Crowd, attack: str, grid: tuple[int, ...]) -> None:
    from dlviz.figures.robustness import code

    st.code(code(load_model_code(offer), crowd.source, attack, grid), language="python")
