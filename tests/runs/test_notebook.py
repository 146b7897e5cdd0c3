"""The notebook: locked, judged once, bounded, the visitor's own."""

from __future__ import annotations

import pytest

from dlviz.core.experiments import EXPERIMENTS, Outcome
from dlviz.core.predictions import Judgement, Prediction
from dlviz.runs.jobs import State
from dlviz.runs.notebook import MAX_ENTRIES, Notebook
from dlviz.runs.outcomes import outcome_of, outcomes_of
from dlviz.runs.visitors import Visitor
from tests.runs.test_records import record

ARMS = EXPERIMENTS["norm_small"].arms


def prediction(title: str = "t") -> Prediction:
    return Prediction(title, ARMS, 1, 1, 2.0, "why not")


def ended(share: float) -> tuple[Outcome, ...]:
    return (Outcome(0, ((1, 1.0, share),), 0),)


def test_an_entry_is_locked_with_its_time_and_judged_once() -> None:
    book = Notebook(clock=lambda: 5.0)
    entry = book.lock(prediction())
    assert (entry.made, entry.judgement) == (5.0, Judgement.OPEN)
    book.settle(entry.key, (ended(0.5), ended(0.9)))
    book.settle(entry.key, (ended(0.9), ended(0.5)), recorded=True)
    (kept,) = book.entries()
    assert kept.outcomes == (ended(0.5), ended(0.9))
    assert not kept.recorded
    assert kept.prediction == prediction()
    book.settle("nobody", ())
    book.remove(entry.key)
    book.remove(entry.key)
    assert book.entries() == []


def test_it_is_bounded_and_says_so() -> None:
    book = Notebook()
    for number in range(MAX_ENTRIES):
        book.lock(prediction(str(number)))
    with pytest.raises(ValueError, match="holds 20 predictions: delete one first"):
        book.lock(prediction())
    assert [entry.prediction.title for entry in book.entries()][:2] == ["0", "1"]


def test_every_visitor_has_a_book_of_their_own() -> None:
    one, other = Visitor("a"), Visitor("b")
    one.notebook.lock(prediction())
    assert not other.notebook.entries()


def test_only_runs_that_began_after_the_lock_and_came_to_an_end_count() -> None:
    spec = ARMS[0].spec
    kept = [
        record(spec, began=1.0),
        record(spec, began=3.0, scores=((9, 1.0, 0.7),)),
        record(spec, began=3.0, state=State.STOPPED),
        record(ARMS[1].spec, began=3.0),
        record(spec, began=4.0, state=State.FAILED, message="No number."),
    ]
    found = outcomes_of(kept, spec, since=2.0)
    assert [item.accuracy for item in found] == [0.7, 0.1]
    assert len(outcomes_of(kept, spec)) == 3


def test_an_outcome_has_the_last_epochs_training_accuracy() -> None:
    steps = tuple((step, 1.0, step / 10, 0.1) for step in range(1, 7))
    spec = ARMS[0].spec  # three epochs
    found = outcome_of(record(spec, steps=steps, total_steps=6))
    assert found.training == pytest.approx(0.55)
