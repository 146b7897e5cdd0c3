"""Learning rate schedules: how the rate goes on while the net learns. Imports no torch.

Large steps first, to get far; small ones later, to settle. A rule is a factor of the base rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

WARM_UP_SHARE = 0.1
WARM_UP_START = 0.1
STEP_SHARES = (0.5, 0.75)  # ResNet on CIFAR-10: after 32 k and 48 k of 64 k (arXiv:1512.03385)
STEP_FACTOR = 0.1
# One cycle as fastai and torch.optim.lr_scheduler.OneCycleLR have it.
CYCLE_RISE = 0.3
CYCLE_START = 1 / 25
CYCLE_END = CYCLE_START / 1e4


@dataclass(frozen=True)
class Rule:
    """A schedule. ``factor(step, total)``: what the base rate is multiplied by, for the update
    after ``step`` of ``total`` updates, so ``step`` is 0 … total − 1."""

    title: str
    explanation: str
    factor: Callable[[int, int], float]


def rate_at(name: str, base: float, step: int, total_steps: int) -> float:
    """The learning rate of the update after ``step`` updates, of ``total_steps`` in all."""
    return base * SCHEDULE_RULES[name].factor(step, total_steps)


def _constant(_step: int, _total: int) -> float:
    return 1.0


def _warm_up(step: int, total: int) -> float:
    """Linear from a tenth, then flat."""
    done = step / max(1, round(WARM_UP_SHARE * total))
    return min(1.0, WARM_UP_START + (1 - WARM_UP_START) * done)


def _step(step: int, total: int) -> float:
    drops = sum(step >= max(1, round(share * total)) for share in STEP_SHARES)
    return STEP_FACTOR**drops


def _cosine(step: int, total: int) -> float:
    """Half a cosine from 1 down to 0."""
    return (1 + math.cos(math.pi * step / total)) / 2


def _one_cycle(step: int, total: int) -> float:
    """Half a cosine up to 1, another one down to almost 0."""
    top, last = CYCLE_RISE * total - 1, total - 1
    if top > 0 and step <= top:
        return _along_cosine(CYCLE_START, 1.0, step / top)
    top = max(top, 0.0)
    return _along_cosine(1.0, CYCLE_END, (step - top) / max(last - top, 1))


def _along_cosine(start: float, end: float, done: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2


SCHEDULE_RULES: dict[str, Rule] = {
    "constant": Rule(
        "Constant", "The same learning rate from the first step to the last.", _constant
    ),
    "warm_up": Rule(
        "Warm-up",
        "From a tenth of the rate up to it in the first tenth of the run, then constant: gentle "
        "while the gradients are still wild.",
        _warm_up,
    ),
    "step": Rule(
        "Steps",
        "A tenth of the rate after half of the run, a hundredth after three quarters: each drop "
        "lets the loss settle.",
        _step,
    ),
    "cosine": Rule(
        "Cosine",
        "Half a cosine wave from the rate down to 0: far first, fine at the end.",
        _cosine,
    ),
    "one_cycle": Rule(
        "One cycle",
        "Up from 1/25 of the rate in the first three tenths, then down to almost 0: the rate may "
        "be higher than a constant one could.",
        _one_cycle,
    ),
}
