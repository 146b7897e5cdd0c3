"""The babysitter's rules on made-up trainings, on both sides of every threshold."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from dlviz.core import babysitter as rules
from dlviz.core.babysitter import DIAGNOSES, examine
from dlviz.core.health import Health, LayerHealth, Verdict
from dlviz.core.networks import PROVOKING
from dlviz.core.run_log import WINDOW, Log, hindrances_of
from dlviz.core.specs import AdversarialSpec, AugmentSpec, NetSpec, RunSpec, TrainSpec, layer

CLASSES = tuple("0123456789")
GUESSING = math.log(10)


def layers(first: LayerHealth | None = None, last: LayerHealth | None = None) -> Health:
    """A net in good health, with other ends if given."""
    good = LayerHealth("dense1", "dense", gradient=1.0, weight=10.0, update=1e-3)
    relu = LayerHealth("relu1", "relu", dead=0.1)
    end = LayerHealth("dense2", "dense", gradient=2.0, weight=5.0, update=1e-3)
    return Health(100, (first or good, relu, last or end))


def verdict(step: int = 400, silent: tuple[int, ...] = (), pictures: int = 20) -> Verdict:
    """Everything right, but what is of a silent class is called the next one."""
    rows = []
    for label in range(10):
        row = [0] * 10
        row[(label + 1) % 10 if label in silent else label] = pictures
        rows.append(tuple(row))
    return Verdict(step, tuple(rows), ())


def log(losses, rights=None, **changes) -> Log:
    """100 steps an epoch; held-out as on the training pictures unless changed."""
    rights = [max(0.1, 1 - loss / GUESSING) for loss in losses] if rights is None else rights
    steps = [
        (step, loss, right, 0.1)
        for step, (loss, right) in enumerate(zip(losses, rights, strict=True), 1)
    ]
    scores = [(step, loss, right) for step, loss, right, _ in steps[::25]]
    plain = Log(CLASSES, 100, max(400, len(steps)), steps, scores, (layers(),) * 4, verdict())
    return replace(plain, **changes)


def falling(count: int = 400, low: float = 0.05) -> list[float]:
    """From guessing towards ``low``, as a healthy training falls."""
    return [low + (GUESSING - low) * math.exp(-step / 60) for step in range(count)]


def names(found: Log) -> list[str]:
    return [finding.name for finding in examine(found)]


# -- in general --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 5, 19, 20, 50, 100, 400])
def test_a_healthy_training_is_left_in_peace_at_every_step(count: int) -> None:
    assert names(log(falling()[:count])) == []


def test_nothing_is_said_before_anything_is_known() -> None:
    assert examine(Log(CLASSES, 100, 400)) == []


def test_a_loss_that_is_no_number_from_the_first_is_the_starts_fault() -> None:
    """No update has been made yet: no rate can be to blame."""
    (found,) = examine(Log(CLASSES, 100, 400, diverged=True))
    assert found.name == "diverging"
    assert "first mini-batch" in found.sentence
    assert "rate" not in found.sentence
    assert "smaller weights" in found.advice
    scored = Log(CLASSES, 100, 400, scores=[(0, 2.3, 0.1)], diverged=True)
    assert names(scored) == ["diverging"]
    exploded = Log(CLASSES, 100, 400, healths=(with_gradient(math.nan),), diverged=True)
    assert names(exploded) == ["diverging", "exploding"]


def test_every_diagnosis_has_a_preset_and_advice() -> None:
    assert set(DIAGNOSES) == set(PROVOKING)
    for entry in DIAGNOSES.values():
        assert entry.advice.endswith(".")
        assert set(entry.hidden_by) < set(DIAGNOSES)


def test_findings_are_plain_data_in_the_order_of_the_registry() -> None:
    bad = log(
        [2.3] * 20 + [30.0] * 380,
        healths=(layers(first=LayerHealth("dense1", "dense", 500.0, 10.0, 1e-3)),),
    )
    found = examine(bad)
    assert [finding.name for finding in found] == ["diverging", "exploding"]
    assert json.loads(json.dumps(found[0].as_dict))["title"] == "The loss diverges"
    assert "30" in found[0].sentence


# -- the loss ----------------------------------------------------------------------------------


def test_a_loss_that_is_no_number_any_more_diverges() -> None:
    found = log([2.3, 900.0], diverged=True)
    assert names(found) == ["diverging"]
    assert "0.1" in examine(found)[0].sentence


@pytest.mark.parametrize(
    ("losses", "fires"),
    [
        ([2.3] * 20 + [3.6] * 40, True),
        ([2.3] * 20 + [3.3] * 40, False),  # a little worse than guessing
        ([7.0] * 20 + [9.0] * 40, False),  # began badly, and rises a little
        ([7.0] * 20 + [11.0] * 40, True),
        ([2.3] * 5 + [300.0] * 20 + [2.35] * 100, True),  # leapt, and guesses since
        ([2.3] * 5 + [300.0] * 20 + [1.5] * 100, False),  # leapt, and has recovered
        ([0.5] * 50 + [2.35] * 50, True),  # what was learnt is lost
        ([1.5] * 50 + [2.35] * 50, False),
        ([2.3] * 5 + [300.0] * 10, False),  # too early to tell
    ],
)
def test_a_loss_that_leaps_or_is_lost_diverges(losses: list[float], fires: bool) -> None:
    assert ("diverging" in names(log(losses))) == fires


def crawling(update: float) -> tuple[Health, ...]:
    one = LayerHealth("dense1", "dense", 1.0, 10.0, update)
    return (layers(first=one, last=LayerHealth("dense2", "dense", 2.0, 0.3, 5e-4)),)


@pytest.mark.parametrize(
    ("update", "low", "count", "fires"),
    [
        (1e-5, 2.0, 200, True),
        (9e-5, 2.0, 200, True),
        (1.2e-4, 2.0, 200, False),  # it moves
        (1e-5, 0.5, 200, False),  # it has learnt, and may crawl
        (1e-5, 2.0, 30, False),  # it has only begun
    ],
)
def test_small_steps_far_from_the_goal_are_slow(update, low, count, fires) -> None:
    """The output layer begins with small weights, so that its share alone is large."""
    slope = [GUESSING + (low - GUESSING) * step / count for step in range(count)]
    assert names(log(slope, healths=crawling(update))) == ["slow"] * fires


def test_a_layer_that_does_not_move_counts() -> None:
    """Its weights are a part of all: 5e-4 of 0.3 is little beside a layer of 10 that stands."""
    (found,) = examine(log([2.3] * 200, healths=crawling(0.0)))
    assert found.name == "slow"
    assert "by 10⁻⁵ of their size" in found.sentence


def with_rates(losses: list[float], rates: list[float], update: float | None) -> Log:
    """``update`` is that of the last health, at the last step."""
    end = LayerHealth("dense2", "dense", 2.0, 5.0, update)
    health = layers(LayerHealth("dense1", "dense", 1.0, 10.0, update), end)
    found = log(losses, healths=(replace(health, step=len(losses)),))
    steps = [(*point[:3], rate) for point, rate in zip(found.steps, rates, strict=True)]
    return replace(found, steps=steps)


@pytest.mark.parametrize(
    ("update", "share", "fires"),
    [(1e-3, 1e-4, False), (1e-3, 0.1, False), (1e-5, 1e-4, True), (1e-5, 0.1, True)],
)
def test_a_rate_that_its_schedule_takes_down_is_judged_at_its_highest(
    update: float, share: float, fires: bool
) -> None:
    """A last update is tiny at the end of a cosine, whether or not the run was slow."""
    found = with_rates([2.3] * 400, [0.01] * 300 + [0.01 * share] * 100, update * share)
    assert ("slow" in names(found)) == fires
    assert not fires or "the highest rate so far" in examine(found)[0].sentence
    assert not fires or "about 10⁻⁵ of their size" in examine(found)[0].sentence


@pytest.mark.parametrize("update", [math.nan, None])
def test_an_update_that_is_not_known_is_not_called_slow(update: float | None) -> None:
    assert "slow" not in names(with_rates([2.3] * 400, [0.01] * 400, update))
    assert "slow" not in names(log([2.3] * 400, healths=()))


@pytest.mark.parametrize("before", [0.0, 0.01])
def test_a_rate_of_zero_is_too_low(before: float) -> None:
    (found,) = examine(with_rates([2.3] * 400, [before] * 200 + [0.0] * 200, 0.0))
    assert found.name == "slow"
    assert "by 0 of their size" in found.sentence


@pytest.mark.parametrize(("total", "fires"), [(1500, True), (2500, False)])
def test_a_gentle_start_is_not_called_slow(total: int, fires: bool) -> None:
    """A schedule warms up for its first part."""
    found = log([2.3] * 200, healths=crawling(1e-5), total_steps=total)
    assert ("slow" in names(found)) == fires


@pytest.mark.parametrize(
    ("right", "last", "fires"),
    [
        (0.80, 0.60, True),
        (0.80, 0.54, False),  # the held-out loss is still about its lowest
        (0.88, 0.60, True),
        (0.89, 0.60, False),  # the gap is an honest one
    ],
)
def test_a_gap_and_a_held_out_loss_that_rises_overfit(right, last, fires) -> None:
    scores = [(1, 2.3, 0.1), (200, 0.5, right), (375, last, right), (400, last, right)]
    found = log(falling(), rights=[1.0] * 400, scores=scores)
    assert names(found) == ["overfitting"] * fires


def test_one_odd_evaluation_is_no_overfitting() -> None:
    scores = [(1, 2.3, 0.1), (375, 0.5, 0.8), (400, 2.5, 0.3)]
    assert names(log(falling(), rights=[1.0] * 400, scores=scores)) == []


def resting(loss: float, count: int = 400) -> list[float]:
    return [loss + (GUESSING - loss) * math.exp(-step / 20) for step in range(count)]


@pytest.mark.parametrize(
    ("losses", "right", "held_out", "fires"),
    [
        (resting(1.5), 0.46, 0.46, True),
        (resting(1.5), 0.46, 0.60, True),  # with dropout the training pictures are harder
        (resting(1.5), 0.79, 0.79, True),
        (resting(1.5), 0.81, 0.81, False),  # not bad
        (resting(1.5), 0.56, 0.50, False),  # a gap: not a lack of size
        (falling(400, 1.0), 0.46, 0.46, True),
        ([2.3 - step / 400 for step in range(400)], 0.46, 0.46, False),  # it still gets better
        (resting(1.5, 250), 0.46, 0.46, False),  # too early
    ],
)
def test_who_rests_at_little_underfits(losses, right, held_out, fires) -> None:
    scores = [(len(losses), losses[-1], held_out)]
    found = log(losses, rights=[right] * len(losses), scores=scores)
    assert names(found) == ["underfitting"] * fires


def test_who_does_well_on_what_it_has_not_seen_does_not_underfit() -> None:
    """Dropout and augmentation make training batches hard for a net that is good."""
    scores = [(400, 0.3, 0.81)]
    assert names(log(resting(1.5), rights=[0.46] * 400, scores=scores)) == []


@pytest.mark.parametrize(
    ("hindrances", "through"),
    [
        ((), ""),
        (("dropout",), ", seen through dropout,"),
        (("dropout", "augmentation"), ", seen through dropout and augmentation,"),
    ],
)
def test_training_accuracy_is_that_of_the_batches_as_they_were_seen(hindrances, through) -> None:
    """The net itself, without dropout, may be right far more often."""
    found = log(resting(1.5), rights=[0.46] * 400, hindrances=hindrances)
    assert examine(replace(found, scores=[(400, 1.5, 0.46)]))[0].sentence == (
        f"The loss rests at 1.5, and in the training batches of the last epoch{through} only 46 % "
        "were right."
    )
    known = log(falling(), rights=[0.95] * 400, hindrances=hindrances)
    scores = [(1, 2.3, 0.1), (200, 0.5, 0.6), (375, 0.6, 0.6), (400, 0.6, 0.6)]
    assert examine(replace(known, scores=scores))[0].sentence == (
        f"In the training batches of the last epoch{through} 95 % were right, of the held-out "
        "pictures 60 %; the held-out loss has risen from 0.5 to 0.6."
    )


@pytest.mark.parametrize(
    ("layers", "augment", "expected"),
    [
        ((), AugmentSpec(), ()),
        ((layer("dropout"),), AugmentSpec(), ("dropout",)),
        ((layer("dropout", p=0.0),), AugmentSpec(), ()),
        ((), AugmentSpec(noise=0.1), ("augmentation",)),
        ((layer("dropout", p=0.1),), AugmentSpec(flip=True), ("dropout", "augmentation")),
    ],
)
def test_a_spec_tells_what_training_batches_are_seen_through(layers, augment, expected) -> None:
    net = NetSpec((layer("flatten"), *layers, layer("dense")))
    assert hindrances_of(RunSpec(net, train=TrainSpec(augment=augment))) == expected
    hostile = TrainSpec(augment=augment, adversarial=AdversarialSpec("fgsm"))
    assert hindrances_of(RunSpec(net, train=hostile)) == (*expected, "adversarial changes")


@pytest.mark.parametrize(("total", "fires"), [(1300, True), (1400, False)])
def test_high_rates_at_first_are_no_lack_of_size(total: int, fires: bool) -> None:
    found = log(resting(1.5), rights=[0.46] * 400, scores=[(400, 1.5, 0.46)], total_steps=total)
    assert names(found) == ["underfitting"] * fires


# -- the layers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dead", "fires"), [(0.49, False), (0.5, True), (1.0, True), (None, False)]
)
def test_a_layer_of_which_half_is_dead_is_named(dead: float | None, fires: bool) -> None:
    good, relu, end = layers().layers
    sick = Health(100, (good, relu, replace(relu, name="relu2", dead=dead), end))
    found = examine(log(falling(), healths=(layers(), sick)))
    assert [finding.name for finding in found] == ["dead_relus"] * fires
    assert not fires or "relu2" in found[0].sentence


@pytest.mark.parametrize(("pictures", "fires"), [(1, False), (2, True)])
def test_few_held_out_pictures_do_not_tell_who_is_dead(pictures: int, fires: bool) -> None:
    """Ten classes: 10 pictures may leave a unit at 0 by chance, 20 hardly."""
    good, relu, end = layers().layers
    sick = Health(100, (good, replace(relu, dead=0.7), end))
    found = examine(log(falling(), healths=(sick,), verdict=verdict(pictures=pictures)))
    assert [finding.name for finding in found] == ["dead_relus"] * fires
    assert not fires or found[0].sentence == (
        "70 % of the units of layer relu1 are 0 for all 20 held-out pictures."
    )
    assert names(log(falling(), healths=(sick,), verdict=None)) == []


def with_gradient(size: float | None) -> Health:
    return layers(first=LayerHealth("dense1", "dense", size, 10.0, 1e-3))


@pytest.mark.parametrize(
    ("size", "fires"),
    [(99.0, False), (101.0, True), (math.inf, True), (math.nan, True), (None, False)],
)
def test_a_huge_gradient_explodes(size: float | None, fires: bool) -> None:
    found = log(falling(), healths=(layers(), with_gradient(size)))
    assert names(found) == ["exploding"] * fires


@pytest.mark.parametrize(
    ("sizes", "fires"),
    [
        ([0.011] * 5, False),
        ([0.009] * 5, True),
        ([0.0] * 5, True),
        ([1.0, 1.0, 1.0, 1.0, 0.0], False),  # one odd mini-batch
        ([1.0, 0.0, 0.0, 0.0, 0.0], True),
        ([None] * 5, False),
        ([math.nan] * 5, False),
    ],
)
def test_a_front_that_gets_no_gradient_vanishes(sizes, fires) -> None:
    found = log(falling(), healths=[with_gradient(size) for size in sizes])
    assert ("vanishing" in names(found)) == fires


def test_a_net_of_one_layer_has_no_front() -> None:
    alone = Health(100, (LayerHealth("dense1", "dense", 0.0, 10.0, 1e-3),))
    assert names(log(falling(), healths=(alone,))) == []


def test_the_cause_hides_its_consequences() -> None:
    dead = LayerHealth("relu1", "relu", dead=1.0)
    first, _, last = with_gradient(0.0).layers
    found = log([2.3] * 400, healths=(Health(100, (first, dead, last)),))
    assert names(found) == ["dead_relus"]
    awake = Health(100, (first, replace(dead, dead=0.0), last))
    assert names(log([2.3] * 400, healths=(awake,))) == ["vanishing"]


# -- what is said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fires"),
    [
        (verdict(silent=(3,)), True),
        (verdict(), False),
        (verdict(step=140, silent=(3,)), False),  # it has only begun
        (verdict(silent=(3,), pictures=4), False),  # too rare to tell
    ],
)
def test_a_class_that_is_never_said_is_named(said: Verdict, fires: bool) -> None:
    found = examine(log(falling(), verdict=said))
    assert [finding.name for finding in found] == ["silent_class"] * fires
    assert not fires or found[0].sentence == "“3” is never said, whatever the picture."


def test_many_silent_classes_are_counted() -> None:
    found = examine(log(falling(), verdict=verdict(silent=(0, 2, 4, 6, 8))))
    assert found[0].sentence.startswith("“0”, “2”, “4” and 2 more are never said")


def test_merged_curves_are_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long run's neighbours are merged into their mean: the same is found."""
    full = log([0.5] * 500 + [2.35] * 500)
    merged = [
        ((a[1] + b[1]) / 2, b) for a, b in zip(full.steps[::2], full.steps[1::2], strict=True)
    ]
    short = replace(full, steps=[(b[0], loss, *b[2:]) for loss, b in merged])
    assert names(short) == names(full) == ["diverging"]


def test_thresholds_are_where_the_tests_think() -> None:
    assert (WINDOW, rules.DEAD_SHARE, rules.EXPLODING_GRADIENT) == (20, 0.5, 100.0)
