"""The code of a small experiment, which runs as it stands."""

from __future__ import annotations

import json
from textwrap import indent, wrap

from dlviz.core.experiments import SEEDS, Experiment

_HEAD = """\
from dataclasses import replace
from statistics import mean, stdev

import dlviz

"""
_LOOP = """
found = {}
for name, text in ARMS.items():
    spec = dlviz.RunSpec.from_json(text)
    found[name] = []
    for seed in range(%d):
        run = replace(spec, train=replace(spec.train, seed=seed))
        try:
            *_, last = dlviz.train(run)
            found[name].append(last.held_out.accuracy)
        except ArithmeticError:  # the loss is no number any more: such a net guesses
            found[name].append(0.1)
        print(name, "seed", seed, found[name][-1])

first, *others = found
for other in others:
    apart = [b - a for a, b in zip(found[first], found[other])]
    reach = 2.776 * stdev(apart) / len(apart) ** 0.5 if len(apart) == 5 else float("inf")
    print(other, "less", first, f"{mean(apart):+.4f} ± {reach:.4f} (95 %%)")
"""


def code(experiment: Experiment) -> str:
    """Train every arm with every seed and print the paired differences."""
    arms = "".join(
        f"    {arm.title!r}: (\n{_text(arm.spec.to_json())}    ),\n" for arm in experiment.arms
    )
    return f"{_HEAD}ARMS = {{\n{arms}}}\n{_LOOP % SEEDS}"


def _text(spec: str) -> str:
    """A long JSON text in lines of Python."""
    compact = json.dumps(json.loads(spec))
    lines = wrap(compact, 80, drop_whitespace=False, break_long_words=False)
    return indent("".join(f"{line!r}\n" for line in lines), " " * 8)
