"""The main script: which pages there are. Streamlit runs it for every visitor and rerun."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dlviz.io.assets import asset_path
from dlviz.ui.engine import ENGINE
from dlviz.ui.pages import FURTHER, GLOSSARY, LABS, Lab, page_file

st.set_page_config(page_title="dlviz", page_icon=str(asset_path("icon.png")), layout="wide")
st.html(Path(__file__).with_name("style.css"))
home = st.Page(page_file("home"), title="Home", icon=":material/home:", default=True)


def pages(labs: dict[str, Lab]) -> list[StreamlitPage]:
    """A page each."""
    return [st.Page(page_file(name), title=lab.title, icon=lab.icon) for name, lab in labs.items()]


# The glossary is one click away from every page.
always = {**LABS, GLOSSARY: FURTHER[GLOSSARY]}
more = {name: lab for name, lab in FURTHER.items() if name not in always}
sections = {"": [home, *pages(always)], "More of the lectures": pages(more)}
st.navigation(sections, position="top").run()
ENGINE.start()
