"""Ways from an experiment into the labs: a run to train, augmentation, pooling."""

from __future__ import annotations

import streamlit as st

from dlviz.core.specs import RunSpec
from dlviz.ui.models import SPEC
from dlviz.ui.pages import page_file

# Page, what a link says, its address, and what there is to see.
FURTHER = (
    (
        "training",
        "Data augmentation",
        {"preset": "clothes", "edit": "augmentation", "mirror": "half", "shift": "2"},
        "Pictures are flipped and shifted anew whenever they are seen: more pictures for nothing, "
        "as long as a changed picture still shows the same thing. A mirrored shoe is a shoe; the "
        "panel says what a mirrored digit is.",
    ),
    (
        "convolution",
        "Pooling",
        {"op": "max_pool", "grid": "lecture"},
        "A window keeps its largest value: the map is smaller, and a shift changes it less. Step "
        "it over the lecture’s grid, then shift a picture below: the map changes less, it does "
        "not stay.",
    ),
)


def in_the_training_lab(label: str, spec: RunSpec) -> None:
    """A link that lays this run out in the training lab."""
    st.page_link(
        page_file("training"),
        label=label,
        icon=":material/show_chart:",
        query_params={SPEC: spec.to_link()},
    )


def further() -> None:
    """Two cards: what the lectures name beside, with the lab that shows it."""
    for column, (page, title, address, what) in zip(st.columns(2), FURTHER, strict=True):
        with column.container(border=True):
            st.page_link(
                page_file(page),
                label=f"**{title}**: in the {page} lab",
                icon=":material/arrow_forward:",
                query_params=address,
            )
            st.markdown(what)
