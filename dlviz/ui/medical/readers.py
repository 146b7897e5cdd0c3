"""Four readers whose truth nobody knows: F1 by each other's labels measures agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.words import percent
from dlviz.ui.components.medical_readers import readers_view
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.medical.cases import place_asked
from dlviz.ui.newest import Newest

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

SHARED = (0.0, 0.3, 0.6, 0.9)
_kept: Newest[Any] = Newest(8)


def show(spot: Spot) -> None:
    """The table of agreement and the three curves under a slider."""
    from dlviz.figures.medical_readers import NOISE, USUAL_NOISE, readers_code, readers_data

    with spot.controls:
        offered = {f"{share:g}": Named(f"{percent(share)} of it shared by all") for share in SHARED}
        shared = float(choice("A reader’s error", offered, key="shared", width=230))
        seed = number("Other pictures", 0, 99, 0, key="others", width=140)
    place = place_asked("noise", USUAL_NOISE, len(NOISE) - 1, "how much a reader errs", spot)
    readers_view(_kept.get(f"{shared} {seed}", lambda: readers_data(shared, seed)))
    st.markdown(
        "**F1 measures agreement here.** Nobody knows the truth from the picture alone, so each "
        "reader is judged by the others, and mistakes count twice: the reader’s and the judge’s. "
        "The **program** sees what all readers have in common. With nothing shared that is the "
        "truth: it is never wrong, and counts as wrong where a reader is. Let them **share their "
        "error**, a shadow that misleads all: they agree more and know no more, and the program, "
        "which has learnt that error too, beats each of them by their own labels. “As good as a "
        "radiologist” means: agrees with radiologists as they do with one another."
    )
    with st.expander("Show the code"):
        st.code(readers_code(shared, seed, place), language="python")
