"""The order of the suite: long files first, and last what needs a browser."""

from __future__ import annotations

import os
from collections import Counter

# Before torch is there: a worker per core, each with threads for all cores, would wait for one
# another most of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

# The files whose tests are few and long, the longest first: a worker that begins one late would
# keep the others waiting at the end. Of all others, those with the most tests come first.
LONGEST = (
    "tests/acceptance/test_trainings.py",
    "tests/runs/test_babysitter_trainings.py",
    "tests/core/points/test_cards.py",
    "tests/core/points/test_restarts.py",
    "tests/core/points/test_presets.py",
    "tests/core/test_rate_finder.py",
    "tests/ui/test_filter_cards.py",
    "tests/ui/test_rerun_latency.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tests = Counter(item.path for item in items)

    def order(item: pytest.Item) -> tuple[bool, int, int]:
        name = item.path.relative_to(config.rootpath).as_posix()
        rank = LONGEST.index(name) if name in LONGEST else len(LONGEST)
        # The browser's driver keeps an event loop running in this thread until the end of the
        # session: tests with a loop of their own have to come before.
        return "browser" in item.path.parts, rank, -tests[item.path]

    items.sort(key=order)
