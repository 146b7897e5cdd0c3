"""Runs on points that are known to be worth starting: one entry in ``POINT_PRESETS`` each.

What ``expect`` says was measured with training seeds 0 to 4; tests train them again. Each
states its epochs, for its numbers are those after so many.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlviz.core.points.specs import (
    PERCEPTRON,
    PointsData,
    PointsNet,
    PointsSpec,
    PointsTrain,
)

NO_LAYER = PointsNet(hidden=())
# What the page begins with: long enough for one to watch, turn the rate and set a weight meanwhile.
USUAL = PointsSpec(train=PointsTrain(epochs=500))


@dataclass(frozen=True)
class PointPreset:
    """A run worth starting, with one sentence on what to expect."""

    title: str
    expect: str
    spec: PointsSpec


def net(hidden: str) -> PointsNet:
    """x₁ and x₂ into the hidden layers of this text, ``8tanh-8tanh``."""
    return PointsNet(hidden=PointsNet.hidden_from(hidden))


POINT_PRESETS: dict[str, PointPreset] = {
    "circle": PointPreset(
        "Circle: four tanh units",
        "99 % of the held-out points are right after 100 epochs; 97 % within 33 of them.",
        PointsSpec(train=PointsTrain(epochs=100)),
    ),
    "line": PointPreset(
        "Two Gaussians: a line is enough",
        "No hidden layer, one line: 100 % of the held-out points, 97 % within 2 epochs.",
        PointsSpec(PointsData("gaussians", 0.5), NO_LAYER, PointsTrain(epochs=50)),
    ),
    "perceptron": PointPreset(
        "Two Gaussians: Rosenblatt’s perceptron",
        "It learns from mistakes alone, 0 to 86 of them, and stops by itself after 1 to 9 "
        "epochs, when every training point is right; of the held-out ones 98 to 100 % are.",
        PointsSpec(
            PointsData("gaussians", 0.3),
            PointsNet(hidden=(), initialisation="normal"),
            PointsTrain(PERCEPTRON, learning_rate=0.01, epochs=100),
        ),
    ),
    "xor_perceptron": PointPreset(
        "XOR defeats the perceptron",
        "Never done: in 50 epochs 45 % of the points are wrong as they come, and no epoch ends "
        "above 84 % of the held-out ones.",
        PointsSpec(
            PointsData("xor", count=200),
            PointsNet(hidden=(), initialisation="zeros"),
            PointsTrain(PERCEPTRON, epochs=50),
        ),
    ),
    "xor": PointPreset(
        "XOR: two hidden units, two lines",
        "3 of 5 starts (22 of 40) find the two lines and 100 %; the other 2 stay at 68 and 70 %, "
        "with one of the four clouds on the wrong side.",
        PointsSpec(PointsData("xor", count=200), net("2tanh"), PointsTrain(epochs=100)),
    ),
    "squares": PointPreset(
        "Circle: squares instead of layers",
        "100 % with three numbers to learn, 97 % within 4 epochs: in x₁² and x₂² the circle is a "
        "line.",
        PointsSpec(
            net=PointsNet(("x1_squared", "x2_squared"), ()),
            train=PointsTrain(epochs=50),
        ),
    ),
    "moons": PointPreset(
        "Moons: four tanh units",
        "100 % of the held-out points after 100 epochs; 97 % are passed after 10 to 40 of them.",
        PointsSpec(PointsData("moons"), net("4tanh"), PointsTrain(learning_rate=0.5, epochs=100)),
    ),
    "spiral": PointPreset(
        "Spiral: two layers of eight",
        "100 % of the held-out points in 5 of 5 runs after 500 epochs; 97 % are passed after "
        "66 to 242 of them.",
        PointsSpec(
            PointsData("spiral", 0.0, 500),
            net("8elu-8elu"),
            PointsTrain(optimiser="adam", learning_rate=0.01, epochs=500),
        ),
    ),
    "checkerboard": PointPreset(
        "Checkerboard: why depth",
        "93 to 97 % of the held-out points after 600 epochs; with one hidden layer instead of "
        "three 57 to 83 %.",
        PointsSpec(
            PointsData("checkerboard", 0.0, 1000),
            net("8elu-8elu-8elu"),
            PointsTrain(optimiser="adam", learning_rate=0.01, batch_size=20, epochs=600),
        ),
    ),
    "three": PointPreset(
        "Three classes: three lines",
        "100 % without a hidden layer, 97 % after 1 epoch: each class has a line of its own.",
        PointsSpec(PointsData("three", 0.3), NO_LAYER, PointsTrain(epochs=50)),
    ),
    "four": PointPreset(
        "Four arms: four classes",
        "100 % of the held-out points after 100 epochs, 97 % within 31 of them; each class has an "
        "output of its own.",
        PointsSpec(PointsData("four", 0.05, 500), net("8tanh-8tanh"), PointsTrain(epochs=100)),
    ),
    "overfitting": PointPreset(
        "Moons in noise: learnt by heart",
        "All 50 training points are right, 80 to 90 % of the held-out ones; their loss falls to "
        "0.22 to 0.25, then rises to 0.7 to 1.3.",
        PointsSpec(
            PointsData("moons", 0.6, 100, 0.5),
            net("8tanh-8tanh-8tanh"),
            PointsTrain(optimiser="adam", learning_rate=0.01, epochs=800),
        ),
    ),
    "plane": PointPreset(
        "Regression: a plane needs no layer",
        "R² comes to 0.93 and not higher: the rest is the noise, which nothing can learn.",
        PointsSpec(PointsData("plane"), NO_LAYER, PointsTrain(learning_rate=0.03, epochs=50)),
    ),
    "bumps": PointPreset(
        "Regression: hills and hollows",
        "R² comes to 0.94 to 0.96 after 600 epochs; with one hidden layer instead of three to "
        "0.80 to 0.89.",
        PointsSpec(
            PointsData("bumps", 0.05, 500),
            net("8tanh-8tanh-8tanh"),
            PointsTrain(optimiser="adam", learning_rate=0.01, epochs=600),
        ),
    ),
}
