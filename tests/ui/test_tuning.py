"""What the training panel says of its numbers, and that it offers what the loop can do."""

from __future__ import annotations

import pytest

from dlviz.core.schedules import SCHEDULE_RULES
from dlviz.core.specs import ADVERSARIES, SCHEDULES, AdversarialSpec
from dlviz.core.training import OPTIMISERS
from dlviz.ui import hardening, tuning


def test_it_offers_every_optimiser_and_schedule() -> None:
    assert set(tuning.OPTIMISERS) == set(OPTIMISERS)
    assert tuple(SCHEDULE_RULES) == SCHEDULES
    assert tuple(hardening.TITLES) == ADVERSARIES


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (AdversarialSpec("fgsm", 8), "**Trained against FGSM, ε 8/255.** {} about 2 times as"),
        (AdversarialSpec("pgd", 26, 7), "against 7-step PGD, ε 26/255.** {} about 8 times as"),
    ],
)
def test_adversarial_training_is_told_with_its_price(spec: AdversarialSpec, told: str) -> None:
    """An attack's step is a pass there and back, like the step of the training itself."""
    rule = f"{hardening.RULE} A step takes"
    assert told.format(rule) in hardening.in_words(spec)


@pytest.mark.parametrize(("levels", "theirs"), [(80.0, "8.0"), (64.0, "6.4")])
def test_the_papers_radius_is_told_for_the_scale_of_the_input(levels: float, theirs: str) -> None:
    """A filter's answer w·x is the same where w is larger by as much as x is smaller."""
    for radius in (0.0, 3.0):
        words = tuning.radius_in_words(radius, levels)
        assert f"theirs would be {theirs}" in words
        assert f"Filter RMS {radius:g}" in words
