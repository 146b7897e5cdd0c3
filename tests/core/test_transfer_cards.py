"""The transfer page's cards: short, for controls that there are, and true to the digit."""

from __future__ import annotations

import pytest

from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.transfer_cards import TRANSFER_CARDS
from dlviz.core.transfer_learning import run as run_of
from dlviz.core.transfer_learning import study
from dlviz.core.transfer_learning.nets import lower_maps
from dlviz.core.transfer_learning.run import MAX_EACH, MIN_EACH, TransferRun
from dlviz.core.transfer_learning.study import (
    MAX_SECONDS,
    MOST_SEEDS,
    SCRATCH,
    TRANSFER,
    ScratchStudy,
    ends_of,
    measured_of,
)
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import TASKS, load_task

LIMITS = {
    "each": (MIN_EACH, MAX_EACH),
    "seconds": (1, MAX_SECONDS),
    "seeds": (1, MOST_SEEDS),
    "seed": (0, 99),
}


@pytest.mark.parametrize("card", TRANSFER_CARDS.values(), ids=list(TRANSFER_CARDS))
def test_cards_are_short_and_set_what_there_is(card) -> None:
    assert len(card.question) <= 190
    assert len(card.answer) <= 190
    for key, value in {**card.settings, **card.then}.items():
        if key in LIMITS:
            assert LIMITS[key][0] <= int(value) <= LIMITS[key][1]
        elif key == "pictures":
            assert value in TASKS
        else:
            assert (key, value) == ("step", "scratch")


def counted(task: str, each: int, seed: int) -> tuple[int, int, list[int]]:
    """Right of 200 before and after the last block learnt, too, and after by class."""
    data = load_task(task)
    settings = (("each", each), ("tuned", 4), ("side", 96), ("weights", False))
    run = TransferRun(
        TaughtSpec("transfer", TaughtTrain(3e-4, 12, seed), settings),
        load_model("mobilenet_v2"),
        data,
    )
    list(run)
    learnt = run.trained()
    right = {name: learnt[name].argmax(dim=1) == data.test_labels for name in ("before", "answers")}
    after = [int(right["answers"][data.test_labels == k].sum()) for k in range(len(data.classes))]
    return int(right["before"].sum()), sum(after), after


@pytest.fixture
def looked_at_once(monkeypatch) -> None:
    """The held-out pictures go through the frozen base once for all runs of a task."""
    kept = {}

    def shared(base, pixels, side):
        key = (pixels.data_ptr(), side)
        if key not in kept:
            kept[key] = lower_maps(base, pixels, side), pixels  # kept, so its place stays taken
        return kept[key][0]

    monkeypatch.setattr(run_of, "lower_maps", shared)


@pytest.mark.acceptance
@pytest.mark.usefixtures("looked_at_once")
def test_what_the_slides_cards_say() -> None:
    before, after, _ = counted("creatures", 10, 0)
    assert f"the head alone has {before}, with the last block {after}: 94 %" in (
        TRANSFER_CARDS["eight"].answer
    )
    assert round(after / 200, 2) == 0.94
    pairs = [counted("cat_fox", 2, seed)[:2] for seed in range(5)]
    (first, then), *others = pairs
    told = "; ".join(f"{a}, {b}" for a, b in others)
    assert f"{first} right before, {then} after; {told}." in TRANSFER_CARDS["two"].answer
    assert all(b >= a for a, b, _ in (counted("cat_fox", 10, seed) for seed in range(5)))
    _, total, by_class = counted("crops", 10, 0)
    assert f"With seed 0, {total}." in TRANSFER_CARDS["halves"].answer
    parts = dict(zip(TASKS["crops"].classes, by_class, strict=True))
    assert (parts["rocket"], parts["stars"], parts["brick"]) == (25, 25, 25)
    assert f"grass and sky, {parts['camera']}." in TRANSFER_CARDS["halves"].answer


@pytest.mark.acceptance
def test_five_seconds_from_scratch_are_next_to_nothing(monkeypatch) -> None:
    monkeypatch.setattr(study, "SLICES", 1)  # what is asked in between takes time of its own
    settings = (("each", 10), ("seconds", 5), ("side", 96), ("scratch_rate", 3e-3))
    made = ScratchStudy(
        TaughtSpec("scratch", TaughtTrain(3e-4, 1), settings),
        load_model("mobilenet_v2"),
        load_task("creatures"),
    )
    list(made)
    found = measured_of(made.trained()["measured"])
    assert max(ends_of(found, SCRATCH, 5.0)) <= 0.3  # seconds are the machine's
    assert min(ends_of(found, TRANSFER, 5.0)) >= 0.9
