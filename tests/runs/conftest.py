"""Fixtures of the executor's conformance suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dlviz.runs.executor import ThreadExecutor

from .studio import EndOfTestError, Studio


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def start(studio: Studio) -> Iterator[Callable[..., ThreadExecutor]]:
    """``start(slots=1, max_jobs=64)`` → an executor that is closed after the test."""
    started: list[ThreadExecutor] = []

    def make(*, slots: int = 1, max_jobs: int = 64) -> ThreadExecutor:
        executor = ThreadExecutor(studio.make, slots=slots, max_jobs=max_jobs, on_end=studio.on_end)
        started.append(executor)
        return executor

    yield make
    for orders in list(studio.orders.values()):
        for _ in range(20):
            orders.put(EndOfTestError())
    for executor in started:
        executor.close()
