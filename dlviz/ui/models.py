"""Choosing a model: the shipped ones and those on the visitor's shelf, in one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.components.choice import choice
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier


@dataclass(frozen=True)
class Offer:
    """One model that can be chosen. ``own`` models are the visitor's: never cache their results
    where others could see them."""

    key: str
    title: str
    own: bool
    load: Callable[[], Classifier]


def offers() -> dict[str, Offer]:
    """The visitor's own models, newest first, then the registered ones."""
    from dlviz.io.models import MODELS, load_model

    def shipped(name: str) -> Callable[[], Classifier]:
        return lambda: load_model(name)

    own = {
        entry.key: Offer(entry.key, entry.title, True, lambda kept=entry: kept.classifier)  # type: ignore[misc]
        for entry in reversed(visitor().shelf.entries())
    }
    registered = {
        name: Offer(name, f"{entry.title} (shipped)", False, shipped(name))
        for name, entry in MODELS.items()
    }
    return {**own, **registered}


def choose_model(
    label: str, *, key: str, default: str, accept: Callable[[Classifier], bool] = lambda _: True
) -> tuple[Offer, Classifier]:
    """Let the visitor choose among the models that ``accept`` takes.

    ``default`` is a registered name. A link to a model that is not (or no longer) on this
    visitor's shelf says so and shows the default.
    """
    found = {name: (offer, offer.load()) for name, offer in offers().items()}
    fit = {name: pair for name, pair in found.items() if accept(pair[1])}
    ordered = {default: fit[default], **fit}  # the default comes first: it is not in the address
    asked = st.query_params.get(key)
    if asked is not None and asked not in ordered:
        st.info(
            "This link names a model that is not on your shelf: models belong to the visitor who "
            "trained them. Train one on the Training page; meanwhile, this is a shipped one."
        )
    name = choice(label, {item: pair[0] for item, pair in ordered.items()}, key=key)
    return ordered[name]
