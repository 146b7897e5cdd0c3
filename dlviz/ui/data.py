"""Pictures by key for this page's visitor, and the panel in which they are chosen.

The visitor's own pictures come first, then the registered data sets.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.specs import DataSpec
from dlviz.core.words import grouped
from dlviz.runs.own_data import MAX_MEGABYTES, MAX_SETS
from dlviz.ui.address import plain
from dlviz.ui.controls import Named, Titled, choice, number
from dlviz.ui.own_data import WAYS, own_panel, take_added, title_of
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.data import ImageData
    from dlviz.core.snapshots import DataFacts

NAME, PIXELS, SHARE = "data", "pixels", "share"  # the address's parameters
FALLBACK = "mnist"
_MISSING = "a link's pictures are missing"
_GONE = (
    "This link's pictures are somebody's own that are not, or no longer, here: they are kept for "
    "their owner alone, and not for long. Choose other data, or bring pictures of your own."
)


ORDERS = {"plain": Named("As they are"), "shuffled": Named("Shuffled, all alike")}


def data_of(spec: DataSpec) -> ImageData:
    """What a run of this visitor trains on. Raises ``ValueError`` with one sentence."""
    from dlviz.io.datasets import data_for

    return data_for(spec, visitor().pictures)


def held_out_of(key: str) -> tuple[Tensor, Tensor]:
    """The held-out part of a key: (uint8 N×C×H×W, int64 N). Read only.

    Raises ``ValueError`` with one sentence where it is not here, or another visitor's.
    """
    from dlviz.core.data import shuffle_pixels
    from dlviz.io.datasets import held_out, name_of

    name = name_of(key)
    mine = visitor().pictures.get(name)
    if mine is None:
        return held_out(key)
    pixels = mine.test_pixels if name == key else shuffle_pixels(mine.test_pixels)
    return pixels, mine.test_labels


def training_of(key: str) -> tuple[Tensor, Tensor]:
    """The training part of a key, as ``held_out_of`` gives the other; may take seconds once."""
    from dlviz.core.data import shuffle_pixels
    from dlviz.io.datasets import load_data, name_of

    name = name_of(key)
    mine = visitor().pictures.get(name)
    if mine is None:
        data = load_data(key)
        return data.train_pixels, data.train_labels
    pixels = mine.train_pixels if name == key else shuffle_pixels(mine.train_pixels)
    return pixels, mine.train_labels


def is_own(key: str) -> bool:
    """Whether a key names a visitor's own pictures: nothing made of them may be shared."""
    from dlviz.io.datasets import OWN

    return key.startswith(OWN)


def facts_of(spec: DataSpec) -> DataFacts:
    """Classes, shape and scale of what a spec names; loads no training pictures.

    Raises ``ValueError`` with one sentence for another visitor's own pictures.
    """
    from dlviz.core.snapshots import DataFacts
    from dlviz.io.datasets import entry_of

    mine = visitor().pictures.get(spec.name)
    known = mine or entry_of(spec.name)
    return DataFacts(known.classes, known.shape, known.mean, known.std)


def count_of(spec: DataSpec) -> int:
    """About how many pictures a run trains on; 0 where they are not here."""
    from dlviz.io.datasets import DATASETS

    mine = visitor().pictures.get(spec.name)
    if mine is not None:
        return math.ceil(spec.share * len(mine.train_labels))
    return math.ceil(spec.share * DATASETS[spec.name].counts[0]) if spec.name in DATASETS else 0


def mistake_of(spec: DataSpec) -> str:
    """Why a run cannot train on this now, in one sentence; empty if it can."""
    from dlviz.io.datasets import entry_of
    from dlviz.io.downloads import is_here, missing

    if spec.name in visitor().pictures:
        return ""
    try:
        entry = entry_of(spec.name)
    except ValueError as error:
        return str(error)
    return "" if entry.download is None or is_here(spec.name) else missing(spec.name)


