"""Fixtures of the executor's conformance suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.runs.contract import Executor
from dlviz.runs.executor import ThreadExecutor

from .studio import EndOfTestError, Studio

EXECUTORS: dict[str, Callable[..., Executor]] = {"threads": ThreadExecutor}


@pytest.fixture(params=EXECUTORS)
def new_executor(request: pytest.FixtureRequest) -> Callable[..., Executor]:
    """How to make the executor under test; another one is entered in ``EXECUTORS``."""
    return EXECUTORS[request.param]


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def start(
    studio: Studio, new_executor: Callable[..., Executor]
) -> Iterator[Callable[..., Executor]]:
    """``start(slots=1, max_jobs=64)`` → an executor that is closed after the test."""
    started: list[Executor] = []

    def make(*, slots: int = 1, max_jobs: int = 64) -> Executor:
        executor = new_executor(
            studio.make,
            slots=slots,
            max_jobs=max_jobs,
            on_end=studio.on_end,
            on_record=studio.on_record,
        )
        started.append(executor)
        return executor

    yield make
    for orders in list(studio.orders.values()):
        for _ in range(20):
            orders.put(EndOfTestError())
    for executor in started:
        executor.close()


@pytest.fixture
def small_data(monkeypatch: pytest.MonkeyPatch) -> ImageData:
    """300 pictures of 8×8, three classes that can be told apart, in place of every data set."""
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (300, 1, 8, 8), generator=generator, dtype=torch.uint8)
    labels = torch.randint(0, 3, (300,), generator=generator)
    pixels[labels == 1, :, :4] //= 4
    pixels[labels == 2, :, :, :4] //= 4
    train, test = (pixels[:200], labels[:200]), (pixels[200:], labels[200:])
    data = ImageData.of("stripes", ("plain", "dark above", "dark left"), train, test)
    for module in ("dlviz.runs.train", "dlviz.runs.training"):
        monkeypatch.setattr(f"{module}.data_for", lambda *_: data)
    return data
