"""The button that fetches something from its publisher, with progress and Stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import streamlit as st

from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run

MEGABYTE = 1_000_000
_WANTED = "download wanted "
_FAILED = "download failed "
_tasks: Newest[Task[int]] = Newest(8)


def _end(name: str, task: Task[int]) -> None:
    """Whoever presses the next time, in whatever session, fetches anew."""
    _tasks.drop(name, task)
    st.session_state[f"{_WANTED}{name}"] = False


def fetch_button(
    name: str, total: int, *, is_here: Callable[[], bool], download: Callable[[], Iterator[int]]
) -> bool:
    """A button that fetches ``total`` bytes, about, with progress → whether they are here.

    Nothing is fetched before it is pressed: a link alone starts no download. ``download`` yields
    how many bytes are there and raises ``DownloadError`` with one sentence, which is shown.
    """
    from dlviz.io.downloads import DownloadError

    wanted, failed = f"{_WANTED}{name}", f"{_FAILED}{name}"
    if is_here():
        st.session_state[wanted] = False  # another session may have fetched it
        st.session_state.pop(failed, None)
        return True
    whole = max(1, total // MEGABYTE)

    def steps() -> Iterator[tuple[int, int]]:
        for done in download():
            yield min(whole, done // MEGABYTE), done

    if st.session_state.get(wanted):
        task = _tasks.get(name, lambda: Task(whole, steps()))
        try:
            run(task, key=name, things="megabytes")
        except DownloadError as error:
            # Kept until the next press: a run of the page's own would wipe the sentence away, even
            # before it is drawn, and the press would seem to be lost.
            st.session_state[failed] = str(error)
            _end(name, task)
        else:
            if not task.finished:  # stopped
                return False
            _end(name, task)
            if is_here():
                return True
    if sentence := st.session_state.get(failed):
        st.error(sentence)
    st.button(
        f"Download ({total / MEGABYTE:.0f} MB)",
        icon=":material/download:",
        on_click=st.session_state.update,
        args=({wanted: True, failed: ""},),
        key=f"download {name}",
    )
    return False
