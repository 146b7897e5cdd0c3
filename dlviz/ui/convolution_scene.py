"""What the stepper shows: the controls' view with the cells that were edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from dlviz.core.edits import EditError, edited, edits_between, rounded
from dlviz.core.grids import LARGEST, SMALLEST
from dlviz.core.sliding import Numbers, Sliding, SlidingError
from dlviz.figures.stepping import Scene, stepper_data
from dlviz.ui.address import follow, renew, write
from dlviz.ui.components.stepper import stepper
from dlviz.ui.convolution_view import View

STEPPER = "stepper"
_SHOWN = "convolution shown"
_GOOD = "last good convolution"
_REFUSED = "edit refused"
_EDITION = "edition"
_OPENING = "opening"
_ASKED = "step of the opening"
_MEND_FIRST = "The settings above do not go together: change one of them first."


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on the screen and the view that it was made from: edits are counted from that one.

    ``current`` is False where the controls ask for what cannot be and this is something else.
    """

    scene: Scene
    view: View
    current: bool

    @property
    def stamp(self) -> str:
        """Names picture and kernels: an edit of other ones must not land here."""
        return f"{self.view.source}; {self.view.bank}"

    @property
    def edited(self) -> tuple[bool, bool]:
        """Whether a cell of the picture, and whether a weight was changed by hand."""
        return (
            _differ(self.scene.image, self.view.image),
            _differ(self.scene.kernels, self.view.kernels),
        )


def _differ(one: Numbers | None, other: Numbers | None) -> bool:
    return one is not None and other is not None and not np.array_equal(one, other)


def scene_of(view: View) -> Shown:
    """The view with its edits. Where it cannot be, one sentence, and the last good one stays."""
    if sentence := st.session_state.pop(_REFUSED, ""):
        st.warning(sentence)
    image = _edited("cells", view.image, view.source)
    kernels = view.kernels
    if kernels is not None and view.bank:
        kernels = _edited("weights", kernels, view.bank)
    try:
        view.sliding.axis(view.length)
        shown = Shown(Scene(image, kernels, view.sliding, view.maps), view, current=True)
        st.session_state[_GOOD] = shown
    except SlidingError as error:
        good: Shown | None = st.session_state.get(_GOOD)
        instead = "The last picture stays." if good else "Here is a window that fits."
        st.warning(f"{error} {instead}")
        shown = replace(good, current=False) if good else _fitting(view)
    st.session_state[_SHOWN] = shown
    return shown


def _fitting(view: View) -> Shown:
    """Whoever opens a link to what cannot be sees the same input under a window that fits."""
    sliding = Sliding(op=view.sliding.op, size=min(view.sliding.size, view.length))
    if sliding.pools:
        fitting = replace(view, sliding=sliding, bank="")
    else:
        ones = np.ones((1, len(view.image), sliding.size, sliding.size))
        names = (f"{sliding.size}×{sliding.size} ones",)
        fitting = replace(
            view, sliding=sliding, kernels=ones, names=names, bank="", kernel="", share=""
        )
    scene = Scene(fitting.image, fitting.kernels, sliding, fitting.maps)
    return Shown(scene, fitting, current=False)


def _edited(key: str, table: Numbers, context: str) -> Numbers:
    """A table with the edits that the address holds for it."""

    def read(text: str) -> str:
        edited(table, text)
        return text

    if sentence := follow(key, read, "", context=context, widget=False):
        st.info(sentence)
    text = str(st.session_state[key])
    try:
        after = edited(table, text)
    except EditError:  # an edit of a table of another shape
        text, after = "", table
    write(key, text, "", context=context)
    return after


def show(shown: Shown) -> None:
    """The stepper."""
    edition, opening = (int(st.session_state.get(key, 0)) for key in (_EDITION, _OPENING))
    stepper(
        {**stepper_data(shown.scene), "stamp": shown.stamp},
        edition=edition,
        opening=opening,
        asked=st.session_state.get(_ASKED),
        on_edit=take_edit,
        key=STEPPER,
    )


def open_view(settings: Mapping[str, str]) -> None:
    """Put another view in place of this one, its step included. Call in a callback."""
    st.session_state[_OPENING] = int(st.session_state.get(_OPENING, 0)) + 1
    st.session_state[_ASKED] = int(settings["step"]) if "step" in settings else None
    renew(settings)


def take_edit() -> None:
    """A cell was changed in the browser: put it into the address, or say why not."""
    try:
        edit = st.session_state[STEPPER]["edit"]
        shown: Shown = st.session_state[_SHOWN]
        st.session_state[_EDITION] = int(edit["edition"])
        if not shown.current:
            raise EditError(_MEND_FIRST)
        if edit["stamp"] != shown.stamp:
            raise EditError("The picture had just changed, so the edit was left out.")
        image = _numbers(edit["image"], shown.view.image)
        st.session_state["cells"] = edits_between(shown.view.image, image)
        if shown.view.kernels is not None and shown.view.bank:
            kernels = _numbers(edit["kernels"], shown.view.kernels)
            st.session_state["weights"] = edits_between(shown.view.kernels, kernels)
    except EditError as error:
        st.session_state[_REFUSED] = str(error)
    except (KeyError, TypeError, ValueError, OverflowError):
        st.session_state[_REFUSED] = "What came from the browser were no numbers."


def _numbers(sent: object, known: Numbers) -> Numbers:
    """A table from the browser, of the shape of the one that is known."""
    table = np.array(sent, dtype=np.float64)
    if table.shape != known.shape:
        raise EditError("What came from the browser has another size.")
    return rounded(table)


def feeds_back(shown: Shown) -> str:
    """Why the output cannot become the input, "" if it can."""
    if not shown.current:
        return _MEND_FIRST
    maps, side, _ = shown.scene.output().shape
    if not SMALLEST <= side <= LARGEST:
        return f"An input has {SMALLEST} to {LARGEST} rows; this output has {side}."
    if maps not in (1, 3):
        return f"An input has one or three channels; this output has {maps} maps."
    return ""


def feed_back() -> None:
    """Let the output be the input of the same layer: what a second layer sees.

    Three maps become three channels, one map a grey picture; kernels that were edited for another
    number of channels start anew.
    """
    shown: Shown = st.session_state[_SHOWN]
    output = shown.scene.output()
    try:
        cells = edits_between(np.zeros_like(output), rounded(output))
    except EditError as error:
        st.session_state[_REFUSED] = f"The output cannot become the input: {error}"
        return
    settings = {**st.query_params, "grid": "blank", "size": str(output.shape[-1]), "cells": cells}
    gone = {"seed", "step", "map"} | (set() if cells else {"cells"})
    if len(output) != len(shown.scene.image):
        gone |= {"weights", "channels"}
    if len(output) == 3 and len(shown.scene.image) == 1:
        settings["channels"] = "rgb"
        gone.discard("channels")
    open_view({name: value for name, value in settings.items() if name not in gone})