def is_awaited() -> bool:
    """Whether the visitor has chosen to bring pictures of their own and not done so yet."""
    return st.session_state.get(NAME) in WAYS


def data_panel(
    default: DataSpec, *, context: str, shown: bool = True, told: DeltaGenerator | None = None
) -> DataSpec:
    """Controls that start from ``default``, a preset's → what to train on.

    ``context`` is the preset's name: what was chosen for another one does not count. While the
    visitor has yet to bring their pictures, or where a link's are not here, other data stand in:
    the latter is said in ``told`` (or here). What is no control is left out unless ``shown``.
    """
    from dlviz.io.datasets import DATASETS

    pictures = visitor().pictures
    added = take_added()
    if added:
        st.session_state[NAME] = added
    mine = {name: Named(title_of(data)) for name, data in pictures.items()}
    known = {**{name: Named(entry.title) for name, entry in DATASETS.items()}, **mine}
    named: dict[str, Titled] = {**known, **WAYS}
    first = default.name if default.name in known else FALLBACK
    asked = st.query_params.get(NAME)
    if asked not in named and (asked or default.name) not in known:
        st.session_state[_MISSING] = (context, _stands_in(asked or default.name, known[first]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ordered = {first: named[first], **named}
        name = choice("Data set", ordered, key=NAME, context=context, explained=True, width=300)
        order = "shuffled" if default.shuffled else "plain"
        orders = {order: ORDERS[order], **ORDERS}
        pixels = choice("Pixels", orders, key=PIXELS, context=context, width=200)
        percent = number(
            "Labels to train on (%)",
            0.1,
            100.0,
            100 * default.share,
            key=SHARE,
            context=context,
            step=10.0,
            format="%.1f",
            width=200,
            help="So many of the training pictures, every class in proportion, at least one each. "
            "The held-out pictures stay the same.",
        )
    of, sentence = st.session_state.get(_MISSING, ("", ""))
    if sentence and of == context and name == first:
        (told or st.container()).info(sentence)
    else:
        st.session_state.pop(_MISSING, None)
    share = min(1.0, max(0.001, percent / 100))
    if name in WAYS:
        own_panel(name)
        st.caption(f"Until then: {known[first].title}.")
        name = first
    spec = DataSpec(name, pixels == "shuffled", share)
    if shown:
        _about(spec)
    return spec


def _stands_in(name: str, other: Named) -> str:
    """Why other pictures are shown than those that a link names."""
    if is_own(name):
        return _GONE
    return f"This link's data, “{plain(name)}”, are not known here: {other.title} stand in."


def _about(spec: DataSpec) -> None:
    """What the chosen pictures are, some of them, and what can be done with them."""
    from dlviz.io.datasets import DATASETS
    from dlviz.ui.own_data import kept_row
    from dlviz.ui.samples import fetch_panel, samples

    mine = visitor().pictures.get(spec.name)
    if evicted := visitor().pictures.take_evicted():
        st.toast(
            f"{evicted} of your sets had to make room: up to {MAX_SETS} sets and {MAX_MEGABYTES} "
            "MB are kept while you are here."
        )
    if mine is not None:
        kept_row(spec.name, mine)
    else:
        st.caption(DATASETS[spec.name].what + _used(spec))
        if DATASETS[spec.name].download and not fetch_panel(spec.name):
            return
    samples(spec.key, facts_of(spec).classes)
    if spec.shuffled:
        st.caption(
            "Every picture's pixels have changed places in the same way, held-out ones too. A "
            "network of dense layers cannot tell the difference; one of convolutions loses what "
            "it takes for granted: that neighbours belong together."
        )


def _used(spec: DataSpec) -> str:
    if spec.share == 1:
        return ""
    from dlviz.io.datasets import DATASETS

    return f" Trained on: about {grouped(spec.share * DATASETS[spec.name].counts[0])}."
