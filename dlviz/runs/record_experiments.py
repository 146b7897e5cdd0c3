"""Record the small experiments: ``python -m dlviz.runs.record_experiments``.

Writes ``assets/experiments.json``: every run of every experiment as the pages show it, so that they
open on bands over five seeds before anybody has started anything.
"""

from __future__ import annotations

from dataclasses import replace

from dlviz.core.events import DivergedError, Score, Step
from dlviz.core.experiments import EXPERIMENTS, SEEDS, Outcome, last_epoch, seeded
from dlviz.core.specs import RunSpec
from dlviz.core.training import Run
from dlviz.io.assets import record
from dlviz.io.datasets import data_for
from dlviz.io.experiments import FILE, write_experiments

COMMAND = "python -m dlviz.runs.record_experiments"
MOST_POINTS = 44


def outcome_of(spec: RunSpec) -> Outcome:
    """Train on the CPU; a loss that is no number is an outcome too."""
    run = Run(spec, data_for(spec.data))
    steps: list[tuple[int, float, float, float]] = []
    scores: list[tuple[int, float, float]] = []
    message = ""
    try:
        for event in run:
            if isinstance(event, Step):
                steps.append((event.step, event.loss, event.accuracy, event.rate))
            elif isinstance(event, Score):
                scores.append((event.step, event.loss, event.accuracy))
    except DivergedError as error:
        message = str(error)
    training = last_epoch(steps, run.steps_per_epoch)
    return Outcome(spec.train.seed, tuple(scores), training, message)


def shortened(outcome: Outcome) -> Outcome:
    """With four digits and about ``MOST_POINTS`` points, the last of all among them."""
    every = -(-len(outcome.scores) // MOST_POINTS)
    kept = [*outcome.scores[:-1:every], *outcome.scores[-1:]]
    scores = tuple(
        (step, float(f"{loss:.4g}"), float(f"{right:.4g}")) for step, loss, right in kept
    )
    return replace(outcome, scores=scores, training=float(f"{outcome.training:.4g}"))


def main() -> None:
    """Record all of them."""
    found = {
        name: [
            [shortened(outcome_of(seeded(arm.spec, seed))) for seed in range(SEEDS)]
            for arm in experiment.arms
        ]
        for name, experiment in EXPERIMENTS.items()
    }
    write_experiments(found)
    record(
        FILE,
        what=f"The small experiments, recorded with {SEEDS} seeds each",
        source="trained by dlviz",
        licence="MIT",
        command=COMMAND,
    )
    for name, arms in found.items():
        for arm, outcomes in zip(EXPERIMENTS[name].arms, arms, strict=True):
            ended = ", ".join(f"{item.loss:.3f}/{item.accuracy:.3f}" for item in outcomes)
            print(f"{name}, {arm.title}: {ended}")


if __name__ == "__main__":
    main()
