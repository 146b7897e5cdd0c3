"""What several seeds say of two settings, in sentences with the current numbers. No torch."""

from __future__ import annotations

from collections.abc import Sequence

from dlviz.core.experiments import Arm, Outcome
from dlviz.core.seeds import Interval, difference, interval

MEASURES = {"loss": "held-out loss", "accuracy": "held-out accuracy"}
ANECDOTE = (
    "**One run is an anecdote**: how much of it is the setting, and how much the seed? Count more "
    "seeds, and an interval says it."
)


def values(outcomes: Sequence[Outcome], measure: str) -> list[float]:
    """Losses, or accuracies in per cent, in the order of the runs."""
    return [item.value(measure) for item in outcomes]


def number(value: float, digits: int, *, signed: bool = False) -> str:
    """ "0.939" or "77.0"; with ``signed`` "+0.3", "−0.325"."""
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def spread(found: Interval, measure: str) -> str:
    """ "77.0 % (75.9 to 78.1)"; of a single value no interval."""
    unit, digits = ("", 3) if measure == "loss" else (" %", 1)
    middle = f"{number(found.mean, digits)}{unit}"
    if not found.is_known:
        return middle
    return f"{middle} ({number(found.low, digits)} to {number(found.high, digits)})"


def gap(found: Interval, measure: str) -> str:
    """ "−0.325 (95 %: −0.421 to −0.229)", "+0.3 points (95 %: −0.9 to +1.5)"."""
    unit, digits = ("", 3) if measure == "loss" else (" points", 1)
    if any(abs(end) < 10**-digits / 2 for end in (found.low, found.high)):
        digits += 1  # on which side of 0 an end lies is what matters
    middle = f"{number(found.mean, digits, signed=True)}{unit}"
    if not found.is_known:
        return middle
    low, high = (number(end, digits, signed=True) for end in (found.low, found.high))
    return f"{middle} (95 %: {low} to {high})"


def verdict(found: Interval) -> str:
    """What the interval of a difference says."""
    if not found.is_known:
        return "one run is an anecdote"
    return "the setting, not the seed" if found.sign else "within noise"


def legend_entries(
    arms: Sequence[Arm], outcomes: Sequence[Sequence[Outcome]], measure: str
) -> list[tuple[str, str]]:
    """(title, mean with its interval) of every arm."""
    return [
        (arm.title, spread(interval(values(found, measure)), measure))
        for arm, found in zip(arms, outcomes, strict=True)
    ]


def against(
    arms: Sequence[Arm], outcomes: Sequence[Sequence[Outcome]], *measures: str
) -> list[str]:
    """A sentence for every arm but the first, held against it by these measures.

    All arms have the same seeds, in the same order.
    """
    count = len(outcomes[0])
    over = f"seed {outcomes[0][0].seed} alone" if count == 1 else f"{count} seeds"
    said = []
    for arm, found in zip(arms[1:], outcomes[1:], strict=True):
        parts = []
        for measure in measures:
            apart = difference(values(found, measure), values(outcomes[0], measure))
            parts.append(f"{MEASURES[measure]} {gap(apart, measure)}: **{verdict(apart)}**")
        pair = f"{capital(arm.title)} against {arms[0].title}"
        said.append(f"**{pair}**, {over}: {'; '.join(parts)}.")
    return said


def broken(arms: Sequence[Arm], outcomes: Sequence[Sequence[Outcome]]) -> str:
    """Which runs ended in no numbers, empty where none did."""
    parts = [
        f"{len(lost)} of {len(found)} with {arm.title}"
        for arm, found in zip(arms, outcomes, strict=True)
        if (lost := [item for item in found if item.message])
    ]
    if not parts:
        return ""
    return f"The loss stopped being a number in {', '.join(parts)}: counted as guessing."


def capital(title: str) -> str:
    """As a sentence begins; a Greek letter is a quantity's name and stays."""
    return title[:1].upper() + title[1:] if title[:1].isascii() else title
