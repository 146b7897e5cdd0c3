"""The data panel in a small app of its own."""

from __future__ import annotations

import numpy as np
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from dlviz.core.specs import AugmentSpec
    from dlviz.ui.augmentation import augmentation_panel
    from dlviz.ui.data import data_panel, mistake_of

    st.session_state["spec"] = data_panel(st.session_state["preset"], context="one")
    st.session_state["mistake"] = mistake_of(st.session_state["spec"])
    st.session_state["augment"] = augmentation_panel(
        AugmentSpec(), st.session_state["spec"], context="one"
    )


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def told(test: AppTest) -> str:
    parts = [*test.info, *test.error, *test.warning, *test.caption, *test.markdown]
    return " ".join(item.value for item in parts)


def drawn(classes: str = "ab", each: int = 3) -> dict[str, list[np.ndarray]]:
    return {
        name: [np.full((28, 28), 10 * at + place, np.uint8) for at in range(each)]
        for place, name in enumerate(classes)
    }
