"""FGSM over every ε of an 8-bit picture: what the net answers, and from which ε on it is another.

The direction is the same for every ε, so a scan costs a forward pass each and no gradient.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.figures.attack import LEVELS, Study, attacked


class Scan:
    """What the net says to every ε from 0 to ``largest`` that has been asked for so far.

    ``answers``, ``control``: probabilities, float32 (largest + 1)×K, for FGSM and for random
    signs; a row counts where ``known``, bool (largest + 1). Row 0 is the clean picture.
    """

    def __init__(self, model: Classifier, study: Study, largest: int) -> None:
        if not 1 <= largest <= LEVELS:
            raise ValueError(f"A scan goes up to an ε from 1 to {LEVELS} steps.")
        self.study = study
        self.largest = largest
        self.known = torch.zeros(largest + 1, dtype=torch.bool)
        self.answers = torch.zeros(largest + 1, len(study.clean))
        self.control = torch.zeros(largest + 1, len(study.clean))
        self._model = model
        self._note(0, study.clean, study.clean)

    def measure(self, eps: int) -> None:
        """Ask for one ε, unless that is known."""
        if not self.known[eps]:
            outcome = attacked(self._model, self.study, eps)
            self._note(eps, outcome.probabilities, outcome.control)

    def stream(self, first: int) -> Iterator[tuple[int, Scan]]:
        """Measure all, those around ``first`` first; yields (how many are known, the scan)."""
        yield self.count, self
        for eps in nearest_first(first, self.largest):
            self.measure(eps)
            yield self.count, self

    @property
    def count(self) -> int:
        """How many ε are known, 0 included."""
        return int(self.known.sum())

    def _note(self, eps: int, answer: Tensor, control: Tensor) -> None:
        self.answers[eps], self.control[eps] = answer, control
        self.known[eps] = True


def nearest_first(middle: int, largest: int) -> list[int]:
    """0 … largest, the nearest to ``middle`` first, the smaller of two first."""
    return sorted(range(largest + 1), key=lambda eps: (abs(eps - middle), eps))


@dataclass(frozen=True)
class Flips:
    """From which ε on the answer is another, and where it comes back.

    ``smallest``: the smallest such ε; with a target ``hit`` is the smallest that reaches it. None
    where none of the scanned does. ``back``: every larger ε with the clean answer again.
    ``scanned``: every ε up to this one is known (0: not even the first).
    """

    smallest: int | None
    hit: int | None
    back: tuple[int, ...]
    scanned: int


def flips(answers: Tensor, known: Tensor, label: int, target: int | None = None) -> Flips:
    """Look through a scan's rows, float32 E×K, as far as they are known without a gap."""
    gaps = (~known).nonzero().flatten().tolist()
    scanned = (gaps[0] if gaps else len(known)) - 1
    said = answers[: scanned + 1].argmax(dim=1).tolist()
    away = [eps for eps, best in enumerate(said) if best != label]
    reached = [eps for eps, best in enumerate(said) if best == target]
    smallest = away[0] if away else None
    back = [eps for eps, best in enumerate(said) if away and eps > away[0] and best == label]
    return Flips(smallest, reached[0] if reached else None, tuple(back), scanned)


def ranges(numbers: Iterable[int]) -> str:
    """Whole numbers in rising order, in words: 3, 4, 5, 9 → "3 to 5 and 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def flips_sentence(found: Flips, control: Flips, label: str, target: str | None = None) -> str:
    """Both scans in words, the gradient's signs and random ones, and how far was looked."""
    if found.scanned < 1:
        return "The smallest ε is being looked for …"
    so_far = f"Every ε up to {found.scanned}/{LEVELS} was tried:"
    if found.smallest is None:
        first = f"{so_far} none changes the answer."
    else:
        first = f"{so_far} {found.smallest}/{LEVELS} is the smallest that changes the answer"
        back = f"at {ranges(found.back)} it is {label} again" if found.back else "it stays changed"
        first += f"; {back}."
    if target is not None and found.hit is None:
        first += f" None reaches {target}."
    elif target is not None:
        first += f" {found.hit}/{LEVELS} is the first to reach {target}."
    if control.smallest is None:
        return f"{first} Random signs of the same size change it nowhere."
    return f"{first} Random signs need {control.smallest}/{LEVELS}."
