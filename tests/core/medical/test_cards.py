"""The medical cards: every number of every text is worked out here, in its order."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from dlviz.core.lessons import Card
from dlviz.core.medical.bootstrap import drawn, paired_f1
from dlviz.core.medical.heads import sigmoid, softmax, teach
from dlviz.core.medical.readers import (
    Board,
    Duel,
    by_all,
    by_the_others,
    disagreement,
    duel,
    f1_of,
    read,
)
from dlviz.core.medical.remedies import learning
from dlviz.core.medical.screening import at_prevalence
from dlviz.core.medical.verdicts import Counts, counts_at
from dlviz.core.medical_cards import MEDICAL_CARDS
from dlviz.io.xray_features import cases
from tests.core.points.test_cards import as_written, numbers

SAMPLE = 6


@cache
def called(prevalence: float, threshold: float) -> Counts:
    train, test = cases("train"), cases("test")
    own = at_prevalence(train.findings[:, 0], 0.5, 800, seed=0)
    head = teach(train.features[own], train.findings[own, :1])
    seen = at_prevalence(test.findings[:, 0], prevalence, 800, seed=SAMPLE)
    return counts_at(head(test.features[seen])[:, 0], test.findings[seen, 0], threshold)


def rare(_: Card) -> tuple[list[float], list[float]]:
    half, few = called(0.5, 0.5), called(0.02, 0.5)
    per_ill = float((few.tn + few.fp)[0] / (few.tp + few.fn)[0])
    of_hundred = [100 * float(one.precision[0]) for one in (half, few)]
    recall = [float(one.recall[0]) for one in (half, few)]
    return [100, of_hundred[0], 2, 100], [of_hundred[1], 100, *recall, per_ill]


def price(_: Card) -> tuple[list[float], list[float]]:
    half, low = called(0.5, 0.5), called(0.5, 0.23)
    assert low.fp[0] > 200
    first = [half.tp[0], 400, half.fp[0], low.tp[0], 0.23]
    return first, [low.fp[0], 400]


def imbalance(_: Card) -> tuple[list[float], list[float]]:
    train, test = cases("train"), cases("test")
    ill = train.findings[:, 0]
    own = at_prevalence(ill, 0.1, 600, seed=0)
    seen = at_prevalence(test.findings[:, 0], 0.1, 800, seed=SAMPLE)
    truth = test.findings[seen, 0]
    plain, weighted = (
        learning(train.features[own], ill[own], test.features[seen], truth, weighted=one)[-1]
        for one in (False, True)
    )
    moved = plain.threshold
    found = [
        counts_at(moment.scores, truth, at).tp[0]
        for moment, at in ((plain, 0.5), (weighted, 0.5), (plain, moved))
    ]
    ends = [plain.f1(truth, moved), weighted.f1(truth, 0.5)]
    return [truth.sum(), 0.5], [*found[:2], moved, found[2], *ends]


def three(_: Card) -> tuple[list[float], list[float]]:
    train, test = cases("train"), cases("test")
    logits = teach(train.features, train.findings).logits(test.features[178])
    there = test.findings[178]
    assert there.sum() == 3
    assert softmax(logits)[there].max() < 0.5
    return [], [1, *softmax(logits)[there], *sigmoid(logits)[there]]


def overlap(card: Card) -> tuple[list[float], list[float]]:
    often = drawn(420, seed=0)
    place = int(card.then["alike"])
    alone, alike = (paired_f1(*duel(Duel(), alike, seed=1), often) for alike in (0.0, place / 20))
    for pair in (alone, alike):
        (_, high), (low, _) = pair.intervals.T
        assert low < high
    return [0], [*alone.paired, *alike.paired, 0]


def judges(_: Card) -> tuple[list[float], list[float]]:
    alone, shared = ([read(Board(shared=one), 0.86, seed=seed) for seed in range(20)]
                     for one in (0.0, 0.6))  # fmt: skip
    assert all((program == truth).all() for _, program, truth in alone)

    def mean(values: list[float]) -> float:
        return float(np.mean(values))

    differ = 100 * mean([disagreement(calls) for calls, _, _ in alone])
    by_readers = mean([by_all(calls, program) for calls, program, _ in alone])
    others = [mean([by_the_others(calls).mean() for calls, _, _ in sets])
              for sets in (alone, shared)]  # fmt: skip
    known = mean([f1_of(calls, truth).mean() for calls, _, truth in shared])
    assert by_readers == pytest.approx(mean([f1_of(c, t).mean() for c, _, t in alone]))
    return [differ], [by_readers, others[0], 60, others[1], known]


FACTS = {"rare": rare, "price": price, "imbalance": imbalance, "softmax": three,
         "overlap": overlap, "judges": judges}  # fmt: skip


@pytest.mark.parametrize("name", MEDICAL_CARDS)
def test_every_number_is_what_comes_out(name: str) -> None:
    card = MEDICAL_CARDS[name]
    for text, values in zip((card.question, card.answer), FACTS[name](card), strict=True):
        found = numbers(text)
        assert found == [as_written(float(v), n) for v, n in zip(values, found, strict=True)]


@pytest.mark.parametrize("name", MEDICAL_CARDS)
def test_a_card_fits_its_row(name: str) -> None:
    card = MEDICAL_CARDS[name]
    assert 1 <= len(card.title.split()) <= 3
    assert "Predict:" in card.question
    assert len(card.title + card.question) <= 190
    assert len(card.answer) <= 175
    assert bool(card.then) == bool(card.then_label)
    assert len(card.then_label) <= 20
