"""Back through a run: what its network was at step 0, 1, 2, 4, 8, … and the way onto the shelf."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import streamlit as st

from dlviz.core.words import grouped, percent
from dlviz.runs.jobs import State
from dlviz.ui.address import rerun
from dlviz.ui.data import held_out_of
from dlviz.ui.server import server
from dlviz.ui.theme import theme
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.core.events import Score
    from dlviz.core.snapshots import Snapshot

_SLIDER = "scrubbed step"
_JOB = "scrubbed job"
# The slider's right end. It follows the run by itself: were the slider moved after each newest
# step, a browser that is a moment behind would send the step before as if it had been chosen.
NEWEST = "newest"

STYLE = """
.scrubbed { margin: 0; }
.scrubbed img { display: block; width: 100%; max-width: 26rem; border-radius: 0.25rem; }
.scrubbed figcaption { font-size: 15px; line-height: 1.4; margin-top: 0.4rem; opacity: 0.85; }
"""
# As long as a snapshot lives, and it is its visitor's alone; tabs share it.
_scores: WeakKeyDictionary[Snapshot, Score] = WeakKeyDictionary()


def scrub_panel(job: str | None) -> None:
    """A slider over the snapshots of the visitor's job, and what the network was then.

    A part of the page of its own. While the run is going it looks for new snapshots when asked:
    thirty pages that look by themselves would be felt by the trainings.
    """
    st.fragment(_panel)(job)


def _panel(job: str | None) -> None:
    st.subheader("Back through the steps", anchor=False)
    snapshots = _snapshots(job)
    if job is None or not snapshots:
        st.caption(
            "Once a run has begun, its networks at steps 0, 1, 2, 4, 8, … can be looked at here, "
            "and any of them put on your shelf."
        )
        _look_again(job)
        return
    chosen = _choose(job, snapshots)
    _look_again(job)
    left, right = st.columns(2)
    with left:
        _show_weights(chosen, snapshots)
    with right:
        _tell(chosen, snapshots)


def _look_again(job: str | None) -> None:
    if job and _is_going(job):
        st.button("Look for newer steps", icon=":material/refresh:", key="newer steps")


def _is_going(job: str) -> bool:
    try:
        return server().executor.status(job).state in (State.QUEUED, State.RUNNING)
    except KeyError:
        return False


def _snapshots(job: str | None) -> list[Snapshot]:
    """In the order of their steps; none where the job is gone."""
    try:
        return server().executor.snapshots(job) if job else []
    except KeyError:
        return []


def _choose(job: str, snapshots: Sequence[Snapshot]) -> Snapshot:
    """The slider. It stays where the visitor left it; at the right end it follows the run."""
    steps = [item.step for item in snapshots]
    chosen = st.session_state.get(_SLIDER, NEWEST)
    if job != st.session_state.get(_JOB):
        chosen = NEWEST
    st.session_state[_JOB] = job
    st.session_state[_SLIDER] = chosen = kept(chosen, steps)
    if len(steps) > 1:
        chosen = st.select_slider("Step", [*steps[:-1], NEWEST], value=chosen, key=_SLIDER)
    return snapshots[-1 if chosen == NEWEST else steps.index(int(chosen))]


def kept(chosen: int | str, steps: Sequence[int]) -> int | str:
    """What the slider shows where the visitor last chose ``chosen`` and there are ``steps`` now.

    The newest, if the run has begun anew since; the nearest, if the chosen one has made room for
    later ones.
    """
    if isinstance(chosen, str) or chosen >= steps[-1]:
        return NEWEST
    return min(steps[:-1], key=lambda step: abs(step - chosen))


def _show_weights(snapshot: Snapshot, snapshots: Sequence[Snapshot]) -> None:
    from dlviz.figures.board import PAPER
    from dlviz.figures.snapshots import shared_limit, snapshot_wall
    from dlviz.io.png import png_bytes

    limit = shared_limit(snapshots)
    colours = theme()
    try:
        if limit is None:
            raise ValueError("This network has no weights that could be shown as pictures.")
        wall = snapshot_wall(snapshot, limit, theme=colours, background=PAPER[colours])
    except ValueError as error:
        st.caption(str(error))
        return
    source = "data:image/png;base64," + base64.b64encode(png_bytes(wall.picture)).decode()
    st.html(
        f'<style>{STYLE}</style><figure class="scrubbed"><img src="{source}" alt="First-layer '
        f'weights at step {snapshot.step}"><figcaption>{wall.words}</figcaption></figure>'
    )


def _tell(snapshot: Snapshot, snapshots: Sequence[Snapshot]) -> None:
    """How good it was then, and the button."""
    st.markdown(f"**Step {grouped(snapshot.step)}**, after {snapshot.epoch:.2f} epochs")
    if not snapshot.is_finite:
        st.caption(
            "Some of its weights are no numbers any more, so it says nothing about any picture: "
            "the shelf takes an earlier step."
        )
        return
    try:
        with st.spinner("Asked about the held-out pictures …"):
            found = score_of(snapshot)
    except ValueError as error:  # its pictures are no longer here
        st.caption(str(error))
        found = None
    if found:
        st.markdown(told_of(found))
    if found is None or math.isfinite(found.loss):
        _offer(snapshot, snapshots, found)


def _offer(snapshot: Snapshot, snapshots: Sequence[Snapshot], found: Score | None) -> None:
    """The way onto the shelf."""
    shelf = visitor().shelf
    on_it = any(item.snapshots[-1].weights is snapshot.weights for item in shelf.entries())
    put = st.button(
        "It is on your shelf" if on_it else "Put this one on the shelf",
        icon=":material/inventory_2:",
        disabled=on_it,
        key="shelve",
    )
    if put and not on_it:
        shelf.add(snapshot.spec, _up_to(snapshot, snapshots, found), title_of(snapshot))
        rerun()  # the shelf is another part of the page


def is_broken(job: str) -> bool:
    """Whether the newest network of the job is one of no numbers: the shelf does not take it."""
    snapshots = _snapshots(job)
    return bool(snapshots) and not snapshots[-1].is_finite


def told_of(found: Score) -> str:
    """A score in a sentence. Where the loss is no number, neither is what the network says."""
    from dlviz.figures.number_words import loss_text

    if not math.isfinite(found.loss):
        return f"The loss on {grouped(found.count)} held-out pictures is {loss_text(found.loss)}."
    right = f"**{percent(found.accuracy, 1)}** of {grouped(found.count)} held-out pictures right"
    return f"{right}, loss {loss_text(found.loss)}"


def score_of(snapshot: Snapshot) -> Score:
    """Loss and accuracy on all held-out pictures, worked out once for each snapshot.

    Raises ``ValueError`` with one sentence where its pictures are not here.
    """
    from dlviz.core.events import Score
    from dlviz.core.metrics import loss_and_accuracy

    if snapshot.held_out:
        return snapshot.held_out
    if snapshot not in _scores:
        pixels, labels = held_out_of(snapshot.spec.data.key)
        loss, accuracy = loss_and_accuracy(snapshot.classifier, pixels, labels)
        _scores[snapshot] = Score(snapshot.step, loss, accuracy, len(labels))
    return _scores[snapshot]


def title_of(snapshot: Snapshot) -> str:
    """How the shelf names it: "digits, step 64"."""
    from dlviz.io.datasets import noun_of

    return f"{noun_of(snapshot.spec.data.key)}, step {snapshot.step}"


def _up_to(
    snapshot: Snapshot, snapshots: Sequence[Snapshot], score: Score | None
) -> list[Snapshot]:
    """It and those before it, as if the run had ended there."""
    before = [item for item in snapshots if item.step < snapshot.step]
    return [*before, replace(snapshot, held_out=score)]
