"""What a visitor's runs say to an experiment. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable

from dlviz.core.experiments import CLASSES, Outcome, last_epoch
from dlviz.core.specs import RunSpec
from dlviz.runs.jobs import State
from dlviz.runs.records import Record
from dlviz.runs.spec import same_but_for_seed


def outcome_of(record: Record) -> Outcome:
    """A run that came to its end, or to numbers that are none."""
    train = record.spec.train
    training = last_epoch(record.steps, record.total_steps / train.epochs)
    message = record.message or "failed" if record.state is State.FAILED else ""
    classes = len(record.confusion) or CLASSES  # not known where it was never judged
    return Outcome(train.seed, record.scores, training, message, classes)


def outcomes_of(
    records: Iterable[Record], spec: RunSpec, *, since: float = 0.0
) -> tuple[Outcome, ...]:
    """Of the runs of ``spec``, with any seed, that began at ``since`` or later; oldest first.

    Stopped ones are no result.
    """
    return tuple(
        outcome_of(record)
        for record in records
        if record.state in (State.DONE, State.FAILED)
        and record.began >= since
        and same_but_for_seed(record.spec, spec)
    )
