"""Loss functions J for each task: mean over the points, gradient, and what the outputs say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlviz.core.points.data import MANY, REGRESSION, TWO
from dlviz.core.points.numbers import ZERO, Labels, Numbers, scalar

Truth = Labels | Numbers


@dataclass(frozen=True)
class Loss:
    """``of(outputs, y)``: J and ∂J/∂outputs for outputs N×K of the network and N labels or targets.

    ``predict(outputs)``: N labels, of two classes as 0.0 and 1.0, or N numbers of a regression.
    ``latex``: J as an equation. ``alone``: J without the gradient, where that is quicker to have.
    """

    title: str
    latex: str
    of: Callable[[Numbers, Truth], tuple[float, Numbers]]
    predict: Callable[[Numbers], Truth]
    alone: Callable[[Numbers, Truth], float] | None = None

    def mean(self, outputs: Numbers, y: Truth) -> float:
        """J, the same number as of ``of``."""
        return self.alone(outputs, y) if self.alone else self.of(outputs, y)[0]


def _logistic(outputs: Numbers, y: Truth) -> tuple[float, Numbers]:
    """In z, where nothing overflows: s = log(1 + eᶻ), ŷ = σ(z) = eᶻ⁻ˢ, J = mean of s − y z."""
    z = outputs[:, 0]
    s = np.logaddexp(ZERO, z)
    gradient: Numbers = np.exp(z - s)
    gradient -= y
    gradient /= scalar(len(z))
    return float(np.add.reduce(s) - y.dot(z)) / len(z), gradient[:, None]


def _logistic_alone(outputs: Numbers, y: Truth) -> float:
    z = outputs[:, 0]
    return float(np.add.reduce(np.logaddexp(ZERO, z)) - y.dot(z)) / len(z)


def _softmax(outputs: Numbers, y: Truth) -> tuple[float, Numbers]:
    """∂J/∂z is ŷ − y, y as one-hot vectors."""
    rows = np.arange(len(outputs))
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    gradient: Numbers = np.exp(shifted)
    sums = gradient.sum(axis=1, keepdims=True)
    value = np.log(sums[:, 0]) - shifted[rows, y]
    gradient /= sums
    gradient[rows, y] -= 1.0
    gradient /= scalar(len(outputs))
    return float(value.sum()) / len(rows), gradient


def _squared(outputs: Numbers, y: Truth) -> tuple[float, Numbers]:
    error = outputs[:, 0] - y
    return 0.5 * float(np.dot(error, error)) / len(error), error[:, None] / scalar(len(error))


def _criterion(outputs: Numbers, y: Truth) -> tuple[float, Numbers]:
    """Taken one point at a time it gives Rosenblatt's rule: a point that is wrong, or on the
    line, pulls w ← w + λ t x with t = ±1 for its class; others change nothing."""
    signs = 2.0 * y - 1.0
    margins = signs * outputs[:, 0]
    gradient = np.where(margins <= 0.0, -signs, 0.0) / len(signs)
    return float(np.maximum(-margins, 0.0).sum()) / len(signs), gradient[:, None]


def _second(outputs: Numbers) -> Truth:
    return (outputs[:, 0] > ZERO).astype(np.float64)


LOSSES: dict[str, Loss] = {
    "logistic": Loss(
        "Cross-entropy of two classes",
        # Two lines: one would not fit on a phone.
        r"\small\begin{gathered}"
        r"J = -\frac{1}{N}\sum_{i=1}^{N}\left[y_i\log\hat y_i+(1-y_i)\log(1-\hat y_i)\right],\\"
        r"\hat y_i=\frac{1}{1+e^{-z_i}}\end{gathered}",
        _logistic,
        _second,
        _logistic_alone,
    ),
    "softmax": Loss(
        "Cross-entropy",
        r"J = -\frac{1}{N}\sum_{i=1}^{N}\sum_{k} y_{ik}\log\hat y_{ik},"
        r"\quad \hat y_{ik}=\frac{e^{z_{ik}}}{\sum_j e^{z_{ij}}}",
        _softmax,
        lambda outputs: outputs.argmax(axis=1),
    ),
    "squared": Loss(
        "Squared error",
        r"J = \frac{1}{2N}\sum_{i=1}^{N}\left(y_i-\hat y_i\right)^2,\quad \hat y_i=z_i",
        _squared,
        lambda outputs: outputs[:, 0],
    ),
    "perceptron": Loss(
        "Perceptron criterion",
        r"J = \frac{1}{N}\sum_{i=1}^{N}\max(0,\,-t_i z_i),\quad t_i=\pm 1",
        _criterion,
        _second,
    ),
}

LOSS_OF_TASK = {TWO: "logistic", MANY: "softmax", REGRESSION: "squared"}


def penalty(weights: Numbers, l1: float, l2: float) -> tuple[float, Numbers]:
    """l1 Σ|w| + ½ l2 Σw² and its gradient, for weights of any shape; at 0 |w| has slope 0."""
    value = l1 * float(np.abs(weights).sum()) + 0.5 * l2 * float((weights * weights).sum())
    return value, l1 * np.sign(weights) + l2 * weights
