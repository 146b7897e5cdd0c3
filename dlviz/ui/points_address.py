"""A spec on points as the address of the points page, and ready-made runs as cards that set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlviz.core.lessons import Card
from dlviz.core.points.data import REGRESSION, task_of
from dlviz.core.points.presets import POINT_PRESETS, PointPreset
from dlviz.core.points.specs import PointsSpec
from dlviz.ui.painted import as_address
from dlviz.ui.points_setup import DEFAULT

NO_LAYER = "none"  # an address cannot hold an empty text
OWN = "run_"  # lessons and runs share a parameter of the address


def address_of(spec: PointsSpec) -> dict[str, str]:
    """The parameters that set the page to ``spec``, defaults left out.

    Changes by hand, and what is not in use, have no place in an address.
    """
    usual = _parameters(DEFAULT)
    found = _parameters(spec)
    return {key: str(value) for key, value in found.items() if value != usual[key]}


def _parameters(spec: PointsSpec) -> dict[str, Any]:
    data, net, train = spec.data, spec.net, spec.train
    return {
        "data": data.name,
        "noise": data.noise,
        "count": data.count,
        "share": data.share,
        "data_seed": data.seed,
        "painted": as_address(data.painted),
        "features": ",".join(net.features),
        "hidden": net.text or NO_LAYER,
        "init": net.initialisation,
        "dropout": net.dropout,
        "rule": train.rule,
        "optimiser": train.optimiser,
        "rate": train.learning_rate,
        "momentum": train.momentum,
        "l1": train.l1,
        "l2": train.l2,
        "batch": train.batch_size,
        "epochs": train.epochs,
        "seed": train.seed,
    }


def run_cards(presets: Mapping[str, PointPreset] = POINT_PRESETS) -> dict[str, Card]:
    """The runs that are worth starting: predict, start, then read what was measured."""
    return {f"{OWN}{name}": _card(f"{OWN}{name}", preset) for name, preset in presets.items()}


def _card(name: str, preset: PointPreset) -> Card:
    spec = preset.spec
    measure = (
        "how close will R² come to 1"
        if task_of(spec.data) == REGRESSION
        else "how many of the held-out points will be right"
    )
    question = (
        f"Ready to start: {spec.train.epochs} epochs at most. Predict: {measure}, and is it"
        " the same from each of 5 seeds?"
    )
    return Card(name, preset.title, question, preset.expect, address_of(spec))
