"""The cards of “experiments”: every number of an answer is worked out from the recorded runs."""

from __future__ import annotations

import pytest

from dlviz.core.checklist import Seen, Sight, checklist
from dlviz.core.experiments import EXPERIMENTS, Outcome
from dlviz.core.experiments_cards import EXPERIMENTS_CARDS
from dlviz.core.seeds import difference, interval
from dlviz.io.experiments import read_experiments
from dlviz.runs.cases import recorded_case
from tests.core.points.test_cards import as_written, numbers


def ends(name: str, arm: int, measure: str) -> list[float]:
    found: tuple[Outcome, ...] = read_experiments()[name][arm]
    return [item.value(measure) for item in found]


def answer(name: str) -> str:
    return EXPERIMENTS_CARDS[name].answer


def test_dropout_lowers_the_loss_and_not_the_errors() -> None:
    loss = difference(ends("dropout", 1, "loss"), ends("dropout", 0, "loss"))
    right = difference(ends("dropout", 1, "accuracy"), ends("dropout", 0, "accuracy"))
    said = numbers(answer("worth"))
    assert f"{-loss.mean:.3f}" == "0.325"
    assert f"{-loss.high:.3f}" == "0.235"
    assert (f"{right.mean:.1f}", f"{right.low:.1f}", f"{right.high:.1f}") == ("0.3", "-1.4", "2.0")
    assert (loss.sign, right.sign) == (-1, 0)
    assert {0.325, 0.235, 0.3, 2.0} <= set(map(float, map(str, said)))


def test_one_run_is_an_anecdote() -> None:
    apart = [
        b - a
        for a, b in zip(ends("dropout", 0, "accuracy"), ends("dropout", 1, "accuracy"), strict=True)
    ]
    assert sum(each > 0 for each in apart) == 3
    assert as_written(apart[0], "0.5") == "0.5"
    assert apart[3] == pytest.approx(min(apart))
    assert apart[1] == pytest.approx(max(apart))
    assert f"{-apart[3]:.1f}" in answer("anecdote")
    assert f"{apart[1]:.1f}" in answer("anecdote")


def test_large_steps() -> None:
    for name, arm, text in (
        ("norm_large", 0, "10.5"),
        ("norm_large", 1, "94.6"),
        ("norm_small", 0, "93.3"),
        ("norm_small", 1, "93.8"),
    ):
        mean = interval(ends(name, arm, "accuracy")).mean
        assert abs(mean - float(text)) < 0.06
        assert text in answer("large_step")
    small = difference(ends("norm_small", 1, "accuracy"), ends("norm_small", 0, "accuracy"))
    assert small.sign == 0
    assert f"{small.mean:.1f}" == "0.4"
    assert f"{small.low:.2f}" == "-0.02"
    assert f"{small.high:.2f}" == "0.86"
    assert "−0.02 to +0.86" in answer("predict")
    assert EXPERIMENTS["norm_large"].arms[0].spec.train.learning_rate == 0.15


def test_where_a_deep_net_starts() -> None:
    he, tiny, large = (ends("initialisation", arm, "accuracy") for arm in range(3))
    assert {round(each) for each in tiny} == {11}
    assert (round(min(large)), round(max(large))) == (11, 75)
    assert round(sum(he) / 5) == 92
    assert all(abs(each - 92) < 1.5 for each in he)


def test_symptom_and_cause() -> None:
    case = recorded_case("trouble-vanishing")
    found = checklist(Seen(case.log, (), case.noted))
    look = [place for place, point in enumerate(found, start=1) if point.sight is Sight.LOOK]
    assert look == [2, 4, 6, 7]
    assert "1/649" in found[3].sentence
    assert "1/649" in answer("cause")
    rows = case.log.verdict.confusion if case.log.verdict else ()
    assert sum(any(row[column] for row in rows) for column in range(10)) == 1  # one class only


def test_the_cards_are_few_and_each_sets_a_view() -> None:
    assert 4 <= len(EXPERIMENTS_CARDS) <= 6
    for item in EXPERIMENTS_CARDS.values():
        assert item.settings
