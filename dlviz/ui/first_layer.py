"""Kernels that a network has learnt: a filter of the first layer of any model on the shelf."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dlviz.core.kernels import KERNELS
from dlviz.core.mixes import MIXES, filter_bank
from dlviz.core.sliding import Numbers
from dlviz.ui.address import plain
from dlviz.ui.controls import number
from dlviz.ui.convolution_view import Bank
from dlviz.ui.engine import ENGINE
from dlviz.ui.models import choose_model

USUAL_MODEL, USUAL_FILTER = "creatures_cnn", 1
SIGNIFICANT = 4  # digits: a link holds every edited weight, and nobody reads more


def choose_filter(channels: str) -> Bank:
    """Let the visitor choose a model and one of its first filters.

    → 1×C×k×k, depthwise C×1×k×k. A colour filter on a grey picture is the sum over its channels,
    because a grey picture has the same number in all three. Until PyTorch is there, and for a
    model without such filters, it is the identity, which is no bank to edit.
    """
    if not ENGINE.ready.is_set():
        return _none(channels)
    from dlviz.core.first_filters import first_filters

    offer, model = choose_model("Model", key="model", default=USUAL_MODEL)
    try:
        filters = first_filters(model)
    except ValueError as error:
        st.warning(str(error))
        return _none(channels)
    count = len(filters)
    label = f"Filter (of {count})"
    which = number(label, 1, count, USUAL_FILTER, key="filter", context=offer.key, width=140)
    title = f"Filter {which} of {plain(offer.title, 60)}"
    chosen = _readable(filters[which - 1])
    return Bank(_for(chosen, channels), (title,), f"{offer.key} {which} {channels}")


def _none(channels: str) -> Bank:
    entry = KERNELS["identity"]
    return Bank(_for(entry.at(3)[None], channels), (entry.title,), "")


def _for(kernel: Numbers, channels: str) -> Numbers:
    """A filter C×k×k for a picture with these channels."""
    if channels == "grey":
        summed: Numbers = kernel.sum(axis=0, keepdims=True)[None]
        return summed
    if len(kernel) == 1:
        return filter_bank([kernel[0]], 3, MIXES["all"], channels == "depthwise")
    return kernel[:, None] if channels == "depthwise" else kernel[None]


def _readable(kernel: Numbers) -> Numbers:
    """Rounded to four significant digits of its largest weight."""
    largest = float(np.abs(kernel).max()) or 1.0
    places = SIGNIFICANT - 1 - int(np.floor(np.log10(largest)))
    rounded: Numbers = np.round(kernel, places)
    return rounded
