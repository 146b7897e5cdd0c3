"""What the babysitter says of a net on points: other remedies, and troubles that pictures lack.

To add a diagnosis, write a rule and enter it in ``POINT_DIAGNOSES`` or ``PERCEPTRON_DIAGNOSES``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dlviz.core.babysitter import (
    DIAGNOSES,
    UNDERFITTING_EPOCHS,
    Diagnosis,
    Finding,
    examine,
)
from dlviz.core.run_log import Log
from dlviz.core.words import grouped

ADVICE: dict[str, str] = {
    "diverging": "Divide the learning rate by 10 and rewind.",
    "exploding": "Lower the learning rate, or start from smaller weights.",
    "dead_relus": "Lower the learning rate and rewind, for the dead seldom wake; or take leaky "
    "ReLUs or tanh.",
    "vanishing": "Replace sigmoids by ReLUs, or take layers out.",
    "slow": "Raise the learning rate, tenfold to begin with, or start from larger weights.",
    "overfitting": "More points, dropout, L2 or a smaller net; or stop when the held-out loss is "
    "lowest.",
    "underfitting": "More units or layers, a feature that fits, or another learning rate; or "
    "another seed, for some starts lead nowhere.",
}


@dataclass(frozen=True)
class PointsLog(Log):
    """What the babysitter looks at; of a regression ``spread`` is the loss of the best constant.

    ``points``: over how many training points dead units are looked for. ``all_zero``: the net has
    hidden units, and every weight is 0. ``mistakes``: of the perceptron's rule in the last whole
    epoch, None under gradient descent.
    """

    spread: float | None = None
    points: int = 0
    all_zero: bool = False
    is_perceptron: bool = False
    mistakes: int = 0

    @property
    def looked_at(self) -> int:
        """How many points were asked which units they wake."""
        return self.points

    @property
    def guessing(self) -> float:
        """The loss of who knows nothing of the point."""
        return super().guessing if self.spread is None else self.spread


def examine_points(log: PointsLog) -> list[Finding]:
    """All that the babysitter sees, what hides others first."""
    kinds = PERCEPTRON_DIAGNOSES if log.is_perceptron else POINT_DIAGNOSES
    return [_of_points(finding) for finding in examine(log, kinds)]


def _zeros(log: Log) -> str | None:
    if not (isinstance(log, PointsLog) and log.all_zero):
        return None
    return "All weights are 0: nothing tells the units apart, and no gradient reaches them."


def _mistakes(log: Log) -> str | None:
    if not (isinstance(log, PointsLog) and log.mistakes):
        return None
    if log.step < UNDERFITTING_EPOCHS * log.steps_per_epoch:
        return None
    count = "1 mistake" if log.mistakes == 1 else f"{grouped(log.mistakes)} mistakes"
    return f"Still {count} in the last epoch: no line parts these classes, or none is found yet."


def _no_numbers(log: Log) -> str | None:
    return DIAGNOSES["diverging"].rule(log) if log.diverged else None


def _of_points(finding: Finding) -> Finding:
    looked_at = "training points" if finding.name == "dead_relus" else "held-out points"
    sentence = finding.sentence.replace("held-out pictures", looked_at)
    return replace(finding, sentence=sentence)


# Without weights that differ, the remedies of what follows from it help nothing.
_FOLLOWS_FROM_ZEROS = ("dead_relus", "vanishing", "slow", "underfitting", "silent_class")

POINT_DIAGNOSES: dict[str, Diagnosis] = {
    "zeros": Diagnosis("All weights are 0", "Start from random weights.", _zeros),
    **{
        name: replace(
            entry,
            advice=ADVICE.get(name, entry.advice),
            hidden_by=(*entry.hidden_by, *["zeros"] * (name in _FOLLOWS_FROM_ZEROS)),
        )
        for name, entry in DIAGNOSES.items()
    },
}

# This rule knows no learning rate that is too low or too high: a start from 0 merely scales.
PERCEPTRON_DIAGNOSES: dict[str, Diagnosis] = {
    "diverging": replace(POINT_DIAGNOSES["diverging"], rule=_no_numbers),
    "mistakes": Diagnosis(
        "Mistakes go on",
        "Take another feature (for XOR x₁x₂), or a hidden layer and gradient descent.",
        _mistakes,
    ),
}
