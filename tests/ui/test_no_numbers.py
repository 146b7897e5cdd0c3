"""A training that ends with weights that are no numbers: the shelf, the records and the hint."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.runs.jobs import Command, State, Status
from dlviz.runs.shelf import Shelf, ShelfError
from dlviz.ui import training as training_module
from dlviz.ui.scrub import is_broken
from dlviz.ui.server import Server
from tests.runs.studio import until
from tests.runs.test_shelf import run_of

ME = "A" * 22
# Twenty layers that multiply by about 80 each: the first loss is a number still, its gradient not.
VAST = [layer("dense", units=64, init_std=10.0) for _ in range(19)]
WILD = RunSpec(
    NetSpec((layer("flatten"), *VAST, layer("dense", init_std=10.0))),
    DataSpec(share=0.01),
    TrainSpec("sgd", 100.0, momentum=0.0, batch_size=81, epochs=1),
)
GOOD = RunSpec(NetSpec((layer("flatten"), layer("dense"))), WILD.data, TrainSpec(epochs=1))


def ended(server: Server, *series: RunSpec) -> Status:
    visitor = server.visitors.get(ME)
    job = visitor.job = server.executor.submit(ME, series, device="cpu")
    until(lambda: server.executor.status(job).state.final, 30.0)
    return server.executor.status(job)


def stopped(server: Server, spec: RunSpec) -> Status:
    """After its first step."""
    visitor = server.visitors.get(ME)
    job = visitor.job = server.executor.submit(ME, spec, device="cpu", paused=True)
    until(lambda: server.executor.status(job).state is State.PAUSED, 30.0)
    server.executor.control(job, Command.STEP)
    until(lambda: server.executor.status(job).step == 1, 30.0)
    server.executor.control(job, Command.STOP)
    until(lambda: server.executor.status(job).state.final, 30.0)
    return server.executor.status(job)


def hint(status: Status) -> str:
    return training_module._hint(status, SimpleNamespace(spec=status.spec))


def test_a_run_that_ends_so_has_failed_and_leaves_no_model(real_server: Server) -> None:
    status = ended(real_server, WILD)
    assert status.state is State.FAILED
    assert "ended with weights or a held-out loss that are no numbers" in status.message
    assert status.step == 1
    visitor = real_server.visitors.get(ME)
    assert not visitor.shelf.entries()
    (record,) = visitor.records.entries()
    assert record.state is State.FAILED
    assert record.message == status.message
    assert "shelf" not in hint(status)


def test_in_a_series_only_the_others_are_compared_for_the_shelf(real_server: Server) -> None:
    status = ended(real_server, WILD, GOOD)
    assert status.state is State.DONE
    (entry,) = real_server.visitors.get(ME).shelf.entries()
    assert entry.spec == GOOD
    assert entry.series
    assert entry.series.seeds == {GOOD.train.seed}


def test_what_is_stopped_too_late_does_not_go_to_the_shelf_and_the_page_says_so(
    real_server: Server,
) -> None:
    status = stopped(real_server, replace(WILD, train=replace(WILD.train, epochs=9)))
    assert status.state is State.STOPPED
    visitor = real_server.visitors.get(ME)
    assert not visitor.shelf.entries()
    assert "no numbers any more, so it did not go to your shelf" in hint(status)
    assert is_broken(status.job)


def test_what_is_stopped_in_time_does(real_server: Server) -> None:
    status = stopped(real_server, GOOD)
    assert status.state is State.STOPPED
    assert len(real_server.visitors.get(ME).shelf.entries()) == 1
    assert hint(status) == "Stopped: the model as it is now is on your shelf below."
    assert not is_broken(status.job)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_the_shelf_itself_refuses_it(bad: float) -> None:
    shelf, (spec, snapshots) = Shelf(), run_of()
    broken = {name: value.clone() for name, value in snapshots[-1].weights.items()}
    list(broken.values())[-1].view(-1)[0] = bad
    last = replace(snapshots[-1], weights=broken)
    with pytest.raises(ShelfError, match="the shelf takes no such model"):
        shelf.add(spec, [snapshots[0], last])
    with pytest.raises(ShelfError):
        shelf.add_best("a series", spec, [last])
    assert not shelf.entries()
