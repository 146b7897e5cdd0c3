"""Lesson cards of the page “experiments”: settings, a question to predict from, and the answer.

One entry in ``EXPERIMENTS_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS: tuple[Card, ...] = (
    card(
        "worth",
        "What is dropout worth?",
        "400 pictures, half of the hidden units silenced at every step. Predict: does dropout lower"
        " the held-out loss, and raise the accuracy, by more than five seeds scatter?",
        "The loss, yes: by 0.325, and the interval ends at 0.235. The accuracy by 0.3 points, but"
        " from −1.4 to +2.0: within noise. It is less sure of its mistakes, not less often wrong.",
        measure="loss",
    ),
    card(
        "anecdote",
        "One run is an anecdote",
        "The same pair, judged by accuracy, seed 0 alone: dropout is ahead by half a point."
        " Predict: in how many of five seeds is it ahead?",
        "In 3 of 5. With seed 3 it is behind by 1.4 points, with seed 1 ahead by 1.8: whoever tries"
        " once believes whatever the seed says.",
        then=("Count all five", {"counted": "5"}),
        measure="accuracy",
        counted="1",
    ),
    card(
        "large_step",
        "Steps that are too large",
        "A learning rate of 0.15 with momentum. Predict: how many of the held-out digits are right"
        " without batch norm, and with it? And what is left of that at 0.01?",
        "10.5 % without, which is guessing, and 94.6 % with it. At 0.01 both learn: 93.3 % and"
        " 93.8 %, a difference of 0.4 points whose interval still touches 0.",
        then=("At 0.01", {"speed": "norm_small"}),
        study="batch_norm",
    ),
    card(
        "start",
        "Where a deep net starts",
        "Six hidden layers, three ways to draw the first weights. Predict: which of the two wrong"
        " ones gives the same result five times, and which one is a lottery?",
        "σ = 0.01 guesses five times, 11 % each: nothing gets through. σ = 0.3 ends anywhere from"
        " 11 % to 75 %, as the seed will have it. He’s start: 92 %, five times.",
        study="initialisation",
    ),
    card(
        "predict",
        "Predict, then run",
        "Will batch norm help at a small learning rate? Lock a prediction with your reason, and"
        " only then open the recorded runs.",
        "By 0.4 points, from −0.02 to +0.86: within noise by a hair. Who said “no difference” was"
        " right; who said “it helps” may be, and needs more seeds.",
        study="notebook",
        trial="small_steps",
    ),
    card(
        "cause",
        "Symptom or cause?",
        "Four points of this failed run say “look here”. Predict: which one is the cause of the"
        " other three?",
        "Point 4: the first layer’s gradient is 1/649 of the last one’s. What does not learn cannot"
        " fall (2), rests where it guesses (6) and says one class only (7).",
        then=("And here?", {"case": "trouble-exploding"}),
        study="checklist",
        case="trouble-vanishing",
    ),
)

EXPERIMENTS_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}
