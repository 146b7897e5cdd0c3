"""Rosenblatt's perceptron on pictures, and the bound on its mistakes.

Sources: Rosenblatt (1958), "The perceptron", Psychological Review 65; Novikoff (1962), "On
convergence proofs on perceptrons": it makes at most (R/γ)² mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlviz.core.points.numbers import Numbers

FULL = 255.0
"""A pixel is a whole number from 0 to 255, and the constant input 255: all sums are exact."""
MOST_PASSES = 50
MOST_MISTAKES = 3000


@dataclass(frozen=True, eq=False)
class Mistake:
    """The ``number``-th: picture ``index``, ``seen`` pictures in, its sum before the update.

    ``seen`` counts from 1 over all passes, ``epoch`` from 1; the sum is in units of 255·255.
    """

    number: int
    epoch: int
    seen: int
    index: int
    total: float


@dataclass(frozen=True, eq=False)
class Lessons:
    """What a perceptron learnt.

    ``mistakes`` in their order; ``by_pass`` counts them; ``done``: the last pass had none, so
    nothing would change any more. ``held_out[k]`` is the share of held-out pictures that are right
    after k mistakes (None held out: empty).
    """

    mistakes: tuple[Mistake, ...]
    by_pass: tuple[int, ...]
    done: bool
    held_out: tuple[float, ...]


def with_constant(pixels: Numbers) -> Numbers:
    """N×d pixels of 0 to 255 → N×(d + 1) with the constant input, whose weight is the bias."""
    return np.concatenate([pixels, np.full((len(pixels), 1), FULL)], axis=1)


def learn(
    inputs: Numbers,
    signs: Numbers,
    held_out: tuple[Numbers, Numbers] | None = None,
    *,
    passes: int = MOST_PASSES,
    most: int = MOST_MISTAKES,
) -> Lessons:
    """Start at w = 0; wherever y·(w·x) ≤ 0, add y·x. Stops after a pass without a mistake.

    ``inputs`` N×d in the order in which they are shown, ``signs`` +1 or −1. After ``most``
    mistakes it ends within the pass. Raises ValueError for no pictures.
    """
    if not len(inputs):
        raise ValueError("A perceptron needs pictures to learn from.")
    weights = np.zeros(inputs.shape[1])
    mistakes: list[Mistake] = []
    by_pass: list[int] = []
    for epoch in range(1, passes + 1):
        before = len(mistakes)
        for index, (x, y) in enumerate(zip(inputs, signs, strict=True)):
            total = float(weights @ x)
            if y * total > 0:
                continue
            weights += y * x
            seen = (epoch - 1) * len(inputs) + index + 1
            mistakes.append(Mistake(len(mistakes) + 1, epoch, seen, index, total / FULL**2))
            if len(mistakes) == most:
                break
        by_pass.append(len(mistakes) - before)
        if not by_pass[-1] or len(mistakes) == most:
            break
    shares = _shares(inputs, signs, mistakes, held_out) if held_out else ()
    return Lessons(tuple(mistakes), tuple(by_pass), not by_pass[-1], shares)


def weights_after(inputs: Numbers, signs: Numbers, lessons: Lessons, count: int) -> Numbers:
    """The weights after the first ``count`` mistakes, as a sum of the pictures it was wrong on."""
    wrong = [mistake.index for mistake in lessons.mistakes[:count]]
    total: Numbers = (signs[wrong, None] * inputs[wrong]).sum(axis=0) / FULL
    return total


def _shares(
    inputs: Numbers, signs: Numbers, mistakes: list[Mistake], held_out: tuple[Numbers, Numbers]
) -> tuple[float, ...]:
    """Sums of held-out pictures change by y·(x·x′) at every mistake."""
    others, truth = held_out
    wrong = sorted({mistake.index for mistake in mistakes})
    products = dict(zip(wrong, inputs[wrong] @ others.T, strict=True))
    totals = np.zeros(len(others))
    shares = [float((truth * totals > 0).mean())]
    for mistake in mistakes:
        totals = totals + signs[mistake.index] * products[mistake.index]
        shares.append(float((truth * totals > 0).mean()))
    return tuple(shares)


def radius(inputs: Numbers) -> float:
    """R, the length of the longest input."""
    return float(np.sqrt((inputs**2).sum(axis=1).max()))


def bound(reach: float, width: float) -> float:
    """(R/γ)²: no perceptron that starts at 0 makes more mistakes, in whatever order."""
    return (reach / width) ** 2
