"""What hands do at the points component and what it means: settings, and what a run is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlviz.core.points.specs import PointsNet
from dlviz.core.specs import SpecError
from dlviz.ui.components.points import VIEWS
from dlviz.ui.console import refuse
from dlviz.ui.painted import from_browser

KEY = "points_view"
VIEW = "view"  # the address's parameter
_SETTINGS = "points settings changed"


def told(name: str) -> Mapping[str, Any]:
    """What the component sent with its last event; a stranger's browser may send anything."""
    found = (st.session_state.get(KEY) or {}).get(name)
    return found if isinstance(found, Mapping) else {}


def run_again() -> None:
    """The rerun itself is what is wanted: buttons follow the new state."""


def turn() -> None:
    """Another of the component's views was opened: the address follows."""
    name = (st.session_state.get(KEY) or {}).get("view")
    if name in VIEWS:
        st.session_state[VIEW] = name


def reshape() -> None:
    """Layers, units or activations were changed at the network: the control follows."""
    text = str(told("shape").get("hidden", ""))[:200]
    try:
        PointsNet.hidden_from(text)
    except SpecError as error:
        refuse(str(error))
        return
    set_setting("hidden", text)


def paint() -> None:
    """Points were painted: all that there are now."""
    set_setting("painted", from_browser(told("painted")))


def set_setting(key: str, value: Any) -> None:
    """What the hand did is a setting: its control is in another part of the page, which follows."""
    st.session_state[key] = value
    st.session_state[_SETTINGS] = True


def settings_changed() -> bool:
    """Whether a hand has changed a setting since this was asked last."""
    return bool(st.session_state.pop(_SETTINGS, False))
