"""Precision over recall, as detections accumulate from the surest on, and average precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.components.box_steps import box_steps
from dlviz.ui.controls import Named, choice, number

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


def show(spot: Spot) -> None:
    """The curve of one form, every detection in its picture, and the figures of all."""
    from dlviz.core.detection.grid_detector import detections
    from dlviz.core.detection.precision import average_precision, mean_average_precision
    from dlviz.figures.detection_code import precision_code
    from dlviz.figures.detection_steps import precision_data
    from dlviz.io.shape_detector import (
        LEAST,
        MOST_OVERLAP,
        held_out_scenes,
        load_detector,
        look,
    )
    from dlviz.io.shape_scenes import CLASSES

    with spot.controls:
        forms = {name: Named(name) for name in ("star", *CLASSES)}
        form = choice("Form", forms, key="form", width=150)
        threshold = number(
            "Right from IoU", 0.5, 0.95, 0.5, key="least", step=0.05, format="%.2f", width=150
        )
    scenes = held_out_scenes()
    truths = [scene.truth for scene in scenes]
    found = detections(look(load_detector(), scenes), least=LEAST, most_overlap=MOST_OVERLAP)
    ranking, data = precision_data(scenes, found, CLASSES.index(form), threshold)
    box_steps(data, key="precision steps")
    each = [mean_average_precision(found, truths, [iou]) for iou in (0.5, 0.75)]
    st.markdown(
        f"Average precision of the form {form} at IoU {threshold:g}:"
        f" **{average_precision(ranking):.3f}**, the area under the stairs."
        f" The mean of all four forms: AP₅₀ **{each[0]:.3f}**, AP₇₅ **{each[1]:.3f}**,"
        f" mAP over IoU 0.5, 0.55, … 0.95: **{mean_average_precision(found, truths):.3f}**."
    )
    st.caption(
        "As COCO counts: a true box belongs to the surest detection that reaches the IoU; a second"
        " one on the same box is wrong. The stairs give each recall the best precision from there"
        " on, and AP is their mean at the recalls 0, 0.01, … 1. The detector is the shipped one,"
        " on the hundred scenes that it has never seen: one run, one seed."
    )
    with st.expander("Show the code"):
        code = precision_code(CLASSES.index(form), threshold, MOST_OVERLAP, LEAST)
        st.code(code, language="python")
