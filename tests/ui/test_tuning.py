"""What the training panel says of its numbers, and that it offers what the loop can do."""

from __future__ import annotations

import pytest

from dlviz.core.schedules import SCHEDULE_RULES
from dlviz.core.specs import SCHEDULES
from dlviz.core.training import OPTIMISERS
from dlviz.ui import tuning


def test_it_offers_every_optimiser_and_schedule() -> None:
    assert set(tuning.OPTIMISERS) == set(OPTIMISERS)
    assert tuple(SCHEDULE_RULES) == SCHEDULES


@pytest.mark.parametrize(("levels", "theirs"), [(80.0, "8.0"), (64.0, "6.4")])
def test_the_papers_radius_is_told_for_the_scale_of_the_input(levels: float, theirs: str) -> None:
    """A filter's answer w·x is the same where w is larger by as much as x is smaller."""
    for radius in (0.0, 3.0):
        words = tuning.radius_in_words(radius, levels)
        assert f"theirs would be {theirs}" in words
        assert f"Filter RMS {radius:g}" in words
