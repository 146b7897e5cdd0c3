"""The rate finder: train for a moment while the learning rate grows, and watch the loss.

Too small a rate leaves the loss where it is, too large a one blows it up; between them it falls.
Source: Smith (2015), "Cyclical Learning Rates for Training Neural Networks", arXiv:1506.01186,
section 3.3; growing by a factor and smoothing as fastai does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dlviz.core.data import ImageData
from dlviz.core.events import DivergedError
from dlviz.core.specs import RunSpec, SpecError
from dlviz.core.training import Run

MEMORY = 0.9  # share of the running mean that each new loss leaves: about ten losses count
BLOWN_UP = 4.0  # times the lowest smoothed loss: from here on it only gets worse
SKIPPED = 5  # the running mean of the first few losses is little more than one batch's noise
FALLEN = 0.05  # share of the first loss by which it must fall before a rate is suggested


@dataclass(frozen=True)
class RatePoint:
    """One update at ``rate``: the loss of its batch before it, and the running mean of losses."""

    step: int
    rate: float
    loss: float
    smooth: float


def find_rate(
    spec: RunSpec,
    data: ImageData,
    *,
    steps: int = 100,
    low: float = 1e-6,
    high: float = 10.0,
    device: str = "cpu",
) -> Iterator[RatePoint]:
    """Train the spec's untrained net for ``steps`` updates, each with a rate larger by one factor.

    Rates go from ``low`` to ``high``; the spec's own rate, schedule and interventions don't count.
    Ends early when the loss blows up. The same spec gives the same points.

    Raises ``SpecError`` for a net that doesn't fit, for fewer than 2 steps or an empty range.
    """
    if steps < 2 or not 0 < low < high:
        raise SpecError("The rate finder needs at least 2 steps and a range of rates above 0.")
    run = Run(spec, data, device)
    total, lowest = 0.0, math.inf
    for step, batch in zip(range(steps), run.batches(), strict=False):
        rate = low * (high / low) ** (step / (steps - 1))
        try:
            loss = run.update(batch, rate).loss
        except DivergedError:
            return
        total = MEMORY * total + (1 - MEMORY) * loss
        smooth = total / (1 - MEMORY ** (step + 1))  # as Adam does: the mean began at 0
        yield RatePoint(step, rate, loss, smooth)
        lowest = min(lowest, smooth)
        if smooth > BLOWN_UP * lowest:
            return


def suggest(points: Sequence[RatePoint]) -> float | None:
    """The rate at which the smoothed loss falls fastest per factor of the rate, before its lowest.

    At the lowest point itself the rate is already about to be too large. None if there are too few
    points or the loss never falls by ``FALLEN``.
    """
    smooth = np.array([point.smooth for point in points[SKIPPED:]])
    if len(smooth) < 3:
        return None
    bottom = int(smooth.argmin())
    if bottom < 2 or smooth[bottom] > (1 - FALLEN) * smooth[0]:
        return None
    slopes = np.gradient(smooth, np.log([point.rate for point in points[SKIPPED:]]))
    return points[SKIPPED + int(slopes[: bottom + 1].argmin())].rate
