"""Some pictures of a data set, and the button that fetches one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import streamlit as st

from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.ui.components.tiles import tiles
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from torch import Tensor

SHOWN = 20
SMALLEST = 84  # CSS pixels
MEGABYTE = 1_000_000
_WANTED = "download wanted "
_tasks: Newest[Task[int]] = Newest(8)


def samples(key: str, classes: Sequence[str]) -> None:
    """``SHOWN`` held-out pictures, every class in turn, with the class's name on each."""
    from dlviz.ui.data import held_out_of, is_own

    try:
        pixels, labels = held_out_of(key)
    except ValueError as error:
        st.info(str(error))
        return
    make = _own_sheet if is_own(key) else _shared_sheet
    sheet, chosen = make(key, pixels, labels)
    names = [classes[label] for label in chosen]
    few = len(names) < SHOWN
    width: Literal["stretch"] | int = len(names) * (SMALLEST + 6) if few else "stretch"
    with st.container(width=width):  # a few pictures would grow as large as the page
        tiles(sheet, names, key="samples", texts=names, smallest=SMALLEST)


def _sheet(pixels: Tensor, labels: Tensor) -> tuple[Sheet, list[int]]:
    from dlviz.figures.augmentation import in_turn
    from dlviz.figures.walls import as_pictures

    order = in_turn(labels, SHOWN)
    return sheet_of(as_pictures(pixels[order])), labels[order].tolist()


@st.cache_data(max_entries=32, show_spinner=False)
def _shared_sheet(key: str, _pixels: Tensor, _labels: Tensor) -> tuple[Sheet, list[int]]:  # noqa: ARG001
    return _sheet(_pixels, _labels)


@st.cache_data(scope="session", max_entries=8, show_spinner=False)
def _own_sheet(key: str, _pixels: Tensor, _labels: Tensor) -> tuple[Sheet, list[int]]:  # noqa: ARG001
    return _sheet(_pixels, _labels)


def _end(name: str, task: Task[int]) -> None:
    """Whoever presses the next time, in whatever session, fetches anew."""
    _tasks.drop(name, task)
    st.session_state[f"{_WANTED}{name}"] = False


def fetch_panel(name: str) -> bool:
    """A button that fetches a registered download, with progress → whether the data is here.

    Nothing is fetched before it is pressed: a link alone starts no download.
    """
    from dlviz.io.downloads import SETS, DownloadError, download, is_here

    wanted, total = f"{_WANTED}{name}", SETS[name].bytes
    if is_here(name):
        st.session_state[wanted] = False  # another session may have fetched it
        return True

    def steps() -> Iterator[tuple[int, int]]:
        for done in download(name):
            yield min(total, done) // MEGABYTE, done

    if st.session_state.get(wanted):
        whole = max(1, total // MEGABYTE)
        task = _tasks.get(name, lambda: Task(whole, steps()))
        try:
            run(task, key=name, things="megabytes")
        except DownloadError as error:
            _end(name, task)
            st.error(str(error))
        else:
            if not task.finished:  # stopped
                return False
            _end(name, task)
            if is_here(name):
                return True
    st.button(
        f"Download ({total / MEGABYTE:.0f} MB)",
        icon=":material/download:",
        on_click=st.session_state.update,
        args=({wanted: True},),
        key=f"download {name}",
    )
    return False
