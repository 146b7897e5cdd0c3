"""What the babysitter advises for a net on points: what helps these points and this network."""

from __future__ import annotations

from dlviz.core.points.fitting import helpful_features, line_fit, told_by_neighbours
from dlviz.core.points.specs import MAX_HIDDEN, MAX_UNITS, PointsSpec

ADVICE: dict[str, str] = {
    "zeros": "Start from random weights.",
    "twins": "Start from random weights.",
    "diverging": "Divide the learning rate by 10 and rewind.",
    "exploding": "Lower the learning rate, or start from smaller weights.",
    "dead_relus": "Lower the learning rate and rewind, for the dead seldom wake; or take leaky "
    "ReLUs or tanh.",
    "vanishing": "Replace sigmoids by ReLUs, or take layers out.",
    "slow": "Raise the learning rate tenfold, or start from larger weights.",
    "overfitting": "More points, dropout, L2, a smaller net; or stop earlier.",
    "line": "Put in a hidden layer.",
    "plateau": "Take Adam at 0.01, more units or layers.",
    "underfitting": "Take more units or layers, or another seed.",
    "mistakes": "Take a hidden layer and gradient descent.",
}
# Adam's siblings: they find the size of a step by themselves.
ADAPTIVE = ("adam", "adamw", "rmsprop")
USUAL_RATE = 0.1  # of plain steps
# Least squares that explain so much of two classes part most of them: a line may yet be found.
LINE_FITS = 0.6
# Of points whose neighbours know less, some lie among the others: no line parts them all.
APART = 0.99


def advice_for(name: str, spec: PointsSpec, *, ended: bool = False) -> str:
    """What helps against ``name`` in a run of ``spec``; "" if that is the same for all.

    ``ended``: the run is through, though it was still learning.
    """
    shape = helpful_features(spec.data, spec.net.features)
    if name == "line" and shape:
        return f"Take {_called(shape)}, or put in a hidden layer."
    if name == "mistakes":
        return _for_mistakes(spec, shape)
    if name == "plateau":
        return _for_plateau(spec)
    if name == "underfitting":
        return _for_underfitting(spec, shape, ended=ended)
    return ""


def _called(shape: str) -> str:
    """ "the product x₁x₂", "x₁² and x₂²"."""
    return f"the product {shape}" if shape == "x₁x₂" else shape


def _for_mistakes(spec: PointsSpec, shape: str) -> str:
    if shape:
        return f"Take {_called(shape)}, or a hidden layer and gradient descent."
    if told_by_neighbours(spec.data) < APART:
        return "Where classes overlap this rule never rests; gradient descent does."
    if line_fit(spec.data, spec.net.features) > LINE_FITS:
        return "Give it more epochs, or let it learn by gradient descent."
    return ADVICE["mistakes"]


def _for_underfitting(spec: PointsSpec, shape: str, *, ended: bool) -> str:
    if ended:
        return f"It still learns: more epochs; or {_faster(spec) or _larger(spec)}."
    if shape:
        return f"Take {_called(shape)}, {_larger(spec, adam=False)}, or another seed."
    return f"Take {_larger(spec)}; or another seed."


def _for_plateau(spec: PointsSpec) -> str:
    sigmoids = [layer.activation for layer in spec.net.hidden].count("sigmoid")
    adam = "" if spec.train.optimiser in ADAPTIVE else ", or Adam at 0.01"
    if faster := _faster(spec):
        return f"Take {faster}{adam}."
    if sigmoids < 2:
        return f"Take {_larger(spec)}; or another seed."
    return f"Each sigmoid layer flattens the next one’s input: take tanh{adam}."


def _faster(spec: PointsSpec) -> str:
    """What to do first where the steps are small."""
    small = spec.train.optimiser not in ADAPTIVE and spec.train.learning_rate < USUAL_RATE
    return "a higher learning rate" if small else ""


def _larger(spec: PointsSpec, *, adam: bool = True) -> str:
    """What more of a network there can be, behind Adam where that is not taken: "a, b or c"."""
    hidden = spec.net.hidden
    layers = "a second layer" if len(hidden) == 1 else "another layer"
    parts = [
        *["Adam at 0.01"] * (adam and spec.train.optimiser not in ADAPTIVE),
        *["more units"] * any(layer.units < MAX_UNITS for layer in hidden),
        *[layers] * (len(hidden) < MAX_HIDDEN),
    ]
    return " or ".join([", ".join(parts[:-1])] * (len(parts) > 1) + parts[-1:]) or "other features"
