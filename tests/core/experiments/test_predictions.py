"""Predictions are judged by the interval of the difference, in every case that there is."""

from __future__ import annotations

import pytest

from dlviz.core.experiments import EXPERIMENTS, Arm, Outcome, common_seeds
from dlviz.core.predictions import (
    MAX_WHY,
    TRIALS,
    Judgement,
    Prediction,
    apart,
    arms_of,
    as_much,
    judged,
    paired,
)
from dlviz.core.specs import RunSpec

PAIR = (Arm("a", RunSpec()), Arm("b", RunSpec()))
CLEAR = (0.50, 0.51, 0.52), (0.80, 0.81, 0.83)
NOISY = (0.50, 0.51, 0.52), (0.52, 0.50, 0.52)


def ended(*columns: tuple[float, ...]) -> list[list[Outcome]]:
    return [
        [Outcome(seed, ((1, 1.0, share),), 0) for seed, share in enumerate(shares)]
        for shares in columns
    ]


def prediction(winner: int | None = 1, points: float = 30.0, arms=PAIR, **more) -> Prediction:
    return Prediction(
        **{"title": "t", "seeds": 3, "why": "", **more}, arms=arms, winner=winner, points=points
    )


@pytest.mark.parametrize(
    ("columns", "winner", "judgement"),
    [
        (CLEAR, 1, Judgement.RIGHT),
        (CLEAR, 0, Judgement.WRONG),
        (CLEAR, None, Judgement.WRONG),
        (CLEAR[::-1], 0, Judgement.RIGHT),
        (NOISY, 1, Judgement.NOISE),
        (NOISY, 0, Judgement.NOISE),
        (NOISY, None, Judgement.RIGHT),
        (((0.5,), (0.9,)), 1, Judgement.NOISE),  # one run of each is an anecdote
        (((0.5,), (0.9,)), None, Judgement.NOISE),
    ],
)
def test_the_winner_is_judged(columns, winner, judgement) -> None:
    assert judged(prediction(winner), ended(*columns)) is judgement


def test_nothing_is_judged_before_it_has_come() -> None:
    assert judged(prediction(), ()) is Judgement.OPEN
    assert judged(prediction(), ended((), ())) is Judgement.OPEN


@pytest.mark.parametrize(
    ("shares", "points", "judgement"),
    [
        ((0.90, 0.91), 90.0, Judgement.RIGHT),
        ((0.90, 0.91), 92.0, Judgement.NOISE),  # the interval of two reaches from 84 to 97
        ((0.90, 0.91, 0.905), 93.0, Judgement.WRONG),
        ((0.90,), 91.0, Judgement.RIGHT),
        ((0.90,), 95.0, Judgement.WRONG),
    ],
)
def test_an_accuracy_is_judged(shares, points, judgement) -> None:
    assert judged(prediction(None, points, PAIR[:1]), ended(shares)) is judgement


def test_the_amount_is_held_against_the_interval() -> None:
    outcomes = ended(*CLEAR)
    middle = apart(outcomes).mean
    assert as_much(prediction(1, middle), outcomes)
    assert not as_much(prediction(1, 5.0), outcomes)
    assert as_much(prediction(0, middle), ended(*CLEAR[::-1]))
    assert not as_much(prediction(0, middle), outcomes)


def test_pairs_have_the_same_seeds_in_the_same_order() -> None:
    one, other = ended((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    found = paired([one[::-1], other[1:]])
    assert [[item.seed for item in each] for each in found] == [[1, 2], [1, 2]]
    assert common_seeds(found) == [1, 2]


@pytest.mark.parametrize("trial", TRIALS)
def test_a_prepared_pair_is_of_an_experiment(trial: str) -> None:
    name, _ = TRIALS[trial]
    assert trial not in EXPERIMENTS
    assert set(arms_of(trial)) <= set(EXPERIMENTS[name].arms)
    assert len(prediction(arms=arms_of(trial), seeds=5).series) == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"arms": ()},
        {"arms": PAIR * 2},
        {"winner": 2},
        {"seeds": 0},
        {"seeds": 6},
        {"points": -1.0},
        {"points": 101.0},
        {"points": float("nan")},
        {"why": "x" * (MAX_WHY + 1)},
    ],
)
def test_what_is_no_prediction_is_refused_in_a_sentence(wrong) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        prediction(**wrong)
