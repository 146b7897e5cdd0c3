"""Lesson cards of the page “tasks”: settings, a question to predict from, and the answer.

One entry in ``TASKS_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_STYLE = (
    card(
        "cup",
        "Where is the cup?",
        "The cat is to look like a photograph of a cup of coffee. Predict: where in the cat’s face"
        " will the cup, the saucer or the spoon be?",
        "Nowhere: its reds and browns, its gloss and its smooth curves came over, no cup did, and"
        " 3.4 % of the style loss is left. A Gram matrix adds up over all places, so it keeps which"
        " features go together and forgets where they were.",
        then=("Look like galaxies", {"manner": "stars"}),
        task="style",
        manner="coffee",
    ),
    card(
        "random_style",
        "A network that never saw a picture",
        "The same cat, wall and descent, but the network’s weights are random. Predict: is more or"
        " less of the style loss left than the trained network’s 2.9 %? And are there bricks?",
        "Less: 0.2 %. And no bricks, only grain. The loss counts what the network can tell apart,"
        " and a random one hardly tells a wall from noise: a small loss is worth as much as the"
        " network that measures it.",
        then=("The trained network", {"through": "mobilenet_v2"}),
        task="style",
        through="random",
    ),
    card(
        "texture",
        "Style alone",
        "It begins as grey noise and the content weight is 0: only the Gram matrices of the brick"
        " wall pull. Predict: will the photograph of the wall come back?",
        "No: a wall that nobody has built, with 0.7 % of the style loss left. Bricks, joints and"
        " grey are in the Gram matrices, the arrangement is not. As a model of texture they came a"
        " few months before the paper on style.",
        then=("Another seed", {"grain": "1"}),
        task="style",
        keep="0",
        begin="noise",
    ),
)
_CARDS: tuple[Card, ...] = _STYLE

TASKS_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}
