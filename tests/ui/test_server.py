"""The server's own wiring, with real runs: where their results go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.runs.jobs import Command, State
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
    run(server, 2, 3, 1)
    run(server, 4)
    visitor = server.visitors.get(ME)
    records = visitor.records.entries()
    accuracies = [record.scores[-1][2] for record in records]
    best = max(range(1, 4), key=accuracies.__getitem__)
    assert best > 1  # so that the number of the series' first run would not do
    assert len(accuracies) == 5
    kept = {entry.title: entry.accuracy for entry in visitor.shelf.entries()}
    assert kept == {
        "My digits net 1": accuracies[0],
        f"My digits net {best + 1}, best of 3 seeds": accuracies[best],
        "My digits net 5": accuracies[4],
    }
    numbers = [record.title.partition(":")[0] for record in records]
    assert numbers == ["1", "2", "3", "4", "5"]
    assert len(set(accuracies)) > 1


def test_a_paused_run_keeps_others_out_where_memory_is_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each needs about 1.6 MB, and both together too much."""
    monkeypatch.setenv("DLVIZ_RUNS_GB", "0.003")
    server = _server.__wrapped__()
    other = "B" * 22
    try:
        first = server.executor.submit(ME, SPEC, device="cpu", paused=True)
        until(lambda: server.executor.status(first).total_steps > 0, 30.0)
        second = server.executor.submit(other, SPEC, device="cpu")
        until(lambda: server.executor.status(second).state is State.FAILED, 30.0)
        assert "paused ones too" in server.executor.status(second).message
        server.executor.control(first, Command.STOP)
        until(lambda: server.executor.status(first).state is State.STOPPED)
        third = server.executor.submit(other, SPEC, device="cpu")
        until(lambda: server.executor.status(third).state is State.DONE, 30.0)
    finally:
        server.close()
