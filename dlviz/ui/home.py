"""Home's map: a lecture's outline, every line a way into a prepared view."""

from __future__ import annotations

import streamlit as st

from dlviz.io.assets import AssetError
from dlviz.io.lesson_map import Lecture, LessonPart, lectures
from dlviz.ui.address import follow, plain, write
from dlviz.ui.heroes import hero
from dlviz.ui.in_sight import style_page
from dlviz.ui.pages import EVERY, page_file

_KEY = "lecture"  # the address's parameter


def lesson_map() -> None:
    """A choice of lecture, and its parts: the lab's picture, and the claims to try there."""
    style_page("home.css")
    try:
        known = lectures()
    except AssetError as error:
        st.error(str(error))
        return
    lecture = known[_chosen(known)]
    for part in lecture.parts:
        _show(part)
    with st.expander("What is not here"):
        for slide, why in lecture.outside.items():
            st.markdown(f"- *{slide}*: {why}")


def _chosen(known: dict[str, Lecture]) -> str:
    names = list(known)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"a lecture “{plain(text)}”")
        return text

    sentence = follow(_KEY, read, names[0])
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = str(
            st.segmented_control(
                "Lecture",
                names,
                key=_KEY,
                format_func=lambda name: known[name].title,
                required=True,
                label_visibility="collapsed",
            )
        )
        st.caption(f"{known[chosen].by}, {known[chosen].date}: every line can be tried.")
    if sentence:
        st.info(sentence)
    write(_KEY, chosen, names[0])
    return chosen


def _show(part: LessonPart) -> None:
    lab = EVERY[part.lab]
    with st.container(key=f"part {part.title}"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            label = f"**{lab.title}: {lab.question}**"
            st.page_link(page_file(part.lab), label=label, icon=lab.icon)
            hero(part.lab, caption=False)
            st.caption(lab.does)
        with right.container(gap=None):
            st.subheader(part.title, anchor=False)
            for line in part.lines:
                st.page_link(
                    page_file(line.page),
                    label=f"**{line.heading}** {line.claim}",
                    icon=EVERY[line.page].icon,
                    query_params=dict(line.settings),
                )
