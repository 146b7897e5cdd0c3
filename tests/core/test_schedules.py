"""Schedules against torch.optim.lr_scheduler."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.optim import SGD, Optimizer, lr_scheduler

from dlviz.core.schedules import SCHEDULE_RULES, rate_at
from dlviz.core.specs import SCHEDULES

BASE = 0.03

THEIRS: dict[str, Callable[[Optimizer, int], lr_scheduler.LRScheduler]] = {
    "constant": lambda o, _: lr_scheduler.ConstantLR(o, factor=1.0),
    "warm_up": lambda o, n: lr_scheduler.LinearLR(o, 0.1, 1.0, total_iters=n // 10),
    "step": lambda o, n: lr_scheduler.MultiStepLR(o, [n // 2, 3 * n // 4], gamma=0.1),
    "cosine": lambda o, n: lr_scheduler.CosineAnnealingLR(o, T_max=n),
    "one_cycle": lambda o, n: lr_scheduler.OneCycleLR(
        o, max_lr=BASE, total_steps=n, cycle_momentum=False
    ),
}


def test_every_schedule_of_the_specs_has_a_rule_and_words() -> None:
    assert tuple(SCHEDULE_RULES) == SCHEDULES
    assert set(THEIRS) == set(SCHEDULES)
    for rule in SCHEDULE_RULES.values():
        assert rule.title
        assert rule.explanation.endswith(".")


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("total", [40, 500])
def test_rates_are_those_of_torch(name: str, total: int) -> None:
    optimiser = SGD([torch.zeros(1)], lr=BASE)
    scheduler = THEIRS[name](optimiser, total)
    expected = []
    for _ in range(total):
        expected.append(float(optimiser.param_groups[0]["lr"]))
        optimiser.step()
        scheduler.step()
    mine = [rate_at(name, BASE, step, total) for step in range(total)]
    assert mine == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("total", [1, 2, 3, 4, 7])
def test_short_runs_have_rates_too(name: str, total: int) -> None:
    rates = [rate_at(name, BASE, step, total) for step in range(total)]
    assert all(0 < rate <= BASE for rate in rates)


@pytest.mark.parametrize("total", [1, 2, 3])
def test_steps_begin_at_the_rate_itself(total: int) -> None:
    assert rate_at("step", BASE, 0, total) == BASE


def test_a_constant_rate_is_the_very_number() -> None:
    assert rate_at("constant", 0.1 + 0.2, 17, 100) == 0.1 + 0.2
