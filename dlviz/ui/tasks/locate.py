"""From a class to one box: a small network that names a creature and frames it, trained live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.ui.controls import number
from dlviz.ui.taught import taught_run

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


def show(spot: Spot) -> None:
    """The run; its loss has two parts, and says both."""
    from dlviz.figures.detection_code import locate_code

    with spot.controls:
        creatures = number("Creatures", 100, 2000, 2000, key="learns", step=100, width=120)
        epochs = number("Epochs", 1, 60, 25, key="epochs", width=110)
        weight = number("Weight of the box", 0.0, 10.0, 1.0, key="box", step=0.5, width=150)
        seed = number("Seed", 0, 9999, 0, key="seed", width=100)
    with spot.status:
        st.markdown(
            "**Solid**: the network’s box, with what it takes it for and how sure it is."
            " **Dashed**: the true box. IoU: how much of the two is shared."
        )
    settings = (("creatures", creatures), ("box", weight))
    taught_run(TaughtSpec("locate", TaughtTrain(4e-3, epochs, seed), settings))
    st.caption(
        "The same features feed two heads. One names the creature: cross-entropy over eight"
        " species. The other states four numbers, left, top, right and bottom: smooth L1, times"
        " the weight. Without the box’s part (weight 0) the second head"
        " learns nothing, and IoU stays where chance has put it."
    )
    with st.expander("Show the code"):
        st.code(locate_code(), language="python")
