"""A run looked through step by step: what its own numbers say, and what to do about it.

The verdicts are the babysitter's rules (``core.babysitter``); the list says also what is in order
and what nobody could see. Pure: it imports no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dlviz.core.babysitter import DIAGNOSES
from dlviz.core.run_log import (
    FIRST,
    WINDOW,
    Log,
    gradient,
    last_update,
    learners,
    lowered_by,
    newest,
)
from dlviz.core.words import grouped, percent, written

# An untrained net gives every class about the same probability: its loss is about ln K.
START_LOW, START_HIGH = 0.7, 1.4
FALLEN = 0.9  # of what guessing costs
BY_HEART = "Can it learn ten pictures by heart? A net that cannot has a mistake in it."
KNOWS_NOTHING = 1.5  # times what guessing gets right
UNEVEN = 3.0  # the largest class is so many times the smallest


class Sight(StrEnum):
    """What a look at one point says."""

    OK = "ok"
    LOOK = "look here"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True)
class Point:
    """One point of the list. ``advice`` is empty where there is nothing to do."""

    name: str
    question: str
    sight: Sight
    sentence: str
    advice: str = ""


Said = tuple[Sight, str, str]


@dataclass(frozen=True)
class Seen:
    """All that is known of a run.

    ``counts``: how many training pictures each class has. ``noted``: diagnosis → the sentence that
    the babysitter said while the run went; curves that were shortened since may show less.
    """

    log: Log
    counts: Sequence[int] = ()
    noted: Mapping[str, str] = field(default_factory=dict)

    def said(self, name: str) -> str | None:
        """What the babysitter says of a diagnosis."""
        return self.noted.get(name) or DIAGNOSES[name].rule(self.log)


def checklist(seen: Seen) -> list[Point]:
    """All points, in the order in which to look."""
    return [Point(name, question, *look(seen)) for name, (question, look) in _POINTS.items()]


def conclusion(seen: Seen) -> str:
    """Where to begin: the first diagnosis that holds, for causes stand before what they bring."""
    for name, entry in DIAGNOSES.items():
        if seen.said(name):
            return f"Begin with point {_WHERE[name]}: **{entry.title}**."
    return "Nothing that the babysitter knows of went wrong here."


def _ruled(seen: Seen, *names: str) -> Said | None:
    """The first of these diagnoses that fires; one with a cause says which."""
    for name in names:
        entry, sentence = DIAGNOSES[name], seen.said(name)
        if not sentence:
            continue
        causes = [each for each in entry.hidden_by if seen.said(each)]
        if causes:
            return Sight.LOOK, sentence, f"Perhaps only because of point {_WHERE[causes[0]]}."
        return Sight.LOOK, sentence, entry.advice
    return None


def _start(seen: Seen) -> Said:
    log = seen.log
    many, cost = len(log.classes), log.guessing
    if not log.steps:
        if log.diverged:
            return Sight.LOOK, "The very first loss is no number.", "Start from smaller weights."
        return Sight.UNKNOWN, "It has not taken a step.", ""
    first = log.steps[0][1]
    said = (
        f"The first mini-batch cost {written(first, 3)}; guessing among {many} classes costs "
        f"ln {many} = {cost:.2f}."
    )
    if first > START_HIGH * cost:
        return Sight.LOOK, said, "It is sure of what it cannot know: start from smaller weights."
    if first < START_LOW * cost:
        return Sight.LOOK, said, "It knows the answers already: is the label in the picture?"
    return Sight.OK, said, ""


def _falls(seen: Seen) -> Said:
    log = seen.log
    if not log.steps:
        return Sight.UNKNOWN, "There is no curve.", ""
    now = log.recent(1)
    said = (
        f"From a mean of {written(log.first, 3)} over the first {min(FIRST, len(log.steps))} "
        f"mini-batches to {written(now, 3)} over the last {min(WINDOW, len(log.steps))}; guessing "
        f"costs {log.guessing:.2f}."
    )
    if log.diverged:
        return Sight.LOOK, f"{said} Then it was no number.", f"See point {_WHERE['diverging']}."
    if now > FALLEN * log.guessing:
        known = [_WHERE[name] for name in _WHERE if seen.said(name)]
        return Sight.LOOK, said, f"See point {known[0]}." if known else BY_HEART
    return Sight.OK, said, ""


def _rate(seen: Seen) -> Said:
    log = seen.log
    if found := _ruled(seen, "diverging", "slow"):
        return found
    update = last_update(log)
    if update is None:
        return Sight.UNKNOWN, "The size of its updates was not kept.", ""
    lowered = lowered_by(log)
    rate, size = written(log.rate * lowered, 3), written(update * lowered, 2)
    when = "At the end" if lowered == 1 else "At the schedule’s height"
    return (
        Sight.OK,
        f"{when} the rate was {rate}, and an update changed the weights by {size} of their size; "
        "about 0.001 is usual.",
        "",
    )


def _gradients(seen: Seen) -> Said:
    log = seen.log
    if found := _ruled(seen, "exploding", "vanishing"):
        return found
    layers = [layer for layer in learners(log) if layer.gradient is not None]
    if not layers:
        return Sight.UNKNOWN, "The gradients of its layers were not kept.", ""
    least, most = min(layers, key=gradient), max(layers, key=gradient)
    said = (
        f"Norms from {written(gradient(least), 2)} ({least.name}) to {written(gradient(most), 2)} "
        f"({most.name})."
    )
    return Sight.OK, said, ""


def _dead(seen: Seen) -> Said:
    log = seen.log
    if found := _ruled(seen, "dead_relus"):
        return found
    layers = [layer for layer in newest(log) if layer.dead is not None]
    if not newest(log):
        return Sight.UNKNOWN, "Which units are dead was not kept.", ""
    if not layers:
        return Sight.OK, "It has no ReLU that could die.", ""
    worst = max(layers, key=lambda layer: layer.dead or 0.0)
    said = f"{percent(worst.dead or 0.0)} of {worst.name} answer 0 to every held-out picture"
    return Sight.OK, f"{said}; no layer has more.", ""


def _gap(seen: Seen) -> Said:
    log = seen.log
    if found := _ruled(seen, "overfitting", "underfitting"):
        return found
    if not log.steps or not log.scores:
        return Sight.UNKNOWN, "It was never judged on held-out pictures.", ""
    trained, held = log.epoch[1], log.scores[-1][2]
    if max(trained, held) < KNOWS_NOTHING / len(log.classes):
        return Sight.UNKNOWN, "A net that guesses is as bad at both.", ""
    through = f" (seen through {' and '.join(log.hindrances)})" if log.hindrances else ""
    said = f"Right of the training batches {percent(trained)}{through}, held out {percent(held)}."
    return Sight.OK, said, ""


def _classes(seen: Seen) -> Said:
    log, counts = seen.log, seen.counts
    if found := _ruled(seen, "silent_class"):
        return found
    if counts and max(counts) > UNEVEN * max(1, min(counts)):
        few = log.classes[list(counts).index(min(counts))]
        said = f"Of “{few}” there are {min(counts)} training pictures, of another {max(counts)}."
        return Sight.LOOK, said, "Weigh the rare ones more, or bring more of them."
    if log.verdict is None:
        return Sight.UNKNOWN, "Which classes it says was not kept.", ""
    many = f"; the training pictures have {_range(counts)} of each" if counts else ""
    return Sight.OK, f"It says every one of the {len(log.classes)} classes{many}.", ""


def _range(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return grouped(low) if low == high else f"{grouped(low)} to {grouped(high)}"


def _data(_seen: Seen) -> Said:
    return (
        Sight.UNKNOWN,
        "No number shows a wrong label, a mirrored 3 or a picture cut in half.",
        "Only you can tell: look at the pictures below.",
    )


_POINTS: dict[str, tuple[str, Callable[[Seen], Said]]] = {
    "start": ("Does the loss begin where guessing would?", _start),
    "falls": ("Does it fall?", _falls),
    "rate": ("Is the learning rate right?", _rate),
    "gradients": ("Do the gradients reach every layer?", _gradients),
    "dead": ("Are the ReLUs alive?", _dead),
    "gap": ("Training against held-out pictures?", _gap),
    "classes": ("Does every class get its turn?", _classes),
    "data": ("Are the pictures and labels right?", _data),
}
# Which point of the list a diagnosis stands at.
_WHERE = {
    **{"diverging": 3, "exploding": 4, "dead_relus": 5, "vanishing": 4},
    **{"slow": 3, "overfitting": 6, "underfitting": 6, "silent_class": 7},
}
