"""torchvision's segmentation networks, once downloaded, on a photograph or one's own picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.words import percent
from dlviz.ui.address import as_text
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
    from PIL import Image

    from dlviz.ui.views import Spot

PAIR = 860  # pixels of the screen


def show(spot: Spot) -> None:
    """The picture with a class for each pixel; or the button, and what a classifier has to say."""
    import numpy as np

    from dlviz.figures.photo_masks import masks_code, places_code
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
    shipped = "cat" if scene == OWN else scene
    if mask is None:
        _meanwhile(picture, spot)
        code = places_code(shipped)
    else:
        _found(net, pixels, mask)
        code = masks_code(net, shipped)
    with st.expander("Show the code"):
        st.code(code, language="python")


def _meanwhile(picture: Image.Image, spot: Spot) -> None:
    """What a network that is here, and was never told where anything is, has to say."""
    import numpy as np

    from dlviz.figures.photo_masks import marked_places
    from dlviz.io.mobilenet import imagenet_categories
    from dlviz.io.mobilenet_places import likeliest, place_logits
    from dlviz.io.png import png_bytes

    whole, places = likeliest(place_logits(picture))
    where = places == whole
    name, share = as_text(imagenet_categories()[whole]), where.mean()
    with spot.status:
        st.markdown(
            f"Meanwhile **MobileNetV2**, which is here and names whole pictures: **{name}**. Its"
            f" last layer, applied at each place, says so at **{where.sum()}** of {where.size}"
            f" places ({percent(share)}); the mean of its logits there is what it says of the"
            " whole."
        )
    over = marked_places(picture, where)
    _pair(np.asarray(picture), over, f"Places that look most like: {name}")
    save_button("Save picture", lambda: png_bytes(over), "places.png", "image/png")
    st.caption(
        "Nobody told it where anything is: it was given whole pictures and one of 1000 names each"
        " (Zhou and others, 2016). So its places are coarse, about ten to the shorter side, see far"
        " beyond themselves, and know no background. A segmentation network is given a name for"
        " every pixel."
    )


def _pair(pixels: NDArray[np.uint8], over: NDArray[np.uint8], caption: str) -> None:
    with st.container(width=PAIR):  # columns: pictures of a fixed width are cut off on a telephone
        left, right = st.columns(2)
    left.image(pixels, width="stretch", caption="Photograph")
    right.image(over, width="stretch", caption=caption)


def _found(net: str, pixels: NDArray[np.uint8], mask: NDArray[np.int64]) -> None:
    from dlviz.figures.photo_masks import laid_over, legend
    from dlviz.io.png import png_bytes
    from dlviz.io.torchvision_segmenters import SEGMENTERS, voc_classes

    over = laid_over(pixels, mask)
    wanted = SEGMENTERS[net]
    st.markdown(f"**{wanted.title}**. {wanted.what} Share of the pixels:")
    st.html(legend(mask, voc_classes(net)))
    _pair(pixels, over, "A class for every pixel")
    save_button("Save picture", png_bytes(over), "masks.png", "image/png")
    st.caption("Trained on COCO with the 20 classes of VOC; what is none of them is background.")
