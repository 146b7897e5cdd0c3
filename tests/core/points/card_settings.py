"""What a card's settings say, as a spec, read as the page's address is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dlviz.core.lessons import Card
from dlviz.core.points.cards import NO_LAYER
from dlviz.core.points.specs import PointsNet, PointsSpec
from dlviz.ui.points_setup import DEFAULT

# Parameter of the address: (part of the spec, field, how its text is read).
PARAMETERS = {
    "data": ("data", "name", str),
    "noise": ("data", "noise", float),
    "count": ("data", "count", int),
    "share": ("data", "share", float),
    "data_seed": ("data", "seed", int),
    "features": ("net", "features", lambda text: tuple(text.split(","))),
    "hidden": (
        "net",
        "hidden",
        lambda text: PointsNet.hidden_from("" if text == NO_LAYER else text),
    ),
    "init": ("net", "initialisation", str),
    "dropout": ("net", "dropout", float),
    "rule": ("train", "rule", str),
    "optimiser": ("train", "optimiser", str),
    "rate": ("train", "learning_rate", float),
    "momentum": ("train", "momentum", float),
    "l1": ("train", "l1", float),
    "l2": ("train", "l2", float),
    "batch": ("train", "batch_size", int),
    "epochs": ("train", "epochs", int),
    "seed": ("train", "seed", int),
}
ELSEWHERE = {"starts"}  # parameters that are not of the spec


def spec_from(settings: Mapping[str, str]) -> PointsSpec:
    """The page's defaults with these settings."""
    parts = {"data": DEFAULT.data, "net": DEFAULT.net, "train": DEFAULT.train}
    for key, text in settings.items():
        if key not in ELSEWHERE:
            part, field, read = PARAMETERS[key]
            parts[part] = replace(parts[part], **{field: read(text)})
    return PointsSpec(**parts)


def spec_of(card: Card, *, then: bool = False, **more: str) -> PointsSpec:
    """What the card sets, what it goes on to, or either with ``more``."""
    return spec_from({**card.settings, **(card.then if then else {}), **more})
