"""The demo's one page."""

import json
from urllib.parse import urlencode

import streamlit as st

from dlviz.ui.components.points import points_view
from tests.browser.points.demo_run import network_of, scene_of, whole

st.set_page_config(page_title="points", layout="wide")
st.html("<style>.block-container { padding: 4.5rem 3rem 1rem; }</style>")
state = st.session_state
given = {name: st.query_params[name] for name in st.query_params}
told = state.get("points") or {}
if told.get("shape"):
    state["hidden"] = told["shape"]["hidden"]
if told.get("painted"):
    state["painted"] = ";".join(",".join(map(str, each)) for each in told["painted"]["points"])
for name in ("hidden", "painted"):
    if name in state:
        given[name] = state[name]
text = urlencode(given)
data = {"scene": scene_of(text), "view": given.get("view", "surface"), "hint": "Press Start."}
changed = state.get("hidden") or state.get("painted")
if given.get("live") and not changed:
    data |= {"path": "/demo/live", "job": text, "token": "", "session": "", "state": "running"}
elif given.get("net") or changed:
    data["net"] = {"step": 0, **network_of(text).packed()}
else:
    data["recorded"] = whole(text)


def nothing() -> None:
    pass


names = ("state", "blocked", "view", "edit", "shape", "painted")
points_view(data, key="points", **{f"on_{name}": nothing for name in names})
st.text(json.dumps({name: told.get(name) for name in names if told.get(name)}))
