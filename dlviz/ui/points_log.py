"""Changes by hand in a link: it holds those of a run on points, and a Start makes them again.

All else that a run is stands in the other parameters of the address. A log belongs to the settings
that it was made with: with others it rests.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlencode

import streamlit as st

from dlviz.core.points.specs import MAX_CHANGES, PointsChange, PointsSpec
from dlviz.core.specs import SpecError, packed_link, parsed, require, unpacked_link
from dlviz.runs.points_words import change_in_words
from dlviz.ui.address import as_text, follow, write
from dlviz.ui.points_events import set_setting

LOG = "log"  # the address's parameter; in the session the whole spec, or None
NAMED = 3  # changes that are named; of more, how many there are


def log_text(changes: Sequence[PointsChange]) -> str:
    """Changes by hand as a short text for an address."""
    listed = [[change.step, change.name, change.value] for change in changes]
    return packed_link(json.dumps(listed, separators=(",", ":")))


def with_log(spec: PointsSpec, text: str) -> PointsSpec:
    """``spec`` with the changes of a stranger's ``log_text``. Raises ``SpecError``."""
    listed = parsed(unpacked_link(text))
    fits = isinstance(listed, list) and all(
        isinstance(item, list) and len(item) == 3 for item in listed
    )
    require(fits, "Changes by hand are a list of step, name and value.")
    assert isinstance(listed, list)
    require(len(listed) <= MAX_CHANGES, f"A run has at most {MAX_CHANGES} changes.")
    return replace(spec, interventions=tuple(spec.change(*item) for item in listed))


def follow_log(spec: PointsSpec) -> PointsSpec:
    """What the controls say and, of a link's run, its changes by hand.

    A log that is damaged, or does not fit the settings, is told in one sentence.
    """

    def read(text: str) -> PointsSpec:
        try:
            return with_log(spec, text)
        except SpecError as error:
            raise ValueError(f"changes by hand ({as_text(str(error).rstrip('.'))})") from error

    if sentence := follow(LOG, read, None, widget=False):
        st.info(sentence)
    kept: PointsSpec | None = st.session_state[LOG]
    fits = kept is not None and replace(kept, interventions=()) == spec
    found = kept if kept is not None and fits else spec
    write(LOG, log_text(found.interventions) if found.interventions else None, None)
    return found


def tell_log(spec: PointsSpec) -> None:
    """What a link's run has had done to it by hand, and the way to do without."""
    with st.container(horizontal=True, vertical_alignment="center", key="points_log"):
        st.markdown(
            f"Start makes this link’s changes by hand again: {changes_in_words(spec)}.",
            width="content",
        )
        st.button("Without them", on_click=set_setting, args=(LOG, None))


def link_to_run(run: PointsSpec) -> None:
    """A link to a run with changes by hand; all its other settings are those of the page."""
    count = len(run.interventions)
    changes = "its change" if count == 1 else f"its {count} changes"
    label = f":material/link: Link to this run, {changes} by hand included"
    st.markdown(
        f"[{label}](?{urlencode(run_address(run))})",
        help=f"It opens the page with these settings; Start makes again: {changes_in_words(run)}.",
    )


def run_address(run: PointsSpec) -> dict[str, str]:
    """The page's address as it is now, with what a run began with and what was done to it."""
    train = run.train
    own = {"rate": train.learning_rate, "epochs": train.epochs, "seed": train.seed}
    of_run = {name: str(value) for name, value in own.items()}
    return {**st.query_params.to_dict(), **of_run, LOG: log_text(run.interventions)}


def changes_in_words(spec: PointsSpec) -> str:
    """The first changes by name; of more, how many."""
    changes = spec.interventions
    named = [as_text(change_in_words(change)) for change in islice(changes, NAMED)]
    more = len(changes) - len(named)
    return "; ".join([*named, f"{more} more"] if more else named)
