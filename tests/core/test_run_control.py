"""What steers a run: a hand on the learning rate, patience, the limit of filters."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch
from torch import nn

from dlviz.core.data import ImageData
from dlviz.core.snapshots import Score, Snapshot, is_logged
from dlviz.core.specs import (
    MAX_INTERVENTIONS,
    Intervention,
    NetSpec,
    RunSpec,
    SpecError,
    TrainSpec,
    layer,
)
from dlviz.core.training import Event, Run, Step, limit_filters
from dlviz.io.checkpoints import read_checkpoint, write_checkpoint
from tests.core.stripes import stripes

SPEC = RunSpec(
    NetSpec(
        (
            layer("conv", channels=4),
            layer("relu"),
            layer("flatten"),
            layer("dropout", p=0.2),
            layer("dense"),
        )
    ),
    train=TrainSpec(batch_size=20, epochs=3, schedule="cosine"),
)


def steps_of(spec: RunSpec, data: ImageData, changes: dict[int, float] | None = None) -> list[Step]:
    """The steps of a run in which the rate is set by hand right after the given steps."""
    found = []
    for event in (run := Run(spec, data)):
        if isinstance(event, Step):
            found.append(event)
            if changes and event.step in changes:
                run.change("learning_rate", changes[event.step])
    assert changes is None or run.spec.interventions == run.interventions
    return found


def test_a_change_by_hand_is_replayed_from_its_log() -> None:
    data, changes = stripes(), {4: 0.02, 5: 0.0001, 17: 0.01}
    by_hand = steps_of(SPEC, data, changes)
    log = tuple(Intervention(step, "learning_rate", rate) for step, rate in changes.items())
    assert steps_of(replace(SPEC, interventions=log), data) == by_hand
    untouched = steps_of(SPEC, data)
    assert by_hand[:4] == untouched[:4]
    assert by_hand[4].loss == untouched[4].loss  # the change acts with this update
    assert by_hand[5].loss != untouched[5].loss


def test_the_schedule_goes_on_from_the_changed_rate() -> None:
    data = stripes()
    plain = steps_of(SPEC, data)
    doubled = steps_of(SPEC, data, {10: 2 * SPEC.train.learning_rate})
    for before, after in zip(plain, doubled, strict=True):
        assert after.rate == pytest.approx(before.rate * (2 if after.step > 10 else 1))


def test_a_change_stands_in_the_log_before_a_later_one_of_the_spec() -> None:
    data = stripes()
    spec = replace(SPEC, interventions=(Intervention(20, "learning_rate", 0.001),))
    run = Run(spec, data)
    rates = {}
    for event in run:
        if isinstance(event, Step):
            rates[event.step] = event.rate
            if event.step == 8:
                run.change("learning_rate", 0.1)
    assert [item.step for item in run.interventions] == [8, 20]
    assert rates[9] > 10 * rates[8]
    assert rates[21] < 0.1 * rates[20]
    assert [event.rate for event in steps_of(run.spec, data)] == list(rates.values())
    *_, last = Run(run.spec, data)
    assert isinstance(last, Snapshot)
    assert RunSpec.from_json(last.spec.to_json()) == run.spec


def test_changes_from_another_thread_are_replayed_too() -> None:
    data = stripes()
    spec = replace(SPEC, train=replace(SPEC.train, epochs=20))
    run = Run(spec, data)
    begun, over = threading.Event(), threading.Event()

    def turn_the_knob() -> None:
        begun.wait(10)
        for number in range(20):
            run.change("learning_rate", 0.001 * (1 + number % 5))
            if over.wait(0.005):
                break

    hand = threading.Thread(target=turn_the_knob)
    hand.start()
    seen = []
    for event in run:
        begun.set()
        if isinstance(event, Step):
            seen.append(event)
    over.set()
    hand.join()
    assert len({item.step for item in run.interventions}) > 1
    assert steps_of(run.spec, data) == seen


@pytest.mark.parametrize(("name", "value"), [("momentum", 0.5), ("learning_rate", -1.0)])
def test_a_change_that_makes_no_sense_is_refused(name: str, value: float) -> None:
    run = Run(SPEC, stripes())
    with pytest.raises(SpecError):
        run.change(name, value)
    assert run.interventions == ()


def test_the_number_of_changes_is_limited() -> None:
    run = Run(SPEC, stripes())
    for _ in range(MAX_INTERVENTIONS):
        run.change("learning_rate", 0.01)
    with pytest.raises(SpecError, match=f"at most {MAX_INTERVENTIONS}"):
        run.change("learning_rate", 0.01)


def patient(patience: int, epochs: int) -> RunSpec:
    """A net that can only learn by heart, with a rate at which it soon does."""
    train = TrainSpec(batch_size=50, epochs=epochs, learning_rate=0.02, patience=patience)
    return RunSpec(
        NetSpec((layer("flatten"), layer("dense", units=64), layer("relu"), layer("dense"))),
        train=train,
    )


def scores_of(events: list[Event]) -> list[Score]:
    return [event for event in events if isinstance(event, Score)]


@pytest.mark.parametrize("patience", [1, 3])
def test_patience_ends_when_the_held_out_loss_was_not_lower_for_so_many_epochs(
    patience: int,
) -> None:
    data = stripes(random_labels=True)
    whole = list(Run(patient(0, 20), data))
    best = scores_of(whole)[0]
    for score in scores_of(whole):
        best = score if score.loss < best.loss else best
        if score.step - best.step >= 4 * patience:
            break
    run = Run(patient(patience, 20), data)
    events = list(run)
    assert run.stopped_early
    assert score.step <= run.step <= score.step + 1  # it is known one slice later
    steps = [event for event in events if isinstance(event, Step)]
    assert steps == [event for event in whole if isinstance(event, Step)][: run.step]
    last = events[-1]
    assert isinstance(last, Snapshot)
    assert last.step == run.step
    assert last.held_out == scores_of(events)[-1]
    assert last.held_out.step == run.step


@pytest.mark.parametrize(("batch_size", "end"), [(67, 4), (30, 8), (50, 5)])
def test_a_run_that_stops_early_has_one_snapshot_a_step_and_can_be_kept(
    batch_size: int, end: int
) -> None:
    """Also one that stops at 4 or 8, where there is a snapshot anyway."""
    spec = patient(1, 20)
    still = replace(spec.train, batch_size=batch_size, learning_rate=0.0)
    run = Run(replace(spec, train=still), stripes())
    shots = [event for event in run if isinstance(event, Snapshot)]
    assert run.stopped_early
    steps = [shot.step for shot in shots]
    assert steps == [*filter(is_logged, range(end)), end]
    assert [shot.step for shot in read_checkpoint(write_checkpoint(shots))] == steps


def test_a_run_that_gets_better_is_not_stopped() -> None:
    run = Run(replace(SPEC, train=replace(SPEC.train, patience=1)), stripes())
    list(run)
    assert not run.stopped_early
    assert run.step == run.total_steps


def test_patience_that_ends_with_the_run_did_not_stop_it() -> None:
    """One step an epoch, so that the last evaluation is the one that ends the patience."""
    data, spec = stripes(random_labels=True), patient(0, 40)
    scores = scores_of(list(Run(replace(spec, train=replace(spec.train, batch_size=200)), data)))
    lowest = min(scores, key=lambda score: score.loss).step
    ends = {lowest + 3: False, lowest + 10: True}
    for epochs, stopped in ends.items():
        train = replace(spec.train, batch_size=200, epochs=epochs, patience=3)
        run = Run(replace(spec, train=train), data)
        list(run)
        assert run.stopped_early is stopped


def test_limited_filters_are_those_of_torch_renorm() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 8, 5), nn.Sequential(nn.Conv2d(8, 4, 3)), nn.Linear(4, 2))
    kept = [value.detach().clone() for value in net.parameters()]
    radius = 0.06
    limit_filters(net, radius)
    for before, after in zip(kept, net.parameters(), strict=True):
        expected = before
        if before.ndim == 4:
            length = radius * before[0].numel() ** 0.5
            expected = torch.renorm(before, p=2, dim=0, maxnorm=length)
            assert not torch.equal(before, after)
        assert torch.allclose(after, expected, rtol=1e-5)


def test_filters_stay_within_the_radius_in_a_run() -> None:
    def largest(radius: float) -> list[float]:
        run = Run(replace(SPEC, train=replace(SPEC.train, filter_rms=radius)), stripes())
        filters = next(run.module.parameters())
        steps = (event for event in run if isinstance(event, Step))
        return [float(filters.detach().square().mean(dim=(1, 2, 3)).sqrt().max()) for _ in steps]

    assert max(largest(0.0)) > 0.4
    assert max(largest(0.4)) == pytest.approx(0.4)
