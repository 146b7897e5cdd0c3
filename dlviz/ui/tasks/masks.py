"""torchvision's segmentation networks, once downloaded, on a photograph or one's own picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import save_button
from dlviz.ui.tasks.photographs import (
    OWN,
    Family,
    chosen_net,
    chosen_picture,
    chosen_scene,
    is_here,
    once,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlviz.ui.views import Spot

PAIR = 860  # pixels of the screen


def show(spot: Spot) -> None:
    """The picture with a class for each pixel, or the button that fetches the network."""
    import numpy as np

    from dlviz.figures.photo_masks import masks_code
    from dlviz.io.torchvision_segmenters import (
        SEGMENTERS,
        classes_in,
        fetch_segmenter,
        load_segmenter,
    )

    family = Family(SEGMENTERS, fetch_segmenter, "a net", "segment")
    with spot.controls:
        net = chosen_net("Network", family, key="segmenter")
        scene = chosen_scene(("cat", "astronaut", "coffee"), key="scene")
    picture = chosen_picture(scene, spot)
    pixels = np.asarray(picture)
    mask = None
    if is_here(net, family, spot):

        def look() -> NDArray[np.int64]:
            return classes_in(net, load_segmenter(net), pixels)

        mask = once(net, family, picture, look, spot)
    if mask is None:
        st.image(picture, width=480)
    else:
        _found(net, pixels, mask)
    st.caption("Trained on COCO with the 20 classes of VOC; what is none of them is background.")
    with st.expander("Show the code"):
        st.code(masks_code(net, "cat" if scene == OWN else scene), language="python")


def _found(net: str, pixels: NDArray[np.uint8], mask: NDArray[np.int64]) -> None:
    from dlviz.figures.photo_masks import laid_over, legend
    from dlviz.io.png import png_bytes
    from dlviz.io.torchvision_segmenters import SEGMENTERS, voc_classes

    over = laid_over(pixels, mask)
    wanted = SEGMENTERS[net]
    st.markdown(f"**{wanted.title}**. {wanted.what} Share of the pixels:")
    st.html(legend(mask, voc_classes(net)))
    with st.container(width=PAIR):  # columns: pictures of a fixed width are cut off on a telephone
        left, right = st.columns(2)
    left.image(pixels, width="stretch", caption="Photograph")
    right.image(over, width="stretch", caption="A class for every pixel")
    save_button("Save picture", png_bytes(over), "masks.png", "image/png")
