"""A word on use: what a good detector's mistakes add up to, what is known, what to discuss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.detection.care import FACTS, QUESTIONS
from dlviz.ui.controls import number
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


def show(spot: Spot) -> None:
    """The count to try on the left, facts and questions on the right."""
    from dlviz.core.detection.grid_detector import detections
    from dlviz.figures.detection_care import SCORES, care_code, chart, mistakes
    from dlviz.io.shape_detector import (
        LEAST,
        MOST_OVERLAP,
        held_out_scenes,
        load_detector,
        look,
    )
    from dlviz.io.shape_scenes import CLASSES

    with spot.controls:
        least = number("Alarm from score", 0.05, 0.95, 0.5, key="alarm", step=0.05, width=150)
        per_hour = number("Pictures an hour", 1, 100_000, 3600, key="hourly", width=150)
        cameras = number("Cameras", 1, 10_000, 1, key="cameras", width=110)
    truths = [scene.truth for scene in held_out_scenes()]
    output = look(load_detector(), held_out_scenes())
    found = detections(output, least=LEAST, most_overlap=MOST_OVERLAP)
    now = mistakes(found, truths, least, len(CLASSES))
    counts = [mistakes(found, truths, score, len(CLASSES)) for score in SCORES]
    daily = f"{now.wrong_a_day(per_hour, cameras):,.0f}".replace(",", "\u202f")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(f"{daily} wrong boxes a day", anchor=False)
        st.markdown(
            f"At a score of {least:g} the shipped detector finds {now.found} of"
            f" {now.found + now.missed} forms in {now.pictures} held-out scenes, misses"
            f" {now.missed} and frames {now.wrong} wrongly: {now.wrong} / {now.pictures} ·"
            f" {per_hour} an hour · 24 · {cameras} = **{daily}** a day."
        )
        config = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
        st.plotly_chart(chart(counts, least, theme()), key="care", config=config)
        st.caption(
            "A rough count: a street is no drawn scene, and pictures of one camera resemble each"
            " other. What holds anywhere: a small share of very many pictures is many, a higher"
            " threshold trades wrong boxes for missed forms, and no threshold rids you of both."
        )
    with right:
        for fact in FACTS.values():
            st.markdown(f"**{fact.title}.** {fact.text} [{fact.source}]({fact.address})")
        st.markdown("**To discuss.**\n" + "\n".join(f"- {line}" for line in QUESTIONS))
    with st.expander("Show the code"):
        st.code(care_code(least, per_hour, cameras), language="python")
