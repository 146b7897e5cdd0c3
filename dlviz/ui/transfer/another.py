"""What the visitor's new network says of a picture that it has never seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import Named
from dlviz.ui.given import MAX_UPLOAD_MB
from dlviz.ui.transfer.pictures import data_of

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.ui.taught import Outcome

FILE, CAMERA = "file", "camera"
_WAYS = {FILE: Named("A file"), CAMERA: Named("The camera")}


def another(outcome: Outcome) -> None:
    """After a run of the visitor's own: another picture, and its probabilities.

    The recorded run has kept no weights.
    """
    data = data_of(str(outcome.spec["pictures"]))
    if data is None or "head.0.weight" not in outcome.tensors:
        return
    with st.expander("Try it on another picture"):
        left, right = st.columns([1, 1], gap="medium")
        with left:
            content = _brought()
        if content is None:
            return
        from dlviz.io.pictures import PictureError

        try:
            pixels = _as_learnt(content, str(outcome.spec["pictures"]), data.shape[-1])
        except PictureError as error:
            left.error(str(error))
            return
        with right:
            _said(outcome, pixels, data.classes)


def _brought() -> bytes | None:
    way = st.segmented_control(
        "Another picture",
        list(_WAYS),
        default=FILE,
        format_func=lambda name: _WAYS[name].title,
        key="another way",
        required=True,
        label_visibility="collapsed",
    )
    if way == CAMERA:
        taken = st.camera_input("Your camera", resolution="480p", width=320, key="another shot")
    else:
        taken = st.file_uploader(
            f"A PNG, JPEG or WEBP file (≤ {MAX_UPLOAD_MB} MB)",
            type=["png", "jpg", "jpeg", "webp"],
            max_upload_size=MAX_UPLOAD_MB,
            key="another file",
        )
    return None if taken is None else bytes(taken.getvalue())


def _as_learnt(content: bytes, pictures: str, side: int) -> Tensor:
    """Cut, sized and made grey as the pictures were that it has learnt from: 1×3×side×side."""
    from dlviz.core.transfer_learning.pictures import equalised
    from dlviz.io.pictures import fit, read_picture
    from dlviz.io.transfer_tasks import TASKS

    square = fit(read_picture(content), side)[None]
    return equalised(square) if pictures in TASKS else square


def _said(outcome: Outcome, pixels: Tensor, classes: tuple[str, ...]) -> None:
    from dlviz.core.transfer_learning.nets import answers
    from dlviz.figures.charts import STYLE, probability_bars
    from dlviz.figures.transfer_learning import as_pictures
    from dlviz.io.models import load_model

    shares = answers(
        load_model("mobilenet_v2"),
        outcome.tensors,
        pixels,
        classes=len(classes),
        side=int(outcome.spec["side"]),
    )[0]
    st.html(f"<style>{STYLE}</style>")
    st.image(as_pictures(pixels)[0], width=160)
    st.markdown(probability_bars(shares.tolist(), classes), unsafe_allow_html=True)
    st.caption(
        "It can only choose among its classes, and may be sure of a picture that is none of them."
    )
