"""What ``streamlit run app.py`` starts: the dashboard with its live channel, as an ASGI app.

Streamlit finds the app by reading this file: the call to ``st.App`` has to stand here.
"""

import os
from pathlib import Path

# Before torch is imported: idle threads of its pool must sleep, not spin beside their neighbours.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import streamlit as st

from dlviz.ui.asgi import lifespan, middleware, routes

app = st.App(
    Path(__file__).with_name("dlviz") / "ui" / "main.py",
    lifespan=lifespan,
    routes=routes(),
    middleware=middleware(),
)
