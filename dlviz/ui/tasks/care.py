"""A word on use: what a good detector's mistakes add up to, what is known, what to discuss."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.detection.care import FACTS, QUESTIONS, Mistakes
from dlviz.ui.controls import number

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


@cache
def _counts() -> list[Mistakes]:
    """The shipped detector's mistakes at each of the scores."""
    from dlviz.figures.detection_care import SCORES

    return [_counted(score) for score in SCORES]


def _counted(score: float) -> Mistakes:
    from dlviz.figures.detection_care import mistakes
    from dlviz.io.shape_detector import held_out_scenes, shipped_detections
    from dlviz.io.shape_scenes import CLASSES

    truths = [scene.truth for scene in held_out_scenes()]
    return mistakes(shipped_detections(), truths, score, len(CLASSES))


def show(spot: Spot) -> None:
    """The count to try on the left, facts and questions on the right."""
    from dlviz.figures.detection_care import care_code, chart, daily

    with spot.controls:
        least = number("Alarm from score", 0.05, 0.95, 0.5, key="alarm", step=0.05, width=150)
        per_hour = number("Pictures an hour", 1, 100_000, 3600, key="hourly", width=150)
        cameras = number("Cameras", 1, 10_000, 1, key="cameras", width=150)
    now = _counted(least)
    day = daily(now.wrong_a_day(per_hour, cameras))
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(f"{day[0].upper()}{day[1:]} wrong boxes a day", anchor=False)
        st.markdown(
            f"From a score of {least:g} on the shipped detector finds {now.found} of"
            f" {now.found + now.missed} forms in {now.pictures} held-out scenes, misses"
            f" {now.missed} and frames {now.wrong} wrongly: {now.wrong} / {now.pictures} ·"
            f" {per_hour} an hour · 24 · {cameras} = **{day}** a day."
        )
        save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
        save["toImageButtonOptions"] = {"filename": f"mistakes-{least:g}"}
        st.plotly_chart(chart(_counts(), least), key="care", config=save)
        st.caption(
            "A box is right from IoU 0.5 with a form of its kind that no surer box has found. The"
            " count is rough: a street is no drawn scene, and pictures of one camera resemble each"
            " other. What holds for any detector that errs: a small share of very many pictures is"
            " many, and a higher threshold trades wrong boxes for missed forms."
        )
    with right:
        for fact in FACTS.values():
            st.markdown(f"**{fact.title}.** {fact.text} [{fact.source}]({fact.address})")
        st.markdown("**To discuss.**\n" + "\n".join(f"- {line}" for line in QUESTIONS))
    with st.expander("Show the code"):
        st.code(care_code(least, per_hour, cameras), language="python")
