"""The same settings from many starts: small surfaces to choose from, and the lines of two units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.lessons import Card
from dlviz.core.points.data import REGRESSION, TWO, PointSet, points_of
from dlviz.core.points.restarts import (
    MOST_UPDATES,
    SOLVED,
    STARTS,
    Start,
    plain,
    ranked,
    told,
    trying,
)
from dlviz.core.points.specs import PointsSpec
from dlviz.core.words import grouped, percent
from dlviz.ui.address import renew, rerun
from dlviz.ui.components.points import CLASSES
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import switch
from dlviz.ui.newest import Newest
from dlviz.ui.rate_finder import Crowd
from dlviz.ui.server import slots
from dlviz.ui.steps import Task, in_slices
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.figures.sheets import Sheet

Starts = tuple[Start, ...]

_TASKS, _SHEETS = "starts tried", "pictures of starts"
_TILES = "starts shown"
_SMALLEST = 84
_TAKEN = "start taken"
_KEPT = "pace"  # what a card leaves as it is
_crowd = Crowd(slots())  # of those who train starts at the same time

STYLE = """
.two-lines { display: block; width: 100%; max-width: 420px; border-radius: 4px; }
"""


def lay_out(card: Card) -> None:
    """Set the page as a card says. Call in a callback."""
    kept = {_KEPT: st.query_params[_KEPT]} if _KEPT in st.query_params else {}
    renew({**kept, **card.settings, "try": card.name})


def restarts_panel(spec: PointsSpec, mistake: str = "") -> None:
    """A part of a page: a switch, and after it what becomes of 24 starts of these settings.

    ``mistake`` says why they cannot be trained. Taking a start sets the page's seed.
    """
    if st.session_state.pop(_TAKEN, False):
        rerun()  # the seed's control is in another part of the page
    wanted = switch(
        f"Train from {STARTS} starts",
        key="starts",
        disabled=bool(mistake),
        help=mistake or "The same settings, each time from other initial weights.",
    )
    if not wanted or mistake:
        return
    try:
        starts = _tried(spec)
    except ValueError as error:
        st.warning(str(error))
        st.button("Try again", key="starts again", on_click=_forget)
        return
    if starts:
        _show(spec, ranked(starts))


def _forget() -> None:
    st.session_state.pop(_TASKS, None)


def _tried(spec: PointsSpec) -> Starts:
    tasks: Newest[Task[Starts]] = st.session_state.setdefault(_TASKS, Newest(4))
    task = tasks.get(plain(spec).to_json(), lambda: Task(STARTS, _steps(spec)))
    if task.finished:
        return task.result
    # The panel is in a fragment, where Stop is heard between slices only.
    with _crowd.place():
        ready = in_slices(task, key="starts", things="starts")
    return task.result if ready else ()


def _steps(spec: PointsSpec) -> Iterator[tuple[int, Starts]]:
    starts: Starts = ()
    for start in trying(spec):
        # A breath on the way, too: it is where Stop acts.
        starts = starts if start is None else (*starts, start)
        yield len(starts), starts


def _show(spec: PointsSpec, starts: list[Start]) -> None:
    points = points_of(spec.data)
    measure = "R²" if points.task == REGRESSION else "accuracy"
    steps = max(start.step for start in starts)
    much = (
        f"R² of {SOLVED}" if measure == "R²" else f"{percent(SOLVED)} of the held-out points right"
    )
    cut = steps >= MOST_UPDATES
    st.markdown(
        f"**{told(starts)}**: at least {much} after {grouped(steps)} updates"
        f"{' (no more are made here)' if cut else ''}. Best first; choose one to take its seed."
    )
    share = percent if points.classes else _two_digits
    texts = [f"{start.seed}: {share(start.accuracy)}{' ✓' * start.solved}" for start in starts]
    names = [_named(start, measure) for start in starts]
    own = [at for at, start in enumerate(starts) if start.seed == spec.train.seed]

    def take() -> None:
        at = (st.session_state.get(_TILES) or {}).get("pick")
        if isinstance(at, int) and 0 <= at < len(starts):
            st.session_state["seed"] = starts[at].seed
            st.session_state[_TAKEN] = True

    tiles(
        _sheet(spec, starts, points),
        names,
        key=_TILES,
        texts=texts,
        smallest=_SMALLEST,
        selected=own[0] if own else None,
        on_pick=take,
    )
    if spec.net.features == ("x1", "x2") and spec.shape == (2, 2, 1) and points.task == TWO:
        _lines(starts, points, own[0] if own else 0)


def _two_digits(value: float) -> str:
    """R² is no share."""
    return f"{value:.2f}"


def _named(start: Start, measure: str) -> str:
    if start.network is None:
        return f"Seed {start.seed}: the loss stopped being a number"
    solved = "solved" if start.solved else "not solved"
    return f"Seed {start.seed}: held-out {measure} {start.accuracy:.3f}, {solved}"


def _sheet(spec: PointsSpec, starts: list[Start], points: PointSet) -> Sheet:
    """Drawn once for these starts and this theme."""
    from dlviz.figures.restarts import surfaces

    sheets: Newest[Sheet] = st.session_state.setdefault(_SHEETS, Newest(4))
    shown = theme()
    return sheets.get(
        f"{plain(spec).to_json()} {len(starts)} {shown}",
        lambda: surfaces(
            starts,
            points,
            spec.net.features,
            colours=CLASSES[shown],
            rule=spec.train.rule,
            theme=shown,
        ),
    )


def _lines(starts: list[Start], points: PointSet, own: int) -> None:
    """The two lines of the chosen start, and of one that ended the other way."""
    from dlviz.figures.restarts import line_equations, two_lines

    first = starts[own]
    other = next((start for start in starts if start.solved != first.solved), None)
    shown = theme()
    st.markdown(
        "**A hidden unit draws a line**, where its z = w₁x₁ + w₂x₂ + b is 0; the output weighs "
        "what lies on which side."
    )
    st.html(f"<style>{STYLE}</style>")
    for column, start in zip(st.columns(2), (first, other), strict=True):
        if start is None or start.network is None:
            continue
        with column:
            equations = line_equations(start.network)
            ended = "solves it" if start.solved else "does not solve it"
            st.markdown(f"Seed {start.seed} {ended}: {percent(start.accuracy)}")
            st.html(
                two_lines(
                    start.network,
                    points,
                    colours=CLASSES[shown],
                    theme=shown,
                    title=f"Seed {start.seed}: " + "; ".join(equations),
                )
            )
            st.markdown("  \n".join(equations))
