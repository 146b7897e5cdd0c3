"""A learning step taken apart, as plain data for the browser component that walks through it."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.features import FEATURES
from dlviz.core.points.microscope import Dissection, LayerSteps, dissect_next
from dlviz.core.points.numbers import Labels, Numbers
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PERCEPTRON

MOST_POINTS = 24  # of a batch that are shown one by one
DIGITS = 9
LARGEST = 1e30  # JSON has no infinity
# g′ as it is computed, beside ACTIVATIONS' g.
SLOPES = {
    "relu": "1 if z > 0, else 0",
    "leaky_relu": "1 if z > 0, else 0.01",
    "elu": "1 if z > 0, else eᶻ",
    "tanh": "1 − a²",
    "sigmoid": "a (1 − a)",
    "linear": "1",
}


def microscope_data(run: PointsRun, batch: Labels) -> dict[str, Any]:
    """The update that ``run`` makes of the training points ``batch`` next; the run stays as it is.

    Per layer, ``numbers`` are rows of units: weights and then the bias. Of a large batch those
    ``MOST_POINTS`` with the largest loss are listed, in the batch's order; means are of all.
    """
    found = dissect_next(run, batch)
    shown = np.sort(np.argsort(-found.losses, kind="stable")[:MOST_POINTS])
    train = run.spec.train
    is_perceptron = train.rule == PERCEPTRON
    return {
        "rule": train.rule,
        "loss": found.loss_name,
        "step": run.step,
        "count": len(batch),
        "of": len(run.points.train_x),
        "classes": list(run.points.classes),
        "inputs": [FEATURES[name].title for name in run.spec.net.features],
        "points": _points(run, found, batch, shown),
        "layers": _layers(found, shown),
        "terms": [_term(term.name, term.symbol, term.formula) for term in found.terms],
        "formula": found.formula,
        "optimiser": "" if is_perceptron else OPTIMISERS[train.optimiser].title,
        "rate": found.rate,
        "l1": 0.0 if is_perceptron else train.l1,
        "l2": 0.0 if is_perceptron else train.l2,
        "decoupled": bool(found.decay.any()),
        "dropout": run.spec.net.dropout,
        "before": _short([found.loss, found.penalty]),
        "after": _short([found.loss_after, found.penalty_after]),
        "promised": _short(found.promised),
        "difference": _short(found.largest_difference),
        "kinks": int(found.kinked.sum()),
    }


def _points(run: PointsRun, found: Dissection, batch: Labels, shown: Labels) -> dict[str, Any]:
    """Rows of the points that are listed; ``at``: which of the batch they are."""
    return {
        "at": shown.tolist(),
        "x": _short(run.points.train_x[batch][shown]),
        "inputs": _short(found.inputs[shown]),
        "y": _short(found.y[shown]),
        "said": _short(found.said[shown]),
        "losses": _short(found.losses[shown]),
        "said_after": _short(found.said_after[shown]),
        "losses_after": _short(found.losses_after[shown]),
    }


def _layers(found: Dissection, shown: Labels) -> list[dict[str, Any]]:
    vectors = {
        "old": found.old,
        "data": found.data_gradient,
        "gradient": found.gradient,
        "numeric": found.numeric,
        "off": found.gradient - found.numeric,
        "kinked": found.kinked.astype(np.float64),
        "move": found.move,
        "decay": found.decay,
        "new": found.new,
    }
    for term in found.terms:
        vectors[f"term {term.name}"] = term.values
        if term.before is not None:
            vectors[f"before {term.name}"] = term.before
    rows = {name: _rows(found, vector) for name, vector in vectors.items()}
    return [
        {
            "g": layer.activation,
            "title": ACTIVATIONS[layer.activation].title,
            "formula": ACTIVATIONS[layer.activation].formula,
            "slope_formula": SLOPES[layer.activation],
            "numbers": {name: row[place] for name, row in rows.items()},
            **_steps(found.layers[place], shown),
            "after": _short(found.after[place][shown]),
        }
        for place, layer in enumerate(found.network.layers)
    ]


def _steps(steps: LayerSteps, shown: Labels) -> dict[str, Any]:
    return {
        "z": _short(steps.z[shown]),
        "a": _short(steps.a[shown]),
        "kept": None if steps.kept is None else _short(steps.kept[shown]),
        "arrived": _short(steps.arrived[shown]),
        "slope": _short(steps.slope[shown]),
        "delta": _short(steps.delta[shown]),
        "passed_on": _short(steps.passed_on[shown]),
    }


def _term(name: str, symbol: str, formula: str) -> dict[str, str]:
    return {"name": name, "symbol": symbol, "formula": formula}


def _rows(found: Dissection, vector: Numbers) -> list[Any]:
    """Per layer units×(inputs + 1): the bias stands last."""
    return [_short(np.column_stack([w, b])) for w, b in found.by_layer(vector)]


def _short(values: Any) -> Any:
    """Nested lists of numbers in nine digits: a screen shows fewer."""
    if isinstance(values, list):
        return [_short(value) for value in values]
    if isinstance(values, np.ndarray):
        return _short(values.tolist())
    finite = float(np.nan_to_num(values, nan=0.0, posinf=LARGEST, neginf=-LARGEST))
    return float(f"{finite:.{DIGITS}g}")
