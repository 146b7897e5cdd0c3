"""torchvision's detectors, once downloaded, on a photograph or a picture of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.address import rerun
from dlviz.ui.controls import Named, choice, number, save_button
from dlviz.ui.fetching import MEGABYTE, fetch_button

if TYPE_CHECKING:
    from PIL import Image

    from dlviz.ui.views import Spot

OWN = "own"


def show(spot: Spot) -> None:
    """The picture with all boxes, or the button that fetches the detector."""
    from dlviz.figures.detection_code import photo_code
    from dlviz.figures.detection_wall import drawn
    from dlviz.io.png import png_bytes
    from dlviz.io.torchvision_detectors import (
        DETECTORS,
        categories,
        fetch_detector,
        find,
        load_coco_detector,
    )

    with spot.controls:
        net = choice("Detector", DETECTORS, key="detector", width=230)
        shots = {name: Named(PHOTOGRAPHS[name].title) for name in ("cat", "coffee", "astronaut")}
        shots[OWN] = Named("Your own picture …")
        shot = choice("Picture", shots, key="shot", width=190)
        least = number("Score from", 0.05, 0.95, 0.5, key="sure", step=0.05, width=130)
    picture = chosen_picture(shot, spot)
    wanted = DETECTORS[net]
    before = wanted.path.is_file()
    with spot.status:
        if not before:
            st.info(
                f"{wanted.title} is not here yet ({wanted.bytes / MEGABYTE:.0f} MB, needs a"
                " network). “Many boxes” has a detector that is."
            )
        here = fetch_button(
            net,
            wanted.bytes,
            is_here=wanted.path.is_file,
            download=lambda: fetch_detector(net),
        )
    if here and not before:
        rerun()  # the sentence above says that it is not here
    if here:
        import numpy as np

        found = find(load_coco_detector(net), np.asarray(picture), least=least)
        picture = drawn(picture, found.boxes, found, categories(net))
        st.markdown(f"**{wanted.title}**. {wanted.what} It finds **{len(found.boxes)}** things.")
    st.image(picture, width=640)
    if here:
        import numpy as np

        save_button("Save picture", png_bytes(np.asarray(picture)), "found.png", "image/png")
    st.caption("Trained on COCO, 80 everyday things; what is none of them has no name to be given.")
    with st.expander("Show the code"):
        st.code(photo_code(net, "cat" if shot == OWN else shot, least), language="python")


def chosen_picture(shot: str, spot: Spot) -> Image.Image:
    """The photograph, or the visitor's own: it stays in the session."""
    from PIL import Image

    from dlviz.io.pictures import PictureError, read_picture

    if shot == OWN:
        with spot.status:
            file = st.file_uploader(
                "Your picture", type=["png", "jpg", "jpeg", "webp"], max_upload_size=10
            )
            if file is not None:
                try:
                    own = read_picture(file.getvalue())
                except PictureError as error:
                    st.error(str(error))
                else:
                    own.thumbnail((1280, 1280))
                    return own
            st.caption("Until then: the cat.")
        shot = "cat"
    return Image.fromarray(load_photograph(shot)).convert("RGB")
