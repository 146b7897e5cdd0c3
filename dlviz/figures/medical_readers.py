"""Two readers and four, for every place of a slider: what the browser looks up."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from dlviz.core.medical.bootstrap import DRAWS, drawn, paired_f1
from dlviz.core.medical.paper import DIFFERENCE, PICTURES, TABLE
from dlviz.core.medical.readers import (
    Board,
    Duel,
    agreement,
    by_all,
    by_the_others,
    disagreement,
    duel,
    f1_of,
    read,
)
from dlviz.figures.colours import MAGNITUDE

ALIKE = np.linspace(0, 1, 21)
NOISE = np.round(np.linspace(0.3, 1.7, 21), 2)
USUAL_NOISE = 8
SHOWN = 250  # drawn sets in the picture; the intervals are from all
EDGES = np.round(np.linspace(-0.16, 0.24, 41), 2)
SETS = 20


def paper_data() -> dict[str, Any]:
    """CheXNet's table and its paired difference."""
    rows = [[row.title, row.f1, row.low, row.high] for row in TABLE.values()]
    return {"rows": rows, "difference": list(DIFFERENCE), "pictures": PICTURES}


def pairs_data(factor: int, seed: int) -> dict[str, Any]:
    """Two simulated readers at each place of ``ALIKE``, on 420 · ``factor`` pictures."""
    what = Duel().times(factor)
    often = drawn(what.pictures, seed=0)
    steps = []
    for alike in ALIKE:
        calls, truth = duel(what, float(alike), seed=seed)
        pair = paired_f1(calls, truth, often)
        wrong = calls != truth
        differences = pair.draws[:, 1] - pair.draws[:, 0]
        steps.append(
            {
                "own": np.round(pair.intervals.T, 4).tolist(),
                "paired": np.round(pair.paired, 4).tolist(),
                "cloud": np.rint(1000 * pair.draws[:SHOWN].T).astype(int).tolist(),
                "bins": np.histogram(differences, EDGES)[0].tolist(),
                "both": int((wrong[0] & wrong[1]).sum()),
                "better": int((differences > 0).sum()),
            }
        )
    return {
        "scene": f"{factor} {seed}",
        "paper": paper_data(),
        "pictures": what.pictures,
        "ill": what.ill,
        "wrong": wrong.sum(1).tolist(),
        "f1": np.round(pair.f1, 4).tolist(),
        "difference": round(pair.difference, 4),
        "draws": DRAWS,
        "edges": EDGES.tolist(),
        "steps": steps,
    }


def readers_data(shared: float, seed: int) -> dict[str, Any]:
    """Four readers and a program at each place of ``NOISE``: the mean of 20 sets, and one set."""
    what = Board(shared=shared)
    steps = []
    for noise in NOISE:
        # Every number has sets of its own: none is in two means.
        sets = [read(what, float(noise), seed=seed * SETS + number) for number in range(SETS)]
        calls, program, _ = sets[0]
        table = agreement(np.vstack([calls, program[None]]))
        steps.append(
            {
                "table": np.round(table, 3).tolist(),
                "others": np.round(by_the_others(calls), 4).tolist(),
                "differ": _mean([disagreement(found) for found, _, _ in sets]),
                "by_others": _mean([by_the_others(found).mean() for found, _, _ in sets]),
                "by_truth": _mean([f1_of(found, known).mean() for found, _, known in sets]),
                "program": _mean([by_all(found, said) for found, said, _ in sets]),
                "program_truth": _mean([float(f1_of(said, known)) for _, said, known in sets]),
            }
        )
    return {
        "scene": f"{shared} {seed}",
        "noise": NOISE.tolist(),
        "pictures": what.pictures,
        "sets": SETS,
        "shared": shared,
        "steps": steps,
        "usual": USUAL_NOISE,
        "scale": base64.b64encode(MAGNITUDE.tobytes()).decode(),
    }


def _mean(values: list[float]) -> float:
    return round(float(np.mean(values)), 4)


PAIRS_CODE = """\
from dlviz.core.medical.bootstrap import drawn, paired_f1
from dlviz.core.medical.readers import Duel, duel

what = Duel().times({factor})
often = drawn(what.pictures, seed=0)  # 1000 sets, drawn with replacement
for alike in (0.0, 0.5, {alike}):
    calls, truth = duel(what, alike, seed={seed})
    pair = paired_f1(calls, truth, often)
    (a, b), (low, high) = pair.intervals.T, pair.paired
    print(f"alike {{alike:.2f}}: A {{pair.f1[0]:.3f}} ({{a[0]:.3f}}, {{a[1]:.3f}})", end=" ")
    print(f"B {{pair.f1[1]:.3f}} ({{b[0]:.3f}}, {{b[1]:.3f}})", end=" ")
    print(f"B − A {{pair.difference:.3f}} ({{low:.3f}}, {{high:.3f}})")
"""

READERS_CODE = """\
from dlviz.core.medical.readers import Board, agreement, by_all, by_the_others, f1_of, read

calls, program, truth = read(Board(shared={shared}), {noise}, seed={seed})
print(agreement(calls).round(2))
print("by the other three:", by_the_others(calls).round(3))
print("by the truth:", f1_of(calls, truth).round(3))
print(f"the program, by all four: {{by_all(calls, program):.3f}}")
"""


def pairs_code(factor: int, seed: int, place: int) -> str:
    """A program that prints the pair's numbers at a place of the slider."""
    return PAIRS_CODE.format(factor=factor, seed=seed, alike=round(float(ALIKE[place]), 2))


def readers_code(shared: float, seed: int, place: int) -> str:
    """A program that prints one set's numbers at a place of the slider."""
    return READERS_CODE.format(shared=shared, noise=float(NOISE[place]), seed=seed * SETS)
