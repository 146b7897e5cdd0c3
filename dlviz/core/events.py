"""What a training tells of itself, whichever engine computes it. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from dlviz.core.words import written

Histogram = tuple[float, float, tuple[int, ...]]  # lowest, highest, counts of equal bins


class DivergedError(ArithmeticError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class Step:
    """One update: loss and accuracy of its mini-batch, before the update, and its learning rate."""

    step: int
    loss: float
    accuracy: float
    count: int
    rate: float


@dataclass(frozen=True)
class Score:
    """Mean loss and accuracy over ``count`` held-out cases, for the weights after ``step``."""

    step: int
    loss: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class LayerHealth:
    """One layer. None: the layer learns nothing, or there was no update or evaluation yet.

    ``gradient`` and ``weight`` are L2 norms over all that the layer learns, biases included;
    ``update`` is the norm of the last update as a share of the weights' (about 1e-3 is usual).
    ``dead``: the share of ReLU units, whole channels where the layer has maps, that are 0 for every
    case looked at. ``histogram`` counts the learnt numbers in equal bins.
    """

    name: str
    kind: str
    gradient: float | None = None
    weight: float | None = None
    update: float | None = None
    dead: float | None = None
    histogram: Histogram | None = None


@dataclass(frozen=True)
class Health:
    """All layers after ``step`` updates; ``dead`` is from the last time it was looked for."""

    step: int
    layers: tuple[LayerHealth, ...]


ENDED_IN_NO_NUMBERS = (
    "The run ended with weights or a held-out loss that are no numbers any more: lower the "
    "learning rate, or start from smaller weights."
)


def no_number(step: int, rate: float) -> str:
    """Whose fault it is: the loss of a step is measured before its update.

    ``rate`` is the learning rate of the update before, which led there.
    """
    if step == 1:
        return (
            "The loss of the very first mini-batch is no number: not the learning rate but the "
            "initial weights are at fault, start from smaller ones."
        )
    return (
        f"The loss stopped being a number at step {step}, at a learning rate of {written(rate)}: "
        "lower it, or start from smaller weights."
    )
