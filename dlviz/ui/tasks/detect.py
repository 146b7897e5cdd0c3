"""Many boxes: a one-stage detector that learns live, then its scores and doubles by slider."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.ui.controls import number, save_button
from dlviz.ui.taught import taught_run

if TYPE_CHECKING:
    from dlviz.ui.taught import Outcome
    from dlviz.ui.views import Spot

PICTURES = 8
SHOWN = 268  # pixels of the screen: four to a row, letters of 16


def show(spot: Spot) -> None:
    """The run, and below it what has been learnt on held-out scenes."""
    with spot.controls:
        scenes = number("Scenes", 100, 2000, 2000, key="learns", step=100, width=120)
        epochs = number("Epochs", 1, 40, 20, key="epochs", width=110)
        rate = number(
            "Learning rate", 1e-4, 1e-1, 4e-3, key="rate", step=1e-3, format="%.4f", width=130
        )
        seed = number("Seed", 0, 9999, 0, key="seed", width=100)
    spec = TaughtSpec("detect", TaughtTrain(rate, epochs, seed), (("scenes", scenes),))
    outcome = taught_run(spec)
    if outcome is not None:
        _after(outcome)


def _after(outcome: Outcome) -> None:
    from dlviz.core.detection.grid_detector import detections
    from dlviz.core.detection.precision import mean_average_precision
    from dlviz.figures.detection_code import detect_code
    from dlviz.figures.detection_wall import framed, wall
    from dlviz.io.png import png_bytes
    from dlviz.io.shape_detector import held_out_scenes, load_detector, look

    with st.container(horizontal=True, vertical_alignment="bottom"):
        least = number("Score from", 0.05, 0.95, 0.3, key="sure", step=0.05, width=130)
        most = number("Drop above IoU", 0.0, 1.0, 0.5, key="most", step=0.05, width=140)
    scenes = held_out_scenes()
    output = look(load_detector(outcome.tensors), scenes)
    found = detections(output, least=least, most_overlap=most)
    truths = [scene.truth for scene in scenes]
    with st.container(horizontal=True):  # one by one: on a telephone names can still be read
        for scene, one in zip(scenes[:PICTURES], found[:PICTURES], strict=True):
            words = f"{len(one.boxes)} found, {len(scene.truth.boxes)} there"
            st.image(framed(scene, one), width=SHOWN, caption=words)
    count = sum(len(one.boxes) for one in found)
    there = sum(len(one.boxes) for one in truths)
    st.markdown(
        f"{'The shipped run' if outcome.recorded else 'Your run'}, with a score of at least"
        f" {least:g} and boxes dropped above IoU {most:g}: **{count}** boxes in {len(scenes)}"
        f" held-out scenes, where **{there}** forms are;"
        f" AP₅₀ of these boxes **{mean_average_precision(found, truths, [0.5]):.3f}**."
    )
    picture = wall(scenes[:PICTURES], found[:PICTURES])
    save_button("Save picture", png_bytes(picture), "detections.png", "image/png")
    st.caption(
        "Each of 16×16 cells says how sure it is of each form (cross-entropy over all cells) and,"
        " where a form’s middle is near, how far the box goes to each side (smooth L1, only"
        " there). One look for all boxes, as in YOLO; four distances, as in FCOS. AP₅₀ in the"
        " curve counts all boxes from a score of 0.05 on; for training batches the curve is"
        " the share of the cells on a form that name it rightly."
    )
    with st.expander("Show the code"):
        st.code(detect_code(least, most), language="python")
