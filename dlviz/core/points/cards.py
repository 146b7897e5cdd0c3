"""Lesson cards of the points page, in the order of the lectures; see ``dlviz.core.lessons``.

Settings are parameters of the page's address. Numbers of one run are those of the settings' seed;
where a card speaks of 5 seeds they are 0 to 4, and its numbers are means. A test trains them all.
Each states its epochs: its numbers are those after so many, whatever the page begins with.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

NO_LAYER = "none"  # how the address writes that there is no hidden layer


_OVERFITTED = {
    "data": "moons",
    "noise": "0.6",
    "count": "500",
    "share": "0.9",
    "hidden": "8tanh-8tanh",
    "optimiser": "adam",
    "rate": "0.01",
    "epochs": "400",
}

_CARDS = (
    card(
        "line",
        "A line",
        "Logistic regression: no hidden layer, two weights and a bias. Predict: how many of the 90"
        " held-out points are right after the first of 20 epochs, and is there anything left to"
        " learn?",
        "All 90: a line is enough. But the loss goes on falling, from 0.14 to 0.0087: the weights"
        " grow, for what is right costs the less the surer it is said.",
        data="gaussians",
        hidden=NO_LAYER,
        epochs="20",
    ),
    card(
        "perceptron",
        "Perceptron",
        "Rosenblatt's rule learns from mistakes alone, and begins here with all wrong."
        " Predict: from how many of 210 points does it learn, and when does it rest?",
        "From 7, all in the first epoch. In the second it finds no mistake, so nothing can change"
        " any more. Gradient descent never rests like that.",
        data="gaussians",
        hidden=NO_LAYER,
        rule="perceptron",
        seed="4",
        epochs="100",
    ),
    card(
        "xor",
        "XOR",
        "Opposite clouds belong together. Predict: how many of the 4 clouds can a line have on the"
        " right side, and does Rosenblatt's rule come to rest?",
        "3 of 4, and no: in 100 epochs of 210 points it made 9 556 mistakes. Gradient descent does"
        " rest: at J = 0.68, about ln 2 = 0.69, which is what “½” everywhere costs.",
        then=("Gradient descent", {"rule": "gradient"}),
        data="xor",
        hidden=NO_LAYER,
        rule="perceptron",
        epochs="100",
    ),
    card(
        "two_units",
        "Two units",
        "Two hidden units are two lines, and two lines part the clouds. Predict: from how many of"
        " 24 starts does gradient descent find them?",
        "From 16 (of 400 starts: 62 %). In the others some clouds stay wrong, and ten times the"
        " epochs saves none of them: try another start, or more units.",
        then=("Train from 24 starts", {"starts": "1"}),
        data="xor",
        hidden="2tanh",
        epochs="100",
    ),
    card(
        "two_relus",
        "Two ReLUs",
        "The same with two ReLUs. Predict: more of the 24 starts, or fewer than with tanh (16)?",
        "Fewer, 1; these 24 are unlucky, of 400 starts 25 % do. A ReLU is 0, and learns nothing,"
        " on one side of its line: a start must happen to look at the right clouds.",
        then=("Train from 24 starts", {"starts": "1"}),
        data="xor",
        hidden="2relu",
        epochs="100",
    ),
    card(
        "features",
        "Features",
        "No hidden layer, but a third feature: x₁x₂. Predict: is XOR learnt now, and which of the"
        " three weights does it?",
        "100 % after 1 epoch. In the end x₁x₂ has the weight −3.2, the others less than 0.3. Here"
        " somebody had to think of x₁x₂; hidden units find features of their own.",
        data="xor",
        features="x1,x2,x1x2",
        hidden=NO_LAYER,
        epochs="50",
    ),
    card(
        "too_fast",
        "Too fast",
        "A linear unit, a plane, all points in each step: J is a bowl. A rate of 0.6 works."
        " Predict: where do 50 steps at 0.7 lead?",
        "Up, from 0.7 to above 1 000 000: each step lands higher on the other side. The border is"
        " 2 / curvature = 2 / 3.08 = 0.65. With 0.6, J comes down to 0.0041.",
        then=("Rate 0.6", {"rate": "0.6"}),
        data="plane",
        hidden=NO_LAYER,
        batch="0",
        rate="0.7",
        epochs="50",
    ),
    card(
        "dead_relus",
        "Dead ReLUs",
        "Two layers of 8 ReLUs at a rate of 3. Predict: how many units of the second layer will"
        " still say anything but 0, for any training point?",
        "None, from 5 of 5 seeds: pushed to where z is negative for all of them, a ReLU has no"
        " slope, hence no way back, and all get one answer. At a rate of 0.1: 100 % right.",
        then=("Rate 0.1", {"rate": "0.1"}),
        hidden="8relu-8relu",
        init="he",
        rate="3",
        epochs="50",
    ),
    card(
        "zeros",
        "Zeros",
        "All weights begin at 0. Predict: does logistic regression learn? And what if a layer of 4"
        " tanh units, or of ReLUs, stands before it?",
        "It does: 100 % after 1 epoch, for ∂J/∂w = (ŷ − y) x needs no w. Behind tanh or ReLU all"
        " weights are still 0 after 100 epochs: a = 0 and w = 0 stop each other's gradient.",
        then=("4 tanh units", {"hidden": "4tanh"}),
        data="gaussians",
        hidden=NO_LAYER,
        init="zeros",
        epochs="100",
    ),
    card(
        "twins",
        "Twins",
        "Sigmoids are ½ at z = 0, so there is a gradient. Predict: can 4 of them learn the circle"
        " from zeros?",
        "They learn, but all 4 the same for ever: they are 1 unit, a line, and 66 % right (5"
        " seeds). Weights that differ at the start: 99 %. Random weights make units differ.",
        then=("Random weights", {"init": "xavier"}),
        data="circle",
        hidden="4sigmoid",
        init="zeros",
        rate="0.3",
        epochs="300",
    ),
    card(
        "momentum",
        "Momentum",
        "XOR at a rate of 0.01: plain SGD gets 89 % on average over 5 seeds, 91 % from seed 0."
        " Predict: and with a momentum of 0.9, and which rate does as well without?",
        "100 %, from 5 of 5 seeds. Where the slope stays, steps add up to 1 / (1 − 0.9) = 10 of"
        " them: plain SGD at 0.1 has the same loss, 0.04 (from seed 0: 0.06).",
        then=("With momentum", {"optimiser": "momentum"}),
        data="xor",
        hidden="4tanh",
        rate="0.01",
        epochs="30",
    ),
    card(
        "overfitting",
        "Overfitting",
        "50 noisy points to learn from, 450 held out, 105 weights. Predict: how many of the 50, and"
        " of the 450, are right after 400 epochs?",
        "98 % and 83 % (over 5 seeds: 96 and 84 %). The held-out loss was lowest in epoch 89, 0.28,"
        " and ends at 0.84: it learnt the noise by heart. A line (no hidden layer) gets 85 %.",
        then=("No hidden layer", {"hidden": NO_LAYER}),
        **_OVERFITTED,
    ),
    card(
        "dropout",
        "Dropout, L2",
        "The same: held out 84 % over 5 seeds, loss 0.66; 84 % and 0.78 from seed 1. Predict: what"
        " do dropout (0.2) and L2 (0.01) do to both?",
        "Dropout: loss 0.39, but 84 % right: less sure, not better (seed 1: 0.38, 84 %). L2: loss"
        " 0.29 and 88 % (seed 1: 0.28, 88 %), though 1 of the 5 seeds stays at 84 %.",
        then=("L2 instead", {"dropout": "0", "l2": "0.01"}),
        **_OVERFITTED,
        dropout="0.2",
        seed="1",
    ),
    card(
        "depth",
        "Depth",
        "105 weights as 2 hidden layers (8, 8), as 3 (8, 5, 5) or as 4 (8, 4, 4, 4). Predict: which"
        " is best on the spiral, over 5 seeds?",
        "The 2: 98 %, then 95 % and 88 % (seed 0 alone: 98, 95 and 90 %). One layer of 8 (33"
        " weights) gets 75 %: a second layer pays, depth at the cost of width does not, here.",
        then=("8, 4, 4, 4", {"hidden": "8tanh-4tanh-4tanh-4tanh"}),
        data="spiral",
        noise="0",
        count="500",
        hidden="8tanh-8tanh",
        optimiser="adam",
        rate="0.01",
        epochs="200",
    ),
)

POINT_CARDS: dict[str, Card] = {card.name: card for card in _CARDS}
