"""The order of the suite: what is quick and nearest to a mistake comes first."""

from __future__ import annotations

import os

# Before torch is there: a worker per core, each with threads for all cores, would wait for one
# another most of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The browser's driver keeps an event loop running in this thread until the end of the
    # session: tests with a loop of their own have to come before.
    items.sort(key=lambda item: "browser" in item.path.parts)
