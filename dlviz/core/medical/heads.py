"""Heads on a frozen base: one sigmoid for each finding, taught by gradient descent, in NumPy.

The base's features of each picture are known beforehand and standardised, so an epoch is one
product of matrices. The loss is binary cross-entropy, of which ``positive_weight`` may weigh the
ill more, as CheXNet's does (arXiv:1711.05225, section 2.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlviz.core.medical.verdicts import Array

STEPS = 120
RATE = 1.0
DECAY = 0.03


@dataclass(frozen=True, eq=False)
class Head:
    """Weights D×K and biases K: features N×D → a probability for each of K findings, N×K."""

    weights: Array
    biases: Array

    def logits(self, features: ArrayLike) -> Array:
        """Log-odds, N×K."""
        found: Array = np.asarray(features, np.float64) @ self.weights + self.biases
        return found

    def __call__(self, features: ArrayLike) -> Array:
        """Probabilities, N×K."""
        return sigmoid(self.logits(features))


def sigmoid(logits: ArrayLike) -> Array:
    """1 / (1 + e⁻ᶻ) without overflow."""
    half: Array = 0.5 * (1 + np.tanh(0.5 * np.asarray(logits, np.float64)))
    return half


def softmax(logits: ArrayLike) -> Array:
    """Shares of one answer along the last axis."""
    numbers = np.asarray(logits, np.float64)
    powers = np.exp(numbers - numbers.max(-1, keepdims=True))
    shares: Array = powers / powers.sum(-1, keepdims=True)
    return shares


def cross_entropy(logits: ArrayLike, ill: ArrayLike, positive_weight: ArrayLike = 1.0) -> float:
    """Mean over pictures and findings of −w y log p − (1 − y) log(1 − p)."""
    z, y = np.asarray(logits, np.float64), np.asarray(ill, np.float64)
    weight = np.asarray(positive_weight, np.float64)
    per = weight * y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
    return float(per.mean())


def balancing(ill: ArrayLike) -> Array:
    """The weight of the ill that gives them, per finding, the sway of the well: wells / ills."""
    truth = np.asarray(ill, bool)
    weight: Array = (~truth).sum(0) / truth.sum(0)
    return weight


def taught(
    features: ArrayLike,
    ill: ArrayLike,
    *,
    positive_weight: ArrayLike = 1.0,
    steps: int = STEPS,
) -> Iterator[tuple[int, Head]]:
    """Teach a head: features N×D, ill N×K bools → (step, head) at step 0 and after each step.

    Gradient descent with momentum over all pictures, from zeros: nothing is drawn, so the same
    pictures give the same head. Weights decay, biases do not. Raises ValueError where a finding is
    in all pictures or in none.
    """
    x, y = np.asarray(features, np.float64), np.asarray(ill, bool)
    if y.ndim != 2 or len(x) != len(y):
        raise ValueError("Each picture needs a row of features and a row of findings.")
    if y.all(0).any() or not y.any(0).all():
        raise ValueError("Each finding must be in some of the pictures, and not in all.")
    weight = np.broadcast_to(np.asarray(positive_weight, np.float64), y.shape[1:])
    per_picture = np.where(y, weight, 1.0)
    scale = 1 / per_picture.sum(0)  # so that a large weight makes no larger steps
    w, b = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1])
    push_w, push_b = np.zeros_like(w), np.zeros_like(b)
    yield 0, Head(w, b)
    for step in range(1, steps + 1):
        error = per_picture * (sigmoid(x @ w + b) - y) * scale
        push_w = 0.9 * push_w - 0.1 * RATE * (x.T @ error + DECAY * w)
        push_b = 0.9 * push_b - 0.1 * RATE * error.sum(0)
        w, b = w + push_w, b + push_b
        yield step, Head(w, b)


def teach(features: ArrayLike, ill: ArrayLike, **options: float | NDArray[np.float64]) -> Head:
    """The head after the last step; options as for ``taught``."""
    *_, (_, head) = taught(features, ill, **options)  # type: ignore[arg-type]
    return head


@dataclass(frozen=True, eq=False)
class Whitening:
    """Features N×D → the first K principal components, each of variance 1 where it was fitted."""

    mean: Array
    axes: Array

    @classmethod
    def fitted(cls, features: ArrayLike, count: int) -> Whitening:
        """From N×D features, ``count`` ≤ D axes."""
        x = np.asarray(features, np.float64)
        mean = x.mean(0)
        _, sizes, axes = np.linalg.svd(x - mean, full_matrices=False)
        axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])[:, None]
        return cls(mean, (axes[:count] / sizes[:count, None] * np.sqrt(len(x))).T)

    def __call__(self, features: ArrayLike) -> Array:
        """N×D → N×K."""
        found: Array = (np.asarray(features, np.float64) - self.mean) @ self.axes
        return found
