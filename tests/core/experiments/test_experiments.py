"""The small experiments: what differs, what is shared, and that the recorded runs are theirs."""

from __future__ import annotations

import math

import pytest

from dlviz.core.experiments import (
    EXPERIMENTS,
    SEEDS,
    Outcome,
    at_seeds,
    common_seeds,
    last_epoch,
    seeded,
)
from dlviz.io.experiments import read_experiments
from dlviz.runs.compare import differing
from dlviz.runs.record_experiments import outcome_of, shortened
from tests.runs.test_records import record

EVERY = pytest.mark.parametrize("name", EXPERIMENTS)


@EVERY
def test_the_arms_differ_in_one_setting(name: str) -> None:
    arms = EXPERIMENTS[name].arms
    assert len({arm.spec for arm in arms}) == len(arms)
    for arm in arms[1:]:
        rows = differing([record(arms[0].spec), record(arm.spec)])
        layers = [row for row in rows if row.setting.startswith("layer ")]
        assert len(layers) == len(rows), "only the network differs"
        if name == "dropout":
            assert {row.values for row in rows} == {("dropout, p 0", "dropout, p 0.5")}
        if name == "initialisation":
            std = arm.title.removeprefix("σ = ")
            assert all(f"init std {std}" in row.values[1] for row in rows)
        if name.startswith("norm"):
            kinds = [[layer.kind for layer in each.spec.net.layers] for each in arms]
            assert kinds[0] == [kind for kind in kinds[1] if kind != "batch_norm"]


@EVERY
def test_a_series_has_every_arm_with_every_seed_in_pairs(name: str) -> None:
    arms, series = EXPERIMENTS[name].arms, EXPERIMENTS[name].series()
    assert len(series) == SEEDS * len(arms) <= 20  # what the executor takes
    assert [spec.train.seed for spec in series] == sorted(spec.train.seed for spec in series)
    assert set(series) == {seeded(arm.spec, seed) for arm in arms for seed in range(SEEDS)}


@EVERY
def test_five_seeds_of_every_arm_are_recorded(name: str) -> None:
    found = read_experiments()[name]
    assert len(found) == len(EXPERIMENTS[name].arms)
    assert all([item.seed for item in outcomes] == list(range(SEEDS)) for outcomes in found)


def test_the_recorded_runs_are_what_training_gives() -> None:
    """Batch norm's arms are the quickest; on another processor the last digits may differ."""
    kept = read_experiments()["norm_small"][1][3]
    again = shortened(outcome_of(seeded(EXPERIMENTS["norm_small"].arms[1].spec, 3)))
    assert again.accuracy == pytest.approx(kept.accuracy, abs=0.02)
    assert [score[0] for score in again.scores] == [score[0] for score in kept.scores]


def test_a_net_of_no_numbers_counts_as_one_that_guesses() -> None:
    lost = Outcome(0, ((10, 1.0, 0.7),), 0.5, "The loss stopped being a number.")
    assert lost.accuracy == 0.1
    assert lost.loss == pytest.approx(math.log(10))
    fine = Outcome(0, ((10, 1.0, 0.7),), 0.5)
    assert (fine.value("loss"), fine.value("accuracy")) == (1.0, 70.0)


def test_pairs_are_made_of_the_seeds_that_both_have() -> None:
    one = [Outcome(seed, ((1, 1.0, seed / 10),), 0) for seed in (2, 0, 1)]
    other = [Outcome(seed, (), 0) for seed in (1, 3, 2)]
    assert common_seeds([one, other]) == [1, 2]
    assert [item.seed for item in at_seeds(one, [1, 2])] == [1, 2]
    assert common_seeds([]) == []


def test_the_last_epoch_is_the_last_steps() -> None:
    steps = [(step, 1.0, step / 10, 0.1) for step in range(1, 9)]
    assert last_epoch(steps, 4) == pytest.approx((0.5 + 0.6 + 0.7 + 0.8) / 4)
    assert last_epoch([], 4) == 0
