"""Readers of pictures, simulated: what each sees is the truth and an error of its own.

A reader sees the truth blurred by a normal error and calls ill what looks so (the model of two
normal curves, Green and Swets 1966). Errors of two readers go together where a picture misleads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlviz.core.medical.verdicts import Array, ratio

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Duel:
    """Two readers of the same pictures: how many, the ill, whom each calls so, and rightly so.

    Their F1, 2 found / (called + ill), is thereby the same however alike they err.
    """

    pictures: int = 420
    ill: int = 84
    called: tuple[int, int] = (138, 100)
    found: tuple[int, int] = (43, 40)

    def times(self, factor: int) -> Duel:
        """As many times the pictures, in the same proportions."""
        called, found = ((pair[0] * factor, pair[1] * factor) for pair in (self.called, self.found))
        return Duel(self.pictures * factor, self.ill * factor, called, found)


def duel(what: Duel, alike: float, *, seed: int) -> tuple[Bools, Bools]:
    """Calls of both (2×N) and the truth (N), ``alike`` from 0, each errs alone, to 1.

    What a reader sees of a picture is a normal error; the first's turns towards the second's, by a
    quarter turn in all: ρ = sin(alike · π/2), so that the correlation of their *calls* grows evenly
    (Sheppard 1899). Of the ill and of the well each calls those that look worst. Raises ValueError
    for another ``alike``.
    """
    if not 0 <= alike <= 1:
        raise ValueError("How alike two readers err is from 0 to 1.")
    truth = np.arange(what.pictures) < what.ill
    second, own = np.random.default_rng(seed).normal(size=(2, what.pictures))
    first = np.sin(alike * np.pi / 2) * second + np.cos(alike * np.pi / 2) * own
    calls = np.zeros((2, what.pictures), bool)
    for reader, seen in enumerate((first, second)):
        rightly = what.found[reader]
        for kind, count in ((truth, rightly), (~truth, what.called[reader] - rightly)):
            places = np.flatnonzero(kind)
            calls[reader, places[np.argsort(-seen[places])[:count]]] = True
    return calls, truth


@dataclass(frozen=True)
class Board:
    """Four readers of the same skill on pictures whose truth nobody knows.

    ``shared``: which part of a reader's error (of its variance) the picture causes, the same for
    all of them.
    """

    pictures: int = 420
    ill: float = 0.3
    readers: int = 4
    shared: float = 0.0


def read(what: Board, noise: float, *, seed: int) -> tuple[Bools, Bools, Bools]:
    """Calls of the readers (R×N), of a program that knows the picture's look, and the truth.

    Every picture has a severity, 1 for the ill and −1 for the well, blurred by ``noise`` times a
    normal error for each reader, of which the picture causes ``shared``. A reader calls ill what
    looks positive. The program sees what the readers have in common, severity and the picture's
    own part of the error, and nothing else.
    """
    if noise < 0 or not 0 <= what.shared <= 1:
        raise ValueError("Noise is not negative, and its shared part is from 0 to 1.")
    rng = np.random.default_rng(seed)
    truth = rng.permutation(what.pictures) < round(what.ill * what.pictures)
    common, own = rng.normal(size=what.pictures), rng.normal(size=(what.readers, what.pictures))
    severity = np.where(truth, 1.0, -1.0)
    alike = severity + noise * np.sqrt(what.shared) * common
    calls = alike + noise * np.sqrt(1 - what.shared) * own > 0
    return calls, alike > 0, truth


def f1_of(calls: Bools, judge: Bools) -> Array:
    """F1 of calls (…×N) against a judge's labels (…×N); it is the same the other way round."""
    both = (calls & judge).sum(-1).astype(np.float64)
    return ratio(2 * both, calls.sum(-1).astype(np.float64) + judge.sum(-1))


def agreement(calls: Bools) -> Array:
    """R×R: F1 of each reader by each other one's labels; 1 with itself."""
    return f1_of(calls[:, None], calls[None, :])


def by_the_others(calls: Bools) -> Array:
    """Each reader's F1: the mean over the other readers' labels.

    CheXNet's paper counts the program's labels among the judges of a radiologist, too.
    """
    table = agreement(calls)
    alone = ~np.eye(len(calls), dtype=bool)
    means: Array = np.array([row[kept].mean() for row, kept in zip(table, alone, strict=True)])
    return means


def by_all(calls: Bools, program: Bools) -> float:
    """A program's F1 as CheXNet's paper has it: the mean over all readers' labels."""
    return float(f1_of(calls, program[None, :]).mean())


def disagreement(calls: Bools) -> float:
    """The share of pictures on which two readers differ, over all pairs."""
    rows, columns = np.triu_indices(len(calls), 1)
    return float((calls[rows] != calls[columns]).mean())
