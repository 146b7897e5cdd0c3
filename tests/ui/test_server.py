"""The server's own wiring, with real runs: where their results go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.runs.jobs import State
from dlviz.ui.server import Server, _server
from tests.runs.studio import until

ME = "A" * 22
NET = NetSpec((layer("flatten"), layer("dense")))
SPEC = RunSpec(NET, DataSpec(share=0.01), TrainSpec(epochs=1, learning_rate=0.03))


@pytest.fixture
def server() -> Iterator[Server]:
    server = _server.__wrapped__()
    yield server
    server.close()


def run(server: Server, *seeds: int) -> None:
    series = [replace(SPEC, train=replace(SPEC.train, seed=seed)) for seed in seeds]
    visitor = server.visitors.get(ME)
    visitor.job = server.executor.submit(ME, series, device="cpu")
    job = visitor.job
    until(lambda: server.executor.status(job).state is State.DONE, 30.0)


def test_a_run_has_a_place_and_a_series_has_one_for_its_best(server: Server) -> None:
    run(server, 0)
    run(server, 1, 2, 3)
    run(server, 4)
    visitor = server.visitors.get(ME)
    accuracies = [record.scores[-1][2] for record in visitor.records.entries()]
    assert len(accuracies) == 5
    kept = {entry.title: entry.accuracy for entry in visitor.shelf.entries()}
    assert kept == {
        "My digits net 1": accuracies[0],
        "My digits net 2, best of 3 seeds": max(accuracies[1:4]),
        "My digits net 3": accuracies[4],
    }
    assert len(set(accuracies)) > 1
