"""A gate for the page, why XOR has no weights, and the program for either."""

from __future__ import annotations

from itertools import product
from typing import Any

from dlviz.core.neurons.gates import GATES, Bits, Gate, most_right, name_of, separable

NO_WEIGHTS = (
    "**Why no weights do XOR.** It asks for four things at once: 0 < θ (both off), w₂ ≥ θ and "
    "w₁ ≥ θ (one on), w₁ + w₂ < θ (both on). Add the middle two: w₁ + w₂ ≥ 2θ, and 2θ is more than "
    "θ, for θ is above 0. So w₁ + w₂ is above θ and below it: a contradiction. In the picture: no "
    "straight line has two opposite corners on one side. Minsky and Papert made much of it in 1969."
)


def _text(bits: Bits) -> str:
    return "".join(map(str, bits))


def scene(name: str) -> dict[str, Any]:
    """What the component needs of a gate: its truth, its weights, and every function's name."""
    gate = GATES[name]
    every = list(product((0, 1), repeat=2**gate.inputs))
    names = {_text(bits): name_of(bits) for bits in every}
    return {
        "scene": name,
        "title": gate.title,
        "inputs": gate.inputs,
        "wanted": _text(gate.wanted),
        "weights": list(gate.weights),
        "threshold": gate.threshold,
        "possible": gate.possible,
        "most": most_right(gate.wanted),
        "names": {bits: text for bits, text in names.items() if "without" not in text},
        "functions": [_text(bits) for bits in every] if gate.inputs == 2 else [],
        "separable": sorted(_text(bits) for bits in separable(gate.inputs)),
    }


def code(gate: Gate) -> str:
    """A program that prints the gate's truth table."""
    return f"""\
from itertools import product

import torch

w = torch.tensor({list(gate.weights)})
threshold = {gate.threshold}
for x in product((0.0, 1.0), repeat={gate.inputs}):
    total = torch.dot(w, torch.tensor(x))
    print([int(bit) for bit in x], total.item(), int(total >= threshold))
"""
