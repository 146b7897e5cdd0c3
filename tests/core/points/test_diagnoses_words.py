"""Whatever the numbers, what the babysitter says of a net on points fits into its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlviz.core.events import Health, LayerHealth
from dlviz.core.points.diagnoses import (
    PERCEPTRON_DIAGNOSES,
    POINT_DIAGNOSES,
    ROOM,
    PointsLog,
    examine_points,
)
from dlviz.core.points.presets import USUAL
from dlviz.core.points.specs import Hidden, PointsData, PointsNet, PointsSpec, PointsTrain

EPOCHS, EVERY = 5000, 21
TOTAL = EPOCHS * EVERY
STEPS = range(TOTAL // 200, TOTAL + 1, TOTAL // 200)


def of(data: str, *hidden: Hidden, **train: Any) -> PointsSpec:
    return PointsSpec(
        PointsData(data),
        PointsNet(hidden=hidden),
        replace(USUAL.train, epochs=EPOCHS, **train),
    )


def steps(*losses: float, right: float = 0.123) -> list[tuple[int, float, float, float]]:
    """These losses, each for an equal part of the run."""
    return [
        (step, losses[min(len(losses) - 1, step * len(losses) // (TOTAL + 1))], right, 0.1)
        for step in STEPS
    ]


def health(gradient: float, update: float = 1e-3, dead: float | None = None) -> Health:
    first = LayerHealth("layer 6", "dense", gradient, 1.0, update, dead)
    return Health(TOTAL, (first, LayerHealth("output", "dense", 1.0, 1.0, update, None)))


LOG = PointsLog(
    classes=("blue", "orange"),
    steps_per_epoch=EVERY,
    total_steps=TOTAL,
    steps=steps(0.1234, right=1.0),
    scores=[(0, 0.6931, 0.5), (TOTAL, 0.1234, 1.0)],
    spec=of("circle", Hidden()),
    points=900,
)
STUCK = replace(LOG, steps=steps(0.6234), scores=[(TOTAL, 0.6234, 0.123)])
FALLING = replace(STUCK, steps=[(step, 0.6 - 0.5 * step / TOTAL, 0.123, 0.1) for step in STEPS])
NET = PointsNet(hidden=(Hidden(2),))
RULE = PointsSpec(PointsData("xor"), PointsNet(hidden=()), PointsTrain("perceptron"))
MISTAKES = replace(LOG, spec=RULE, is_perceptron=True, mistakes=899)

LOGS: dict[str, tuple[str, PointsLog]] = {
    "zeros": ("zeros", replace(LOG, all_zero=True)),
    "twins": ("twins", replace(LOG, twins=6)),
    "diverging": ("diverging", replace(LOG, steps=steps(0.6931, 0.1234, 1.234e12))),
    "no number": ("diverging", replace(LOG, diverged=True)),
    "exploding": ("exploding", replace(LOG, healths=[health(1.234e12)])),
    "dead": ("dead_relus", replace(LOG, healths=[health(1.0, dead=1.0)])),
    "vanishing": ("vanishing", replace(LOG, healths=[health(1e-12)])),
    "slow": ("slow", replace(STUCK, healths=[health(1.0, 1.2e-7)])),
    "slow of late": (
        "slow",
        replace(
            STUCK,
            steps=[*steps(0.6931)[:-1], (TOTAL, 0.6931, 0.5, 0.001)],
            healths=[health(1.0, 1.2e-7)],
        ),
    ),
    "overfitting": (
        "overfitting",
        replace(
            LOG,
            scores=[(0, 0.1234, 0.5), (9, 1234.0, 0.821), (TOTAL, 1234.0, 0.821)],
            hindrances=("dropout",),
        ),
    ),
    "R² of overfitting": (
        "overfitting",
        replace(
            LOG,
            spec=of("bumps", Hidden()),
            spread=0.1,
            scores=[(0, 0.1234, 0.5), (9, 1234.0, 0.821), (TOTAL, 1234.0, 0.821)],
            hindrances=("dropout",),
        ),
    ),
    "line": ("line", replace(STUCK, spec=of("circle"))),
    "lines": ("line", replace(STUCK, spec=of("four"), classes=("a", "b", "c", "d"))),
    "plane": ("line", replace(STUCK, spec=of("bumps"), spread=0.6)),
    "features": (
        "line",
        replace(STUCK, spec=replace(of("xor"), net=PointsNet(("x1_squared", "x2"), ()))),
    ),
    "plateau": ("plateau", replace(STUCK, steps=steps(0.6931))),
    "sigmoids": (
        "plateau",
        replace(STUCK, steps=steps(0.6931), spec=of("spiral", *[Hidden(8, "sigmoid")] * 2)),
    ),
    "mean": (
        "plateau",
        replace(STUCK, spec=of("bumps", *[Hidden(8, "sigmoid")] * 2), spread=0.6234),
    ),
    "small steps": (
        "plateau",
        replace(STUCK, steps=steps(0.6931), spec=of("spiral", Hidden(), learning_rate=0.01)),
    ),
    "underfitting": ("underfitting", replace(STUCK, spec=of("spiral", Hidden()))),
    "XOR": ("underfitting", replace(STUCK, spec=of("xor", Hidden(2)))),
    "R²": ("underfitting", replace(STUCK, spec=of("bumps", Hidden(), Hidden()), spread=0.9)),
    "ended": ("underfitting", replace(FALLING, spec=of("spiral", Hidden(), Hidden()))),
    "R² of an end": ("underfitting", replace(FALLING, spec=of("bumps", Hidden()), spread=0.9)),
    "largest": ("underfitting", replace(STUCK, spec=of("spiral", *[Hidden(8)] * 6))),
    "mistakes": ("mistakes", MISTAKES),
    "overlap": ("mistakes", replace(MISTAKES, spec=replace(RULE, data=PointsData("moons", 0.6)))),
    "not yet": ("mistakes", replace(MISTAKES, spec=replace(RULE, data=PointsData("gaussians")))),
}


def said(name: str) -> str:
    """Sentence and advice as the page shows them."""
    kind, log = LOGS[name]
    (found,) = [finding for finding in examine_points(log) if finding.name == kind]
    return f"{found.sentence} {found.advice}"


def test_every_diagnosis_has_a_log() -> None:
    assert {kind for kind, _ in LOGS.values()} == {*POINT_DIAGNOSES, *PERCEPTRON_DIAGNOSES}


@pytest.mark.parametrize("name", LOGS)
def test_sentence_and_advice_fit_into_two_lines(name: str) -> None:
    words = said(name)
    assert len(words) <= ROOM, f"{len(words)}: {words}"
    assert "picture" not in words
    assert words.count(". ") >= 1
    assert words.endswith(".")
