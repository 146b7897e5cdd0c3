"""The way of a transfer-learnt network onto the visitor's shelf, and from there into the labs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.runs.shelf import ShelfError
from dlviz.ui.address import rerun
from dlviz.ui.models import address_of
from dlviz.ui.pages import LABS, page_file
from dlviz.ui.transfer.pictures import data_of, is_own
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.runs.shelf import Entry
    from dlviz.ui.taught import Outcome

_FIRST = "head.0.weight"


def keep(outcome: Outcome) -> None:
    """A button that puts it there; once it is there, links that look inside and fool it.

    The recorded run has kept no weights.
    """
    if _FIRST not in outcome.tensors or data_of(str(outcome.spec["pictures"])) is None:
        return
    entry = _on_shelf(outcome)
    with st.container(horizontal=True, vertical_alignment="center"):
        if entry is None:
            if st.button("Put it on your shelf", icon=":material/inventory_2:"):
                _put(outcome)
            return
        st.markdown(":material/inventory_2: It is on your shelf.")
        named = {"model": address_of(entry)}
        # Its base has no max pooling, so the filters lab's first view has no projections of it.
        _link("filters", "Look inside", {**named, "view": "occlusion"})
        _link("adversarial", "Fool it", named)


def _link(page: str, label: str, query: dict[str, str]) -> None:
    st.page_link(page_file(page), label=label, icon=LABS[page].icon, query_params=query)


def _on_shelf(outcome: Outcome) -> Entry | None:
    for entry in visitor().shelf.entries():
        if entry.snapshots[-1].weights.get(_FIRST) is outcome.tensors[_FIRST]:
            return entry
    return None


def _put(outcome: Outcome) -> None:
    from dlviz.core.transfer_learning.kept import snapshot_of
    from dlviz.io.datasets import grey_name
    from dlviz.io.models import load_model
    from dlviz.io.transfer_tasks import TASKS

    name = str(outcome.spec["pictures"])
    data = data_of(name)
    if data is None:  # removed in another tab
        return
    own = is_own(name)
    what = "my own pictures" if own else TASKS[name].title.rstrip("?").lower()
    known = name if own else grey_name(name)
    shot = snapshot_of(outcome.spec, outcome.tensors, data, load_model("mobilenet_v2"), known)
    try:
        visitor().shelf.add(shot.spec, [shot], f"My transfer net: {what}")
    except ShelfError as error:
        st.warning(str(error))
        return
    rerun()
