"""A head that learns from few ill pictures: the loss weighted, or the threshold moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.words import percent
from dlviz.ui.components.medical_training import training_view
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.medical.cases import caution, place_asked
from dlviz.ui.medical.threshold import TYPICAL
from dlviz.ui.newest import Newest

if TYPE_CHECKING:
    from dlviz.core.medical.remedies import Outcome
    from dlviz.ui.views import Spot

COUNT, SEEN, SEEDS = 600, 800, 5
SHARES = (0.1, 0.5, 0.2, 0.05)  # the first is what the page opens on
_kept: Newest[Any] = Newest(12)


def show(spot: Spot) -> None:
    """Both heads step by step, then all three ways over several training sets."""
    from dlviz.core.medical.remedies import STEPS_SHOWN
    from dlviz.figures.medical_training import code, remedies_chart, remedies_words

    with spot.controls:
        offered = {f"{share:g}": Named(f"{percent(share)} are ill") for share in SHARES}
        prevalence = float(choice("To learn from", offered, key="learnt", width=170))
        seed = number("Training set", 0, SEEDS - 1, 0, key="trained", width=130)
    last = len(STEPS_SHOWN) - 1
    place_asked("frame", last, last, "the frame", spot)
    data, rows = _kept.get(f"{prevalence} {seed}", lambda: _work(prevalence, seed))
    training_view(data)
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    left, right = st.columns([7, 5], gap="large")
    with left:
        st.plotly_chart(remedies_chart(rows), key="remedies", config=save)
    right.markdown(remedies_words(rows, prevalence))
    right.caption(
        f"One sigmoid on MobileNetV2’s frozen features; {COUNT} pictures to learn from, {SEEN} "
        "held out with the same share of ill. CheXNet weighed its loss so: −w y log p − (1 − y) "
        "log(1 − p). Where a rare illness needs features of its own, a weight can do more than "
        "here, where the base is frozen."
    )
    caution()
    with st.expander("Show the code"):
        st.code(code(prevalence, COUNT, seed, TYPICAL), language="python")


def _work(prevalence: float, seed: int) -> tuple[dict[str, Any], list[list[Outcome]]]:
    from dlviz.core.medical.heads import balancing
    from dlviz.core.medical.remedies import compared, learning
    from dlviz.core.medical.screening import at_prevalence
    from dlviz.figures.medical_training import training_data
    from dlviz.io.xray_features import cases

    train, test = cases("train"), cases("test")
    ill = train.findings[:, 0]
    seen = at_prevalence(test.findings[:, 0], prevalence, SEEN, seed=TYPICAL)
    held_out, truth = test.features[seen], test.findings[seen, 0]
    own = at_prevalence(ill, prevalence, COUNT, seed=seed)
    plain, weighted = (
        learning(train.features[own], ill[own], held_out, truth, weighted=one)
        for one in (False, True)
    )
    weight = float(balancing(ill[own, None])[0])
    rows = compared(
        train.features, ill, held_out, truth, prevalence=prevalence, count=COUNT, seeds=SEEDS
    )
    scene = f"{prevalence} {seed}"
    return training_data(plain, weighted, truth, scene=scene, weight=weight), rows
