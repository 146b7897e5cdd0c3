"""Non-maximum suppression, one decision at a time, on what a trained detector proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.components.box_steps import begin_anew, box_steps
from dlviz.ui.controls import number

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

LEAST = 0.3
FIRST = 3


def show(spot: Spot) -> None:
    """The candidates, and Step."""
    from dlviz.core.detection.grid_detector import candidates
    from dlviz.figures.detection_code import suppression_code
    from dlviz.figures.detection_steps import suppression_data
    from dlviz.io.shape_detector import HELD_OUT, held_out_scenes, load_detector, look

    with spot.controls:
        options: dict[str, Any] = {"width": 150, "on_change": begin_anew}
        scene = number(
            f"Scene (0 to {HELD_OUT - 1})", 0, HELD_OUT - 1, FIRST, key="scene", **options
        )
        options |= {"step": 0.05, "format": "%.2f"}
        threshold = number("Drop above IoU", 0.0, 1.0, 0.5, key="most", **options)
    shown = held_out_scenes()[scene]
    (found,) = candidates(look(load_detector(), [shown]), least=LEAST)
    if not len(found.boxes):
        raise ValueError("The detector proposes nothing in this scene: take another one.")
    key = f"{scene} {threshold}"
    if sentence := box_steps(suppression_data(shown, found, threshold, key=key), key="nms steps"):
        spot.status.info(sentence)
    st.caption(
        "Candidates are what the shipped detector’s cells propose with a score of at least"
        f" {LEAST}. Only boxes of the same form drop each other. A low threshold also drops the"
        " right box of a second form that stands close by; a high one leaves doubles."
    )
    with st.expander("Show the code"):
        st.code(suppression_code(scene, threshold, LEAST), language="python")
