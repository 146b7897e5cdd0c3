"""The cards' answers: every number in them is trained for here, in the order of the text."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from dlviz.core.events import Score, Step
from dlviz.core.lessons import Card
from dlviz.core.points.cards import POINT_CARDS
from dlviz.core.points.restarts import from_start, restarts
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsSpec
from tests.core.points.card_settings import spec_of

SEEDS = range(5)


def numbers(text: str) -> list[str]:
    """Every number of a text as it is written, a minus as "-", thousands joined."""
    found = re.findall(r"(?<![\w.])−?[0-9]+(?:\u202f[0-9]{3})*(?:\.[0-9]+)?", text)
    return [item.replace("−", "-").replace("\u202f", "") for item in found]


def as_written(value: float, text: str) -> str:
    """The value with as many decimals as the text has."""
    decimals = len(text.partition(".")[2])
    return f"{value:.{decimals}f}"


class Trained:
    """A spec, trained to its end."""

    def __init__(self, spec: PointsSpec, seed: int | None = None) -> None:
        if seed is not None:
            spec = replace(spec, train=replace(spec.train, seed=seed))
        self.run = PointsRun(spec)
        events = list(self.run)
        self.steps = [item for item in events if isinstance(item, Step)]
        self.scores = [item for item in events if isinstance(item, Score)]
        self.first, self.last = self.scores[0], self.scores[-1]

    @property
    def training(self) -> tuple[float, float]:
        """Loss, and the share that is right, of the training points."""
        trace = self.run.network.forward(self.run.train[0])
        loss, _ = self.run.loss.of(trace.outputs, self.run.train[1])
        return loss, np.mean(self.run.loss.predict(trace.outputs) == self.run.train[1])


def over_seeds(spec: PointsSpec) -> list[Trained]:
    return [Trained(spec, seed) for seed in SEEDS]


def right(trained: list[Trained]) -> float:
    """Mean held-out accuracy in percent."""
    return 100 * float(np.mean([item.last.accuracy for item in trained]))


def cost(trained: list[Trained]) -> float:
    return float(np.mean([item.last.loss for item in trained]))


def line(card: Card) -> list[float]:
    one = Trained(spec_of(card))
    early = Trained(spec_of(card, epochs="1")).run.network.layers[0]
    late = one.run.network.layers[0]
    assert one.scores[1].accuracy == 1.0 == one.last.accuracy
    assert np.linalg.norm(late.w) > 1.3 * np.linalg.norm(early.w)
    losses = [score.loss for score in one.scores]
    assert losses == sorted(losses, reverse=True)
    return [one.scores[1].count, one.scores[1].loss, one.last.loss]


def perceptron(card: Card) -> list[float]:
    one = Trained(spec_of(card))
    assert one.first.accuracy == 0
    early = PointsRun(spec_of(card))
    outputs = early.network.forward(early.train[0]).outputs
    assert np.mean(early.loss.predict(outputs) != early.train[1]) == 1
    assert one.run.stopped_early
    assert one.run.step == 2 * 210
    assert not any(step.loss for step in one.steps[210:])
    assert min(step.loss for step in Trained(spec_of(card, rule="gradient")).steps) > 0
    return [one.run.mistakes]


def xor(card: Card) -> list[float]:
    one, descent = Trained(spec_of(card)), Trained(spec_of(card, then=True))
    assert not one.run.stopped_early
    clouds = np.array([(1, 1), (-1, -1), (1, -1), (-1, 1)])
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    best = 0
    for shift in np.linspace(-2, 2, 81):
        sides = clouds @ np.array([np.cos(angles), np.sin(angles)]) + shift > 0
        best = max(best, int((sides == np.array([[0], [0], [1], [1]])).sum(axis=0).max()))
    loss, _ = descent.training
    # it rests: another hundred epochs move it nowhere
    longer = Trained(spec_of(card, then=True, epochs="200"))
    assert longer.training[0] == pytest.approx(loss, abs=2e-3)
    return [best, 4, 100, 210, one.run.mistakes, loss, 2, math.log(2)]


def features(card: Card) -> list[float]:
    one = Trained(spec_of(card))
    w = one.run.network.layers[0].w[0]
    assert one.scores[1].accuracy == one.last.accuracy == 1.0
    assert np.abs(w[:2]).max() < 0.3
    return [100 * one.scores[1].accuracy, 1, w[2], 0.3]


def too_fast(card: Card) -> list[float]:
    high, low = Trained(spec_of(card)), Trained(spec_of(card, then=True))
    x = np.column_stack([high.run.train[0], np.ones(len(high.run.train[0]))])
    curvature = float(np.linalg.eigvalsh(x.T @ x / len(x)).max())
    losses = [step.loss for step in high.steps]
    assert losses == sorted(losses)
    assert len(losses) == 50
    assert losses[-1] > 1_000_000
    return [losses[0], 1_000_000, 2, 2, curvature, 2 / curvature, 0.6, low.steps[-1].loss]


def dead_relus(card: Card) -> list[float]:
    spec = spec_of(card)
    nets = over_seeds(spec)
    silent = [net.run.health().layers[1].dead == 1.0 for net in nets]
    for net in nets:
        said = net.run.network.forward(net.run.train[0]).outputs
        assert np.ptp(said) == 0
    slow = over_seeds(spec_of(card, then=True))
    assert {net.last.accuracy for net in slow} == {1.0}
    return [sum(silent), len(silent), 0.1, right(slow)]


def zeros(card: Card) -> list[float]:
    lone = Trained(spec_of(card))
    for hidden in ("4tanh", "4relu"):
        layers = Trained(spec_of(card, hidden=hidden)).run.network.layers
        assert not any(layer.w.any() for layer in layers)
        assert not layers[0].b.any()
    return [100 * lone.scores[1].accuracy, 1, 0, 100, 0, 0]


def momentum(card: Card) -> list[float]:
    slow = over_seeds(spec_of(card))
    told = numbers(card.question)
    assert told == ["0.01", f"{right(slow):.0f}", "5", f"{right(slow[:1]):.0f}", "0", "0.9"]
    fast, plain = over_seeds(spec_of(card, then=True)), over_seeds(spec_of(card, rate="0.1"))
    for one, other in zip(fast, plain, strict=True):
        assert one.last.loss == pytest.approx(other.last.loss, rel=0.1)
    solved = sum(net.last.accuracy == 1.0 for net in fast)
    assert round(cost(fast), 2) == round(cost(plain), 2)
    sums = 1 / (1 - spec_of(card).train.momentum)
    assert round(cost(fast[:1]), 2) == round(cost(plain[:1]), 2)
    return [right(fast), solved, 5, 1, 1, 0.9, sums, 0.1, cost(plain), 0, cost(plain[:1])]


def overfitting(card: Card) -> list[float]:
    one = Trained(spec_of(card))
    assert len(one.run.train[0]) == 50
    assert one.last.count == 450
    assert len(one.run.network.numbers) == 105
    losses = [score.loss for score in one.scores]
    lowest = int(np.argmin(losses))
    lone = Trained(spec_of(card, then=True)).last.accuracy
    nets = over_seeds(spec_of(card))
    learnt = 100 * np.mean([net.training[1] for net in nets])
    answers = [100 * one.training[1], 100 * one.last.accuracy, 5, learnt, right(nets)]
    return [*answers, lowest, losses[lowest], losses[-1], 100 * lone]


def two_units(card: Card) -> list[float]:
    spec = spec_of(card)
    starts = list(restarts(spec))
    many = [start.solved for start in restarts(spec, range(1000, 1400))]
    longer = replace(spec, train=replace(spec.train, epochs=10 * spec.train.epochs))
    for start in starts:
        if not start.solved:
            assert Trained(longer, start.seed).last.accuracy < 0.9
    return [sum(start.solved for start in starts), len(many), 100 * np.mean(many)]


def two_relus(card: Card) -> list[float]:
    spec = spec_of(card)
    many = [start.solved for start in restarts(spec, range(1000, 1400))]
    found = [start.solved for start in restarts(spec)]
    unlucky = binomtest(sum(found), len(found), np.mean(many), alternative="less")
    assert unlucky.pvalue < 0.05
    return [sum(found), len(found), len(many), 100 * np.mean(many), 0]


def twins(card: Card) -> list[float]:
    alike, apart = over_seeds(spec_of(card)), over_seeds(spec_of(card, then=True))
    for net in alike:
        first, second = net.run.network.layers
        assert (first.w == first.w[0]).all()
        assert (first.b == first.b[0]).all()
        assert (second.w == second.w[0, 0]).all()
        assert first.w.any()
    return [4, 1, right(alike), 5, right(apart)]


def dropout(card: Card) -> list[float]:
    plain = over_seeds(spec_of(card, dropout="0"))
    seed = int(card.settings["seed"])
    all_of, one = [
        (f"{right(nets):.0f}", f"{cost(nets):.2f}") for nets in (plain, plain[seed : seed + 1])
    ]
    told = [all_of[0], "5", all_of[1], *one, str(seed), "0.2", "0.01"]
    assert numbers(card.question) == told
    dropped, decayed = over_seeds(spec_of(card)), over_seeds(spec_of(card, then=True))
    lowest = min(net.last.accuracy for net in decayed)
    low = [net for net in decayed if net.last.accuracy < 0.86]
    found: list[float] = []
    for all_five in (dropped, decayed):
        one_of = all_five[seed : seed + 1]
        found += [cost(all_five), right(all_five), seed, cost(one_of), right(one_of)]
    return [*found, len(low), 5, 100 * lowest]


def depth(card: Card) -> list[float]:
    shapes = ("8tanh-8tanh", "8tanh-5tanh-5tanh", "8tanh-4tanh-4tanh-4tanh")
    nets = [over_seeds(spec_of(card, hidden=shape)) for shape in shapes]
    assert {len(net.run.network.numbers) for each in nets for net in each} == {105}
    lone = over_seeds(spec_of(card, hidden="8tanh"))
    sizes = len(lone[0].run.network.numbers)
    firsts = [right(each[:1]) for each in nets]
    return [2, *(right(each) for each in nets), 0, *firsts, 8, sizes, right(lone)]


QUICK = (
    *(line, perceptron, xor, features, too_fast, dead_relus, zeros),
    *(momentum, overfitting),
)
SLOW = (two_units, two_relus, twins, dropout, depth)
CLAIMS = {claim.__name__: claim for claim in (*QUICK, *SLOW)}


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize(
    "name",
    [
        *(claim.__name__ for claim in QUICK),
        *(pytest.param(claim.__name__, marks=pytest.mark.acceptance) for claim in SLOW),
    ],
)
def test_every_number_of_the_answer_is_trained_for(name: str) -> None:
    card = POINT_CARDS[name]
    told, found = numbers(card.answer), CLAIMS[name](card)
    assert [as_written(value, text) for value, text in zip(found, told, strict=True)] == told


def test_numbers_are_found_in_a_text_as_they_are_written() -> None:
    text = "9\u202f567 of x₁x₂, −3.2 and 1 / (1 − 0.9) = 10: 0.05, ½, 96 %, L2."
    assert numbers(text) == ["9567", "-3.2", "1", "1", "0.9", "10", "0.05", "96"]


def test_a_wrong_number_would_be_noticed() -> None:
    told = numbers(POINT_CARDS["line"].answer.replace("0.0087", "0.0086"))
    found = line(POINT_CARDS["line"])
    assert [as_written(value, text) for value, text in zip(found, told, strict=True)] != told
    assert from_start(spec_of(POINT_CARDS["two_units"]), 0).step == 2100


@pytest.mark.parametrize("name", POINT_CARDS)
def test_a_card_is_complete(name: str) -> None:
    card = POINT_CARDS[name]
    assert card.name == name
    assert "epochs" in card.settings  # the page's own are of another number
    assert 1 <= len(card.title.split()) <= 2
    assert card.question.count(" Predict: ") == 1
    assert card.question.endswith("?")
    assert card.answer.endswith(".")
    assert max(len(card.question), len(card.answer)) <= 230
    assert bool(card.then) == bool(card.then_label)
    assert len(card.then_label) <= 20
    for text in (card.question, card.answer, card.title, card.then_label):
        assert not re.search(r"[$*_`~<>#|\\\[\]]|:\w|  |^\d+[.)]|^[-+] ", text)


@pytest.mark.parametrize("name", POINT_CARDS)
def test_its_settings_can_be_trained(name: str) -> None:
    card = POINT_CARDS[name]
    assert card.then.items().isdisjoint(card.settings.items())
    assert PointsRun(spec_of(card)).total_steps > 0
    assert PointsRun(spec_of(card, then=True)).total_steps > 0


def test_the_story_has_its_parts_in_the_lectures_order() -> None:
    names = list(POINT_CARDS)
    assert set(CLAIMS) == set(names)
    assert names[:4] == ["line", "perceptron", "xor", "two_units"]
    assert names[-3:] == ["overfitting", "dropout", "depth"]
    settings = [tuple(sorted(card.settings.items())) for card in POINT_CARDS.values()]
    assert len(set(settings)) == len(settings) >= 10
