"""Lesson cards of the page “neurons”: settings, a question to predict from, and the answer.

One entry in ``NEURONS_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS: tuple[Card, ...] = (
    card(
        "threshold",
        "One threshold",
        "Both weights are 1, and θ = 1.5 makes the unit AND. Predict: down to which θ does it stay"
        " AND, and what does it become below that?",
        "AND for every θ above 1, up to 2. At 1 one input is enough, so it is OR; at 0 and below"
        " it always fires. The weights turn the line, θ only shifts it.",
        then=("Set θ to 0.5", {"weights": "1_1_0.5"}),
    ),
    card(
        "third",
        "A third input",
        "“At least 2 of 3”: all weights 1, θ = 1.5. The two squares are x₃ = 0 and x₃ = 1."
        " Predict: which gate of x₁ and x₂ is the unit in each?",
        "AND where x₃ is 0, OR where it is 1: the third input moves the line, it leaves 0.5 of the"
        " 1.5 to reach. Of all 256 functions of three inputs one unit computes 104.",
        gate="two_of_three",
    ),
    card(
        "contradiction",
        "XOR by hand",
        "Try for a minute. Predict: with how many of XOR's 4 answers can any weights agree, and"
        " how many of the 16 functions of two inputs are out of reach?",
        "3 of 4, and 2 functions: XOR, and its opposite “both alike”. One line never has two"
        " opposite corners on its side and the other two on the other. A hidden layer can.",
        then=("Add a hidden layer", {"stage": "xor"}),
        gate="xor",
    ),
    card(
        "likeness",
        "Harder digits",
        "0 against 1: a handful of mistakes, and every training picture is right. Predict for 3"
        " against 8: more mistakes or fewer, and does the bound come nearer to them?",
        "81 mistakes instead of 10, and the bound grows with them, from 52 to 586: γ, the room"
        " between the classes, shrinks. Both times the bound is loose, 5 and 7 times too high.",
        then=("3 against 8", {"first": "3", "second": "8"}),
        stage="perceptron",
    ),
    card(
        "noise",
        "Too much noise",
        "E against F, 10 % of the dots flipped: it comes to rest after 56 mistakes. Predict: what"
        " happens when 20 % are flipped, and what does the bound say then?",
        "No weights part them any more, so it never rests: 1409 mistakes in 50 passes. Then γ is"
        " 0 and (R/γ)² infinite: the bound says nothing. Still 86 % of new letters are right.",
        then=("Flip 20 %", {"flipped": "20"}),
        stage="perceptron",
        material="letters",
        first="E",
        second="F",
    ),
    card(
        "restarts",
        "Luck of the start",
        "Two hidden tanh units solve XOR from 16 of 24 starts. Predict for two ReLUs, and for"
        " three tanh units: from how many?",
        "1 of 24 and 24 of 24. A ReLU that is 0 for all points learns nothing more; a unit to"
        " spare makes up for a bad start. That is one reason why networks are made wide.",
        then=("Two ReLUs", {"between": "two_relu"}),
        stage="xor",
    ),
    card(
        "saturated",
        "Where it is flat",
        "At z = 1 the sigmoid passes 19.7 % of a gradient on. Predict: how much at z = 5, and how"
        " much do tanh and ReLU pass on there?",
        "0.665 % for the sigmoid and 0.0182 % for tanh: both are saturated. The ReLU passes all"
        " of it on, for any z above 0; that is why it is used in deep networks.",
        then=("Go to z = 5", {"z": "5"}),
        stage="activations",
    ),
    card(
        "scale",
        "The scale of the weights",
        "ReLU with He's weights: the gradient comes through ten layers whole. Xavier's have half"
        " the variance. Predict: how much of it comes through ten layers then, and through 50?",
        "About 3 % through ten layers, a factor of 0.5 in the variance for each; through 50 about"
        " 3 in 100 million. A small error of scale is raised to the power of the depth.",
        then=("Xavier, 50 layers", {"start": "xavier", "layers": "50"}),
        stage="depth",
        bend="relu",
    ),
)

NEURONS_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}
