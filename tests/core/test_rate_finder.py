"""The rate finder against a plain loop, NumPy's means and curves with a known steepest point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Generator, nn
from torch.nn import functional as F

from dlviz.core.networks import PRESETS
from dlviz.core.rate_finder import BLOWN_UP, MEMORY, RatePoint, find_rate, suggest
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import Intervention, NetSpec, RunSpec, SpecError, TrainSpec, layer
from dlviz.core.training import Run
from dlviz.io.datasets import load_data
from tests.core.stripes import stripes

SPEC = RunSpec(
    NetSpec((layer("flatten"), layer("dense", units=10), layer("relu"), layer("dense"))),
    train=TrainSpec(optimiser="sgd", batch_size=30, seed=5, schedule="cosine", epochs=1),
    interventions=(Intervention(3, "learning_rate", 50.0),),
)


def plain_losses(rates: np.ndarray) -> list[float]:
    data = stripes()
    drawing = Generator().manual_seed(5)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.ReLU(), nn.Linear(10, 3))
    nn.init.kaiming_normal_(net[1].weight, nonlinearity="relu", generator=drawing)
    nn.init.normal_(net[3].weight, std=0.01, generator=drawing)
    for module in (net[1], net[3]):
        nn.init.zeros_(module.bias)
    images = (data.train[0] - torch.tensor(data.mean)) / torch.tensor(data.std)
    order = Generator().manual_seed(6)
    batches = [batch for _ in range(20) for batch in torch.randperm(200, generator=order).split(30)]
    optimiser = torch.optim.SGD(net.parameters(), lr=1.0, momentum=0.9)
    losses = []
    for batch, rate in zip(batches, rates, strict=False):
        optimiser.param_groups[0]["lr"] = float(rate)
        loss = F.cross_entropy(net(images[batch]), data.train[1][batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def test_points_are_those_of_a_plain_loop_with_growing_rates() -> None:
    points = list(find_rate(SPEC, stripes(), steps=60, low=1e-5, high=0.1))
    rates = np.geomspace(1e-5, 0.1, 60)
    assert [point.step for point in points] == list(range(60))
    assert [point.rate for point in points] == pytest.approx(list(rates))
    assert [point.loss for point in points] == pytest.approx(plain_losses(rates), rel=1e-4)
    losses = np.array([point.loss for point in points])
    for number in (0, 1, 7, 59):
        weights = MEMORY ** np.arange(number, -1.0, -1.0)
        mean = np.average(losses[: number + 1], weights=weights)
        assert points[number].smooth == pytest.approx(mean)
    assert points == list(find_rate(SPEC, stripes(), steps=60, low=1e-5, high=0.1))


def test_it_ends_when_the_loss_blows_up() -> None:
    points = list(find_rate(SPEC, stripes(), high=100.0))
    assert 20 < len(points) < 100
    smooth = np.array([point.smooth for point in points])
    within = smooth <= BLOWN_UP * np.minimum.accumulate(smooth)
    assert within[:-1].all()
    assert not within[-1]


def test_it_ends_quietly_where_the_loss_is_no_number() -> None:
    bright = replace(SPEC, train=replace(SPEC.train, batch_size=200))
    points = list(find_rate(bright, stripes(), steps=30, low=1e30, high=1e38))
    assert len(points) < 30
    assert all(np.isfinite(point.loss) for point in points)


@pytest.mark.parametrize("wrong", [{"steps": 1}, {"low": 0.0}, {"low": 1.0, "high": 0.1}])
def test_an_empty_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SpecError, match="rate finder needs"):
        list(find_rate(SPEC, stripes(), **wrong))


def curve(smooth: np.ndarray) -> list[RatePoint]:
    rates = np.geomspace(1e-6, 10, len(smooth))
    both = zip(rates, smooth, strict=True)
    return [RatePoint(n, float(rate), float(s), float(s)) for n, (rate, s) in enumerate(both)]


@pytest.mark.parametrize("steepest", [1e-4, 1e-2, 0.5])
def test_the_suggestion_is_the_steepest_descent(steepest: float) -> None:
    """A falling sigmoid in log rate is steepest in its middle; behind its foot it explodes."""
    x = np.log(np.geomspace(1e-6, 10, 100))
    falling = 2.3 - 1.5 / (1 + np.exp(-(x - np.log(steepest)) * 2))
    exploding = np.exp(np.clip((x - np.log(steepest) - 3) * 4, -50, 5))
    suggested = suggest(curve(falling + exploding))
    assert suggested == pytest.approx(steepest, rel=0.2)


@pytest.mark.parametrize(
    "smooth",
    [np.full(100, 2.3), np.linspace(2.3, 9.0, 100), 2.3 - np.linspace(0, 0.02, 100), np.ones(6)],
    ids=["flat", "rising", "hardly falling", "too few"],
)
def test_no_suggestion_where_nothing_falls(smooth: np.ndarray) -> None:
    assert suggest(curve(smooth)) is None


@pytest.mark.acceptance
@pytest.mark.parametrize("name", ["digits", "clothes", "logistic"])
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_a_suggested_rate_learns_better_than_ones_far_from_it(name: str, optimiser: str) -> None:
    """One epoch with the suggestion, with a thirtieth of it and with thirty times it."""
    spec = PRESETS[name].spec
    spec = replace(spec, train=replace(spec.train, optimiser=optimiser, epochs=1))
    data = load_data(spec.data.name)
    suggested = suggest(list(find_rate(spec, data)))
    assert suggested is not None

    def accuracy(rate: float) -> float:
        *_, last = Run(replace(spec, train=replace(spec.train, learning_rate=rate)), data)
        assert isinstance(last, Snapshot)
        assert last.held_out is not None
        return last.held_out.accuracy

    good = accuracy(suggested)
    assert good > accuracy(suggested / 30)
    assert good > accuracy(suggested * 30)
