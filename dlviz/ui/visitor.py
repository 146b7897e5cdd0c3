"""Who is looking at this page."""

from __future__ import annotations

import streamlit as st

from dlviz.runs.visitors import Visitor, is_visitor_id, new_visitor_id
from dlviz.ui.cookie import COOKIE
from dlviz.ui.server import server


def visitor_id() -> tuple[str, bool]:
    """The visitor's id and whether it comes from the cookie.

    A browser that refuses cookies gets an id for this session only: it loses its models with a
    reload, and the live channel is told the id by the page.
    """
    cookie = st.context.cookies.get(COOKIE)
    if is_visitor_id(cookie):
        assert cookie is not None
        return cookie, True
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = new_visitor_id()
    return str(st.session_state["visitor"]), False


def visitor() -> Visitor:
    """This page's visitor with their shelf and job."""
    return server().visitors.get(visitor_id()[0])
