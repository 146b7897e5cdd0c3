"""The visitor's shelf on the page: what is on it, rename, download, upload, empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.words import grouped, percent
from dlviz.runs.shelf import MAX_MEGABYTES, MAX_MODELS, Entry, Shelf
from dlviz.ui.address import as_text
from dlviz.ui.data import held_out_of
from dlviz.ui.models import address_of
from dlviz.ui.pages import page_file
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.specs import RunSpec


def shelf_panel() -> None:
    """The model shelf, as a part of a page."""
    shelf = visitor().shelf
    for title in shelf.take_evicted():
        st.toast(f"“{title}” had to make room: the shelf holds {MAX_MODELS} models.")
    st.subheader("Your model shelf", anchor=False)
    entries = shelf.entries()
    if not entries:
        st.caption(
            f"Empty. A model lands here when its training ends or is stopped; up to {MAX_MODELS} "
            f"models and {MAX_MEGABYTES} MB, kept while you are here."
        )
    for entry in reversed(entries):
        _row(shelf, entry)
    if entries:
        _mistakes(entries[-1])
    with st.container(horizontal=True, vertical_alignment="center"):
        if entries and st.button("Empty the shelf", icon=":material/delete_sweep:"):
            shelf.clear()
            st.rerun()
        with st.popover("Load a checkpoint", icon=":material/upload:"):
            _upload(shelf)


def _row(shelf: Shelf, entry: Entry) -> None:
    told = [f"step {grouped(entry.snapshots[-1].step)}"]
    if entry.accuracy is not None:
        told.append(f"{percent(entry.accuracy, 1)} of held-out pictures right")
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/inventory_2: {' · '.join((f'**{as_text(entry.title)}**', *told))}")
        with st.popover("", icon=":material/more_horiz:", help="Rename, download or remove"):
            st.text_input(
                "Name",
                entry.title,
                key=f"title-{entry.key}",
                max_chars=60,
                on_change=lambda: shelf.rename(
                    entry.key, str(st.session_state[f"title-{entry.key}"])
                ),
            )
            st.download_button(
                "Download (safetensors)",
                lambda: _file(entry),
                file_name=f"{entry.key}.safetensors",
                key=f"download-{entry.key}",
                on_click="ignore",
            )
            st.button("Remove", key=f"remove-{entry.key}", on_click=lambda: shelf.remove(entry.key))
        named = {"model": address_of(entry)}
        st.page_link(page_file("filters"), label="Look inside", query_params=named)
        st.page_link(page_file("adversarial"), label="Fool it", query_params=named)
        if entry.spec.train.adversarial.words:
            judged = {**named, "scene": "defences"}
            st.page_link(page_file("adversarial"), label="Judge it", query_params=judged)


def _mistakes(entry: Entry) -> None:
    """Which class the newest model takes for which, counted when the chart is opened."""
    from dlviz.figures.confusion import mistakes, worst

    with st.container(border=True):
        shown = st.toggle(f"Show what **{as_text(entry.title)}** mistakes", key="mistakes")
        if shown:
            try:
                counts = _counted(entry.key, entry)
            except ValueError as error:  # its pictures are no longer here
                st.info(str(error))
                return
            st.markdown(worst(counts, entry.classifier.classes))
            st.plotly_chart(
                mistakes(counts, entry.classifier.classes),
                key="mistakes chart",
                config={"displayModeBar": False},
            )


@st.cache_data(scope="session", max_entries=8, show_spinner="Counting the mistakes …")
def _counted(key: str, _entry: Entry) -> Tensor:  # noqa: ARG001 (the key names the weights)
    from dlviz.core.metrics import confusion, predictions

    model = _entry.classifier
    pixels, labels = held_out_of(model.data)
    return confusion(labels, predictions(model, pixels), len(model.classes))


def _file(entry: Entry) -> bytes:
    from dlviz.io.checkpoints import write_checkpoint

    return write_checkpoint(entry.snapshots[-1:])


def _name_of(spec: RunSpec) -> str:
    """What a loaded model is called: it has no number, being no run of this visit."""
    from dlviz.io.datasets import noun_of

    return f"Loaded {noun_of(spec.data.key)} net"


def _upload(shelf: Shelf) -> None:
    from dlviz.io.checkpoints import (
        MAX_BYTES,
        CheckpointError,
        read_checkpoint,
        require_known_data,
    )

    st.caption(f"A .safetensors file that dlviz saved, at most {MAX_BYTES // 10**6} MB.")
    sent = st.file_uploader("Checkpoint", type=["safetensors"], key="checkpoint")
    if sent is None or st.session_state.get("checkpoint read") == sent.file_id:
        return
    try:
        snapshots = read_checkpoint(sent.getvalue())
        require_known_data(snapshots[-1], visitor().pictures)
    except CheckpointError as error:
        st.error(str(error))
        return
    st.session_state["checkpoint read"] = sent.file_id
    shelf.add(snapshots[-1].spec, snapshots, _name_of(snapshots[-1].spec))
    st.rerun()
