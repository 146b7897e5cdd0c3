"""torchvision's detectors, once downloaded, on a photograph or a picture of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dlviz.ui.controls import number, save_button
from dlviz.ui.tasks.photographs import (
    OWN,
    Family,
    at_its_size,
    chosen_net,
    chosen_picture,
    chosen_scene,
    is_here,
    once,
)

if TYPE_CHECKING:
    from PIL import Image

    from dlviz.core.detection.precision import Boxes
    from dlviz.ui.views import Spot

LOWEST = 0.05


def show(spot: Spot) -> None:
    """The picture with all boxes, or the button that fetches the detector."""
    from dlviz.figures.detection_code import photo_code
    from dlviz.io.torchvision_detectors import (
        DETECTORS,
        fetch_detector,
        find,
        load_coco_detector,
    )

    family = Family(DETECTORS, fetch_detector, "a detector", "detect")
    with spot.controls:
        net = chosen_net("Detector", family, key="detector")
        shot = chosen_scene(("cat", "coffee", "astronaut"), key="shot")
        least = number("Score from", LOWEST, 0.95, 0.5, key="sure", step=0.05, width=130)
    picture = chosen_picture(shot, spot)
    found = None
    if is_here(net, family, spot):

        def look() -> Boxes:
            return find(load_coco_detector(net), np.asarray(picture), least=LOWEST)

        found = once(net, family, picture, look, spot)
    if found is None:
        st.image(at_its_size(picture), width="content", caption="Photograph")
    else:
        _found(net, picture, found, least)
    st.caption("Trained on COCO, 80 everyday things; what is none of them has no name to be given.")
    with st.expander("Show the code"):
        st.code(photo_code(net, "cat" if shot == OWN else shot, least), language="python")


def _found(net: str, picture: Image.Image, every: Boxes, least: float) -> None:
    from dlviz.figures.detection_wall import PHOTOGRAPH_LABEL, drawn
    from dlviz.io.png import png_bytes
    from dlviz.io.torchvision_detectors import DETECTORS, at_least, categories

    found = at_least(every, least)
    shown = at_its_size(picture)
    boxes = found.boxes * (shown.width / picture.width)
    shown = drawn(shown, boxes, found, categories(net), size=PHOTOGRAPH_LABEL)
    wanted, count = DETECTORS[net], len(found.boxes)
    things = "thing" if count == 1 else "things"
    st.markdown(
        f"**{wanted.title}**. {wanted.what} From a score of {least:g} on it finds **{count}**"
        f" {things}."
    )
    st.image(shown, width="content", caption=f"Photograph, {count} {things} found")
    save_button("Save picture", png_bytes(np.asarray(shown)), "found.png", "image/png")
