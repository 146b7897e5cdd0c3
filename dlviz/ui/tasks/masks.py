"""torchvision's segmentation networks, once downloaded, on a photograph or one's own picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS
from dlviz.ui.address import rerun
from dlviz.ui.controls import Named, choice, save_button
from dlviz.ui.fetching import MEGABYTE, fetch_button
from dlviz.ui.tasks.photo import OWN, chosen_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlviz.ui.views import Spot

OFFLINE = "[Segmentation](?task=segment)"


def show(spot: Spot) -> None:
    """The picture with a class for each pixel, or the button that fetches the network."""
    from dlviz.figures.photo_masks import masks_code
    from dlviz.io.torchvision_segmenters import SEGMENTERS, fetch_segmenter

    with spot.controls:
        net = choice("Network", SEGMENTERS, key="segmenter", width=230)
        scenes = {name: Named(PHOTOGRAPHS[name].title) for name in ("cat", "astronaut", "coffee")}
        scenes[OWN] = Named("Your own picture …")
        scene = choice("Picture", scenes, key="scene", width=190)
    picture = chosen_picture(scene, spot)
    wanted = SEGMENTERS[net]
    before = wanted.path.is_file()
    with spot.status:
        if not before:
            st.info(
                f"{wanted.title} is not here yet ({wanted.bytes / MEGABYTE:.0f} MB, needs a"
                f" network). {OFFLINE} has a net that is."
            )
        here = fetch_button(
            net, wanted.bytes, is_here=wanted.path.is_file, download=lambda: fetch_segmenter(net)
        )
    if here and not before:
        rerun()  # the sentence above says that it is not here
    if here:
        import numpy as np

        _found(net, np.asarray(picture))
    else:
        st.image(picture, width=480)
    st.caption("Trained on COCO with the 20 classes of VOC; what is none of them is background.")
    with st.expander("Show the code"):
        st.code(masks_code(net, "cat" if scene == OWN else scene), language="python")


def _found(net: str, pixels: NDArray[np.uint8]) -> None:
    from dlviz.figures.photo_masks import laid_over, legend
    from dlviz.io.png import png_bytes
    from dlviz.io.torchvision_segmenters import (
        SEGMENTERS,
        classes_in,
        load_segmenter,
        voc_classes,
    )

    mask = classes_in(net, load_segmenter(net), pixels)
    over = laid_over(pixels, mask)
    wanted = SEGMENTERS[net]
    st.markdown(f"**{wanted.title}**. {wanted.what} Share of the pixels:")
    st.html(legend(mask, voc_classes(net)))
    with st.container(horizontal=True):
        st.image(pixels, width=420, caption="Photograph")
        st.image(over, width=420, caption="A class for every pixel")
    save_button("Save picture", png_bytes(over), "masks.png", "image/png")
