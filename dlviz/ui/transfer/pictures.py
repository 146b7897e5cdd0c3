"""Which pictures the transfer page learns from: a shipped task's, or the visitor's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import plain
from dlviz.ui.controls import Named, Titled, choice
from dlviz.ui.own_data import title_of
from dlviz.ui.transfer.own import WAYS, bring, left_out, take_added
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.core.data import ImageData
    from dlviz.ui.views import Spot

KEY = "pictures"
_GONE = (
    "This link’s pictures are somebody’s own that are not, or no longer, here: they are kept for "
    "their owner alone. Shipped ones stand in."
)


def choose_pictures(spot: Spot) -> tuple[str, ImageData]:
    """The chosen pictures' name and data; until a visitor has brought theirs, shipped ones."""
    from dlviz.io.transfer_tasks import TASKS, load_task

    mine = visitor().pictures
    if added := take_added():
        st.session_state[KEY] = added
    own = {name: Named(title_of(data)) for name, data in mine.items() if data.shape[0] in (1, 3)}
    known: dict[str, Titled] = {**TASKS, **own}
    offered: dict[str, Titled] = {**known, **WAYS}
    asked = st.query_params.get(KEY, "")
    with spot.controls:
        name = choice("Pictures", offered, key=KEY, explained=True, width=230)
    first = next(iter(TASKS))
    with spot.status:
        if asked and asked not in offered and name == first:
            st.info(_GONE if asked.startswith("own-") else f"“{plain(asked)}” is not known here.")
        if name in WAYS:
            bring(name)
            st.caption(f"Until then: {TASKS[first].title}")
            name = first
        if sentence := left_out(name):
            st.warning(sentence)
    return name, mine[name] if name in mine else load_task(name)


def data_of(name: str) -> ImageData | None:
    """The pictures that a run has learnt from, as long as they are here."""
    from dlviz.io.transfer_tasks import TASKS, load_task

    mine = visitor().pictures.get(name)
    return mine if mine is not None or name not in TASKS else load_task(name)


def is_own(name: str) -> bool:
    """Whether these are the visitor's own."""
    return name in visitor().pictures
