"""Choosing a model: the shipped ones and those on the visitor's shelf, in one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.networks import SHIPPED
from dlviz.core.specs import NetSpec
from dlviz.io.assets import AssetError
from dlviz.ui.controls import choice
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.runs.shelf import Entry


@dataclass(frozen=True)
class Offer:
    """One model that can be chosen, not yet loaded.

    ``own`` models are the visitor's: never cache their results where others could see them.
    ``pooled``: it has max pooling, so that projections depend on the picture.
    """

    key: str
    title: str
    own: bool
    pooled: bool
    load: Callable[[], Classifier]


def _is_pooled(net: NetSpec) -> bool:
    return any(layer.kind == "max_pool" for layer in net.layers)


def _own(entry: Entry) -> Offer:
    pooled = _is_pooled(entry.spec.net)
    return Offer(entry.key, entry.title, True, pooled, lambda: entry.classifier)


def offers() -> dict[str, Offer]:
    """The visitor's own models, newest first, then the registered ones."""
    from dlviz.io.models import MODELS, load_model

    found = [_own(entry) for entry in reversed(visitor().shelf.entries())]
    for name, model in MODELS.items():
        pooled = name in SHIPPED and _is_pooled(SHIPPED[name].spec.net)
        found.append(
            Offer(name, f"{model.title} (shipped)", False, pooled, partial(load_model, name))
        )
    return {offer.key: offer for offer in found}


def choose_model(
    label: str, *, key: str, default: str, pooled: bool = False
) -> tuple[Offer, Classifier]:
    """Let the visitor choose a model; with ``pooled`` only among those with max pooling.

    ``default`` is a registered name. A link to a model that is not (or no longer) on this
    visitor's shelf says so and shows the default. Where a shipped file is missing, the page says
    so in one sentence and ends there.
    """
    found = {name: offer for name, offer in offers().items() if offer.pooled or not pooled}
    ordered = {default: found[default], **found}  # the default comes first: not in the address
    asked = st.query_params.get(key)
    if asked is not None and asked not in ordered:
        st.info(
            "This link names a model that is not on your shelf: models belong to the visitor who "
            "trained them. Train one on the Training page; meanwhile, this is a shipped one."
        )
    offer = ordered[choice(label, ordered, key=key)]
    try:
        return offer, offer.load()
    except AssetError as error:
        st.error(str(error))
        st.stop()
