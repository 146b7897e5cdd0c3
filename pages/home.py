"""Home: what dlviz is, and the map of the lectures: every claim a way into a prepared view."""

import streamlit as st

from dlviz.ui.address import begin
from dlviz.ui.home import lesson_map

begin("home")
st.title("Watch a network learn, look inside it, fool it.", anchor=False)
st.markdown(
    "dlviz is deep learning to touch: two introductory lectures, line by line, each as something "
    "to do. **One model goes through all of them**: the network that you train in a minute is the "
    "one whose filters you then look at, and whose mistakes you provoke. Every picture here was "
    "computed, and everything works offline."
)
lesson_map()
