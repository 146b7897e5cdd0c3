"""Home: what dlviz is, one real result per lab, a way in."""

import streamlit as st

from dlviz.ui.address import begin
from dlviz.ui.heroes import hero
from dlviz.ui.pages import LABS, page_file

begin("home")
st.title("Watch a network learn, look inside it, fool it.", anchor=False)
st.markdown(
    "dlviz is deep learning to touch: five labs, and **one model goes through all of them**. The "
    "network that you train in a minute is the one whose filters you then look at, and whose "
    "mistakes you provoke. Every picture here was computed, and everything works offline."
)
for row in (("convolution", "points"), ("training", "filters"), ("adversarial",)):
    for column, name in zip(st.columns(2, gap="large"), row, strict=False):
        lab = LABS[name]
        with column:
            st.page_link(page_file(name), label=f"**{lab.title}: {lab.question}**", icon=lab.icon)
            hero(name, caption=False)
            st.caption(lab.does)
