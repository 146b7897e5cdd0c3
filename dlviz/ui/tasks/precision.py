"""Precision over recall, as detections accumulate from the surest on, and average precision."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.components.box_steps import begin_anew, box_steps
from dlviz.ui.controls import Named, choice, number

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


@cache
def _of_all_forms() -> tuple[float, float, float]:
    """AP₅₀, AP₇₅ and mAP of the shipped detector."""
    from dlviz.core.detection.precision import mean_average_precision
    from dlviz.io.shape_detector import held_out_scenes, shipped_detections

    judged = shipped_detections(), [scene.truth for scene in held_out_scenes()]
    at_half, at_most = (mean_average_precision(*judged, [iou]) for iou in (0.5, 0.75))
    return at_half, at_most, mean_average_precision(*judged)


def show(spot: Spot) -> None:
    """The curve of one form, every detection in its picture, and the figures of all."""
    from dlviz.core.detection.precision import average_precision
    from dlviz.figures.detection_code import precision_code
    from dlviz.figures.detection_steps import precision_data
    from dlviz.io.shape_detector import LEAST, MOST_OVERLAP, held_out_scenes, shipped_detections
    from dlviz.io.shape_scenes import CLASSES

    with spot.controls:
        options: dict[str, Any] = {"width": 150, "on_change": begin_anew}
        forms = {name: Named(name.capitalize()) for name in ("star", *CLASSES)}
        form = choice("Form", forms, key="form", **options)
        options |= {"step": 0.05, "format": "%.2f"}
        threshold = number("Right from IoU", 0.5, 0.95, 0.5, key="least", **options)
    scenes = held_out_scenes()
    ranking, data = precision_data(scenes, shipped_detections(), CLASSES.index(form), threshold)
    if sentence := box_steps(data, key="precision steps"):
        spot.status.info(sentence)
    at_half, at_most, mean = _of_all_forms()
    st.markdown(
        f"Average precision of the form {form} at IoU {threshold:g}:"
        f" **{average_precision(ranking):.3f}**, about the area under the stairs."
        f" The mean of all four forms: AP₅₀ **{at_half:.3f}**, AP₇₅ **{at_most:.3f}**,"
        f" mAP over IoU 0.5, 0.55, … 0.95: **{mean:.3f}**."
    )
    st.caption(
        "As COCO counts: a true box is taken by the surest detection that reaches the IoU; a second"
        " one on the same box is wrong. The stairs give each recall the best precision from there"
        " on, and AP is their mean at the recalls 0, 0.01, … 1. The detector is the shipped one,"
        " on the hundred scenes that it has never seen: one run, one seed."
    )
    with st.expander("Show the code"):
        code = precision_code(CLASSES.index(form), threshold, MOST_OVERLAP, LEAST)
        st.code(code, language="python")
