"""Threshold units with weights set by hand, and the Boolean functions that they compute.

Source: McCulloch and Pitts (1943), "A logical calculus of the ideas immanent in nervous activity".
Their unit had weights of +1, and an inhibiting input silenced it; here a weight is any number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Bits = tuple[int, ...]
LARGEST_INPUTS = 3


@dataclass(frozen=True)
class Gate:
    """A function of ``inputs`` yes-or-no inputs, and numbers that a unit may try it with.

    ``wanted`` are its answers in the order of ``corners``; ``weights`` and ``threshold`` compute
    it, wherever any do.
    """

    title: str
    inputs: int
    wanted: Bits
    weights: tuple[float, ...]
    threshold: float

    @property
    def possible(self) -> bool:
        """Whether any weights and threshold compute it."""
        return self.wanted in separable(self.inputs)


def corners(inputs: int) -> list[Bits]:
    """All inputs of 0 and 1, counted upwards: 00, 01, 10, 11."""
    return list(product((0, 1), repeat=inputs))


def sums(weights: Sequence[float], at: Bits) -> float:
    """Σ wᵢ xᵢ, rounded to a billionth: 0.1 + 0.2 reaches a threshold of 0.3."""
    return round(float(sum(weight for weight, bit in zip(weights, at, strict=True) if bit)), 9)


def answers(weights: Sequence[float], threshold: float) -> Bits:
    """1 where Σ wᵢ xᵢ ≥ θ, else 0, in the order of ``corners``."""
    return tuple(int(sums(weights, at) >= threshold) for at in corners(len(weights)))


@cache
def separable(inputs: int) -> frozenset[Bits]:
    """Every function that one unit computes: 4 of 4, 14 of 16, 104 of 256 for 1, 2, 3 inputs.

    For up to three inputs, whole weights from −2 to 2 and thresholds halfway between whole numbers
    are enough; a test holds that against linear programming. Raises ValueError beyond three.
    """
    if not 1 <= inputs <= LARGEST_INPUTS:
        raise ValueError(f"Gates have 1 to {LARGEST_INPUTS} inputs.")
    at: NDArray[np.int64] = np.array(corners(inputs))
    reach = 2 * inputs
    return frozenset(
        tuple((at @ np.array(weights) > whole - 0.5).astype(int).tolist())
        for weights in product(range(-2, 3), repeat=inputs)
        for whole in range(-reach, reach + 2)
    )


def most_right(wanted: Bits) -> int:
    """With how many of the answers ``wanted`` the best unit agrees."""
    inputs = len(wanted).bit_length() - 1
    return max(
        sum(a == b for a, b in zip(found, wanted, strict=True)) for found in separable(inputs)
    )


_ONE = {(0, 0): "never", (0, 1): "x₁ itself", (1, 0): "NOT", (1, 1): "always"}
_TWO = {
    (0, 0, 0, 0): "never",
    (0, 0, 0, 1): "AND",
    (0, 0, 1, 0): "x₁ and not x₂",
    (0, 0, 1, 1): "x₁ itself",
    (0, 1, 0, 0): "x₂ and not x₁",
    (0, 1, 0, 1): "x₂ itself",
    (0, 1, 1, 0): "XOR",
    (0, 1, 1, 1): "OR",
    (1, 0, 0, 0): "NOR",
    (1, 0, 0, 1): "both alike",
    (1, 0, 1, 0): "not x₂",
    (1, 0, 1, 1): "x₁ or not x₂",
    (1, 1, 0, 0): "not x₁",
    (1, 1, 0, 1): "x₂ or not x₁",
    (1, 1, 1, 0): "NAND",
    (1, 1, 1, 1): "always",
}
_COUNTED = {
    "0000": "never",
    "0001": "AND of three",
    "0011": "at least 2 of 3",
    "0111": "OR of three",
    "1000": "NOR of three",
    "1100": "at most 1 of 3",
    "1110": "NAND of three",
    "1111": "always",
}


def name_of(found: Bits) -> str:
    """What a function of one, two or three inputs is called; "a gate without a name" if nothing."""
    if len(found) == 2:
        return _ONE[found]
    if len(found) == 4:
        return _TWO[found]
    by_count = ["".join({str(bit) for bit, at in _rows(found) if sum(at) == on}) for on in range(4)]
    return _COUNTED.get("".join(by_count), "a gate without a name")


def _rows(found: Bits) -> list[tuple[int, Bits]]:
    return list(zip(found, corners(LARGEST_INPUTS), strict=True))


GATES: dict[str, Gate] = {
    "and": Gate("AND", 2, (0, 0, 0, 1), (1.0, 1.0), 1.5),
    "or": Gate("OR", 2, (0, 1, 1, 1), (1.0, 1.0), 0.5),
    "not": Gate("NOT", 1, (1, 0), (-1.0,), -0.5),
    "nand": Gate("NAND", 2, (1, 1, 1, 0), (-1.0, -1.0), -1.5),
    "nor": Gate("NOR", 2, (1, 0, 0, 0), (-1.0, -1.0), -0.5),
    "two_of_three": Gate("At least 2 of 3", 3, (0, 0, 0, 1, 0, 1, 1, 1), (1.0, 1.0, 1.0), 1.5),
    "xor": Gate("XOR", 2, (0, 1, 1, 0), (1.0, 1.0), 0.5),
}
