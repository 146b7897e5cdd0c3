"""Two classes of pictures for a perceptron: handwritten digits, or noisy letters. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from dlviz.core.neurons.letters import LETTERS, noisy
from dlviz.core.neurons.perceptron import with_constant
from dlviz.core.points.numbers import Numbers
from dlviz.io.assets import read_arrays

MOST_EACH = 200
HELD_OUT_LETTERS = 200


@dataclass(frozen=True, eq=False)
class PicturePair:
    """Inputs N×(h·w + 1) of whole numbers to 255, signs +1 for the first name, −1 for the second.

    ``shape`` is (h, w); ``others`` and ``truth`` are the held-out ones.
    """

    names: tuple[str, str]
    shape: tuple[int, int]
    inputs: Numbers
    signs: Numbers
    others: Numbers
    truth: Numbers


@cache
def _mnist(part: str) -> tuple[Numbers, Numbers]:
    pixels, labels = read_arrays("mnist.npz", f"{part}_pixels", f"{part}_labels")
    return pixels, labels


def digit_pair(first: str, second: str, *, each: int, seed: int) -> PicturePair:
    """``each`` training digits of two classes, drawn and put in order by ``seed``."""
    generator = np.random.default_rng(seed)

    def part(name: str, count: int | None) -> tuple[Numbers, Numbers]:
        pixels, labels = _mnist(name)
        places = [np.flatnonzero(labels == int(digit)) for digit in (first, second)]
        if count is not None:
            places = [generator.choice(at, min(count, len(at)), replace=False) for at in places]
        chosen = generator.permutation(np.concatenate(places))
        inputs = pixels[chosen].reshape(len(chosen), -1).astype(np.float64)
        return with_constant(inputs), np.where(labels[chosen] == int(first), 1.0, -1.0)

    return PicturePair((first, second), (28, 28), *part("train", each), *part("test", None))


def letter_pair(first: str, second: str, *, each: int, noise: float, seed: int) -> PicturePair:
    """``each`` copies of two letters, every dot flipped with probability ``noise``."""
    generator = np.random.default_rng(seed)

    def part(count: int) -> tuple[Numbers, Numbers]:
        copies = [noisy(name, count, noise, generator) for name in (first, second)]
        order = generator.permutation(2 * count)
        inputs = np.concatenate(copies).reshape(2 * count, -1)[order]
        return with_constant(inputs), np.repeat([1.0, -1.0], count)[order]

    shape = LETTERS[first].shape
    return PicturePair((first, second), (shape[0], shape[1]), *part(each), *part(HELD_OUT_LETTERS))
