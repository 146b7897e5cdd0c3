"""CheXNet's table as intervals, and why they overlap and the difference still excludes 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.medical.paper import DIFFERENCE, TABLE
from dlviz.ui.components.medical_pairs import pairs_view
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.medical.cases import place_asked
from dlviz.ui.newest import Newest

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

SEED = 1
EXCLUDE = 20  # of the seeds 0 to 99, at ALIKE[16]; a test counts them
FACTORS = {"1": Named("420 pictures, as in the paper"), "4": Named("1 680 pictures")}
_kept: Newest[Any] = Newest(8)


def show(spot: Spot) -> None:
    """The table, a pair of readers under a slider, and what the paper does and does not show."""
    from dlviz.figures.medical_readers import ALIKE, pairs_code, pairs_data

    with spot.controls:
        factor = int(choice("How many", FACTORS, key="pictures", width=260))
        seed = number("Other errors", 0, 99, SEED, key="errors", width=130)
    place = place_asked("alike", 0, len(ALIKE) - 1, "how alike they err", spot)
    pairs_view(_kept.get(f"{factor} {seed}", lambda: pairs_data(factor, seed)))
    _explain()
    with st.expander("Show the code"):
        st.code(pairs_code(factor, seed, place), language="python")


def _explain() -> None:
    best, net, mean = TABLE["radiologist_4"], TABLE["chexnet"], TABLE["mean"]
    value, low, high = DIFFERENCE
    left, right = st.columns(2, gap="large")
    left.markdown(
        f"**Overlap proves nothing.** Each interval says how far *one* F1 would wander on other "
        f"pictures. But both readers get the *same* pictures, easy sets and hard ones: where they "
        f"err alike, they wander together, along the diagonal, and the difference hardly moves. So "
        f"draw 420 pictures, compute both F1, subtract; again and again. The paper did so: "
        f"**{value:.3f} ({low:.3f}–{high:.3f})**, from {mean.f1:.3f} "
        f"({mean.low:.3f}–{mean.high:.3f}) and {net.f1:.3f} ({net.low:.3f}–{net.high:.3f}), which "
        "overlap."
    )
    right.markdown(
        f"**What the table does not say.** The **mean** of four radiologists was surpassed; "
        f"radiologist 4 has {best.f1}, *more* than CheXNet’s {net.f1}. Every picture has five "
        "labels, four radiologists’ and the net’s, and each is judged by each of the other four "
        "labels: F1 measures agreement here (next view). They saw pictures only, no patient, no "
        "history (Rajpurkar et al. 2017, arXiv:1711.05225)."
    )
    right.caption(
        "A and B are simulated, with F1 as in the paper. Sample 1 was chosen, because it shows the "
        "point early; others differ: of 420 pictures, with the slider at four fifths, the "
        f"difference excludes 0 in {EXCLUDE} of 100 samples, at its right end in "
        "all. Try “Other errors”."
    )
