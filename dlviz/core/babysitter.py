"""The babysitter: names what goes wrong in a training while it does, and what to try.

Each diagnosis is a rule over what has been measured so far; thresholds stand beside their reasons.
Pure: it imports no torch and keeps nothing. To add a diagnosis, write a rule and enter it in
``DIAGNOSES``; a preset that provokes it goes into ``networks.PROVOKING``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from dlviz.core.run_log import (
    WINDOW,
    Log,
    first_to_last,
    gradient,
    last_update,
    learners,
    lowered_by,
    newest,
)
from dlviz.core.words import grouped, percent, written

if TYPE_CHECKING:
    from dlviz.core.events import LayerHealth

# Half as much again as guessing or as the start: no healthy training leaps so high …
DIVERGING_LEAP = 1.5
# … or the loss was half of that of guessing, and what was learnt is lost.
DIVERGING_LEARNT = 0.5
# A net that has come below this share of guessing has recovered.
DIVERGING_NOW = 0.9
# A usual update moves all weights together by 1/1000 of their size; a tenth of that crawls …
SLOW_UPDATE = 1e-4
# … if the loss is still close to where it began. A net that has learnt may well crawl.
SLOW_LOSS = 0.7
# Schedules begin gently on purpose, and a few steps say nothing.
SLOW_STEPS, SLOW_SHARE = 50, 0.1
# Points of accuracy between training and held-out pictures. A good net knows what it has seen
# better too: 10 points are common on clothes.
OVERFITTING_GAP = 0.12
# … and the held-out loss has left its lowest value behind: it is being unlearnt.
OVERFITTING_RISE = 1.1
# A net that has come to rest at less than this has not even learnt what it sees, …
UNDERFITTING_ACCURACY = 0.8
# … when it gains no more than this share of its loss in half of its time, …
UNDERFITTING_GAIN = 0.03
# … and what it has not seen is no harder for it. Who is right there has learnt enough: dropout and
# augmentation make the training batches hard.
UNDERFITTING_GAP = 0.05
# A schedule's high rates hold a good net back for its first part.
UNDERFITTING_EPOCHS, UNDERFITTING_SHARE = 3, 0.3
# Some dead units are common; when half of a layer is dead, so is half of what it could tell.
DEAD_SHARE = 0.5
# That a unit is 0 for so few pictures says little: others may wake it.
DEAD_PICTURES = 20
# The norm of the first layer's gradient beside the last one's: down to 1/20 is common.
VANISHING_RATIO = 1 / 200
# The norm of one layer's gradient: 0.1 to 10 is usual with inputs of deviation 1.
EXPLODING_GRADIENT = 100.0
# A class that is rare among the held-out pictures may be missed by chance.
SILENT_PICTURES = 5
# A net that has only begun says few classes.
SILENT_EPOCHS, SILENT_STEPS = 1, 150


@dataclass(frozen=True)
class Finding:
    """A diagnosis: what is seen, with its numbers, and what to try."""

    name: str
    title: str
    sentence: str
    advice: str

    @property
    def as_dict(self) -> dict[str, str]:
        """Plain data for the live channel."""
        return asdict(self)


@dataclass(frozen=True)
class Diagnosis:
    """A rule gives the sentence of what it sees in a Log, or None; ``hidden_by`` are its causes.

    A net whose ReLUs are all dead is slow and underfits as well: only the cause is named.
    """

    title: str
    advice: str
    rule: Callable[[Log], str | None]
    hidden_by: tuple[str, ...] = ()


def examine(log: Log, kinds: dict[str, Diagnosis] | None = None) -> list[Finding]:
    """All that the babysitter sees, in the order of ``kinds``: ``DIAGNOSES`` unless given."""
    kinds = DIAGNOSES if kinds is None else kinds
    said = {name: entry.rule(log) for name, entry in kinds.items()}
    return [
        Finding(name, kinds[name].title, sentence, kinds[name].advice)
        for name, sentence in said.items()
        if sentence and not any(said[cause] for cause in kinds[name].hidden_by)
    ]


# -- the rules ----------------------------------------------------------------------------------


def _diverging(log: Log) -> str | None:
    if log.diverged and not log.steps:
        return "The loss of the first mini-batch is no number already, before any update."
    if log.diverged:
        return f"The loss stopped being a number, at a learning rate of {written(log.rate)}."
    if len(log.steps) < WINDOW:
        return None
    size = WINDOW // 2
    means = [
        fmean(point[1] for point in log.steps[start : start + size])
        for start in range(0, len(log.steps) - size + 1, size)
    ]
    start, now = log.steps[0][1], log.recent(1)
    leapt = max(means) > DIVERGING_LEAP * max(log.guessing, start)
    lost = min(means) < DIVERGING_LEARNT * log.guessing
    if now < DIVERGING_NOW * log.guessing or not (leapt or lost):
        return None
    was = (
        f"began at {start:.3g} and leapt to {written(max(means), 3)}"
        if leapt
        else f"was {min(means):.3g}"
    )
    return f"The loss {was}; now it is {written(now, 3)}, and guessing costs {log.guessing:.2f}."


def _exploding(log: Log) -> str | None:
    layers = learners(log)
    if not layers:
        return None
    worst = max(layers, key=gradient)
    size = gradient(worst)
    if not size > EXPLODING_GRADIENT:
        return None
    if not math.isfinite(size):
        return f"The gradient of {_called(worst)} is no number any more."
    return f"The gradient of {_called(worst)} has the norm {written(size, 3)}; 0.1 to 10 is usual."


def _dead_relus(log: Log) -> str | None:
    layers = [layer for layer in newest(log) if layer.dead is not None]
    worst = max(layers, key=lambda layer: layer.dead or 0.0, default=None)
    if worst is None or (worst.dead or 0.0) < DEAD_SHARE or log.looked_at < DEAD_PICTURES:
        return None
    return (
        f"{percent(worst.dead or 0.0)} of the units of {_called(worst)} are 0 for all "
        f"{grouped(log.looked_at)} held-out pictures."
    )


def _called(layer: LayerHealth) -> str:
    """A layer in a sentence. Those of pictures are called "conv2", those of points "layer 2"."""
    if layer.name == "output":
        return "the output layer"
    return layer.name if layer.name.startswith("layer ") else f"layer {layer.name}"


def _vanishing(log: Log) -> str | None:
    """Of the last few healths the median: one mini-batch may be odd."""
    shares = sorted(share for share in map(first_to_last, log.healths) if share is not None)
    share = shares[len(shares) // 2] if shares else 1.0
    if share > VANISHING_RATIO:
        return None
    amount = f"1/{1 / share:.0f} of the last one's" if share else "0"
    return f"The first layer's gradient is {amount}: the front of the net does not learn."


def _slow(log: Log) -> str | None:
    if log.step < max(SLOW_STEPS, SLOW_SHARE * log.total_steps):
        return None
    update, now, lowered = last_update(log), log.recent(1), lowered_by(log)
    # A schedule ends in tiny updates: they are taken for what they were at the highest rate.
    if update is None or not update * lowered <= SLOW_UPDATE or now < SLOW_LOSS * log.first:
        return None
    size = f"{written(update * lowered, 1)} of their size (0.001 is usual)"
    changes = (
        f"An update changes the weights by {size}"
        if lowered == 1
        else f"At the highest rate so far an update changes the weights by about {size}"
    )
    return (
        f"{changes}, and after {log.step} steps the loss is {now:.3g}; it began at {log.first:.3g}."
    )


def _overfitting(log: Log) -> str | None:
    if not log.steps or not log.scores:
        return None
    # The better of the last two: batch norm's averages lag behind a leap and spoil one.
    loss = min(score[1] for score in log.scores[-2:])
    right = max(score[2] for score in log.scores[-2:])
    lowest = min(score[1] for score in log.scores)
    gap = log.epoch[1] - right
    if gap < OVERFITTING_GAP or loss < OVERFITTING_RISE * lowest:
        return None
    return (
        f"In {_batches(log)} {percent(log.epoch[1])} were right, of the held-out pictures "
        f"{percent(right)}; the held-out loss has risen from {lowest:.3g} to {loss:.3g}."
    )


def _underfitting(log: Log) -> str | None:
    soonest = max(UNDERFITTING_EPOCHS * log.steps_per_epoch, UNDERFITTING_SHARE * log.total_steps)
    if log.step < soonest or not log.scores:
        return None
    before = [point[1] for point in log.steps if log.step // 2 < point[0] <= log.step * 3 // 4]
    after = [point[1] for point in log.steps if point[0] > log.step * 3 // 4]
    loss, right = log.epoch
    gap = right - log.scores[-1][2]
    resting = bool(before) and fmean(after) > (1 - UNDERFITTING_GAIN) * fmean(before)
    learnt = max(right, log.scores[-1][2]) > UNDERFITTING_ACCURACY
    if learnt or gap > UNDERFITTING_GAP or not resting:
        return None
    return f"The loss rests at {loss:.3g}, and in {_batches(log)} only {percent(right)} were right."


def _batches(log: Log) -> str:
    """What the training accuracy is that of: the net at rest may be right more often."""
    through = f", seen through {' and '.join(log.hindrances)}," if log.hindrances else ""
    return f"the training batches of the last epoch{through}"


def _silent_class(log: Log) -> str | None:
    verdict = log.verdict
    if verdict is None or verdict.step < max(SILENT_STEPS, SILENT_EPOCHS * log.steps_per_epoch):
        return None
    said = [sum(row[column] for row in verdict.confusion) for column in range(len(log.classes))]
    silent = [
        name
        for name, count, row in zip(log.classes, said, verdict.confusion, strict=True)
        if count == 0 and sum(row) >= SILENT_PICTURES
    ]
    if not silent:
        return None
    names = ", ".join(f"“{name}”" for name in silent[:3])
    more = f" and {len(silent) - 3} more" if len(silent) > 3 else ""
    verb = "is" if len(silent) == 1 else "are"
    return f"{names}{more} {verb} never said, whatever the picture."


_STUCK = ("diverging", "exploding", "dead_relus", "vanishing", "slow")

DIAGNOSES: dict[str, Diagnosis] = {
    "diverging": Diagnosis(
        "The loss diverges",
        "Divide the learning rate by 10 and begin again, or warm it up; if the very first loss is "
        "no number, start from smaller weights.",
        _diverging,
    ),
    "exploding": Diagnosis(
        "Gradients explode",
        "Start from smaller weights (He's start), put batch norm between the layers, or lower the "
        "learning rate.",
        _exploding,
    ),
    "dead_relus": Diagnosis(
        "Dead ReLUs",
        "Lower the learning rate and begin again, for the dead seldom wake; or take leaky ReLUs "
        "or batch norm.",
        _dead_relus,
    ),
    "vanishing": Diagnosis(
        "Gradients vanish",
        "Replace sigmoids by ReLUs, add batch norm or residual blocks, or take layers out.",
        _vanishing,
        ("dead_relus", "diverging", "exploding"),
    ),
    "slow": Diagnosis(
        "The learning rate is too low",
        "Raise the learning rate, tenfold to begin with: the rate finder shows how far it can go.",
        _slow,
        ("diverging", "dead_relus", "vanishing"),
    ),
    "overfitting": Diagnosis(
        "Overfitting",
        "More pictures or augmentation, dropout, weight decay, a smaller net; or stop when the "
        "held-out loss is lowest.",
        _overfitting,
        ("diverging",),
    ),
    "underfitting": Diagnosis(
        "Underfitting",
        "A larger net, less dropout or weight decay, or another learning rate.",
        _underfitting,
        _STUCK,
    ),
    "silent_class": Diagnosis(
        "A class is never predicted",
        "Look for it in the confusion matrix: is it rare, or too like another? Train for longer, "
        "or give it more pictures.",
        _silent_class,
        ("diverging", "exploding", "vanishing", "slow"),
    ),
}
