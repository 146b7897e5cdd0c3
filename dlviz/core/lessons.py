"""Lesson cards: settings to look at, a question to predict from, and the answer.

One entry in ``CONVOLUTION_CARDS`` each, in the order in which a lecture tells the story. Plain
data: a page applies the settings. A test works out every number of every answer. What the first
step shows (sizes, borders, the first output) must not be what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial


@dataclass(frozen=True)
class Card:
    """One thing to predict, then to see.

    ``settings`` are parameters of the page's address; whatever they leave out is at its default.
    ``then`` are settings laid over those once the answer is shown, by a button ``then_label``; its
    step is the last one, so that the whole output is there at once. None: no button. Question and
    answer are shown as Markdown and therefore hold no markup.
    """

    name: str
    title: str
    question: str
    answer: str
    settings: Mapping[str, str]
    then: Mapping[str, str] = field(default_factory=dict)
    then_label: str = ""


def card(
    name: str,
    title: str,
    question: str,
    answer: str,
    then: tuple[str, dict[str, str]] = ("", {}),
    **settings: str,
) -> Card:
    """Shorthand: ``then`` is the label and what it sets."""
    label, after = then
    return Card(name, title, question, answer, settings, after, label)


_card = partial(card, step="1")  # it begins at the first step


_CONVOLUTION = (
    _card(
        "count",
        "Count the X",
        "The lecture's example: the kernel adds up what lies under its X. Predict: what is the"
        " largest number of the output, and how often does it appear?",
        "4, at 4 places. 5 would need a 1 under every weight of the X, and the bent stroke offers"
        " that nowhere.",
    ),
    _card(
        "edge",
        "Edges",
        "Dark on the left, bright on the right. Predict: in which columns of the output does Sobel"
        " answer, and with which number?",
        "4 in columns 2 and 3, where the window stands over the edge. Down a column nothing"
        " changes, so Sobel from top to bottom answers 0.",
        then=("Sobel, top to bottom", {"kernel": "sobel_y", "step": "25"}),
        grid="edge",
        kernel="sobel_x",
    ),
    _card(
        "blur",
        "Blur",
        "Every weight is 1/9, so each output is the mean of its window. Predict: which numbers will"
        " stand in a row of the output, across the edge?",
        "0, 1/3, 2/3, 1, 1: the sharp step has become a slope. The weights add up to 1, so the"
        " flat parts keep their brightness.",
        grid="edge",
        kernel="box",
    ),
    _card(
        "laplacian",
        "Laplacian",
        "Its weights add up to 0, so flat parts give 0. Predict: which numbers stand at the edge,"
        " dark side and bright side?",
        "1 on the dark side, −1 on the bright one. A steady ramp gives 0: there the brighter and"
        " the darker neighbour cancel out.",
        then=("Show the ramp", {"grid": "ramp", "step": "25"}),
        grid="edge",
        kernel="laplacian",
    ),
    _card(
        "half_turn",
        "Half turn",
        "A single 1, and a kernel with −2 at its upper left. Predict: on which side of the middle"
        " will the −2 appear in the output?",
        "At the lower right, row 4, column 4: libraries do not turn the kernel, so its copy comes"
        " out turned. True convolution (More settings): row 2, column 2.",
        then=("Turn the kernel", {"turned": "1", "step": "25"}),
        grid="impulse",
        kernel="emboss",
    ),
    _card(
        "stride",
        "Stride",
        "The lecture's example again, but now in steps of 2 pixels. Predict: how many of its 4s are"
        " left, and what is the largest number now?",
        "None is left: every second number of every second row is kept, 9 of 25, and all the 4s"
        " stood in between. The largest number is now 3.",
        stride="2",
    ),
    _card(
        "same",
        "Same padding",
        "A 4×4 kernel has no middle: 1 row of zeros goes above, 2 below. Predict: what does the"
        " bright corner, lower right, become?",
        "1/4: 4 of its 16 pixels lie in the picture, 12 in the border. With the edge repeated (More"
        " settings, “Border filled with”) it stays 1.",
        then=("Repeat the edge", {"border": "replicate", "step": "49"}),
        grid="edge",
        kernel="box",
        ksize="4",
        padding="same",
    ),
    _card(
        "receptive",
        "Two 3×3 layers",
        "A kernel of ones passes on what it sees. Predict: how many outputs does the single 1"
        " reach, and how many after “Output becomes input” (below)?",
        "9, then 25: two layers of 3×3 see as far as one of 5×5, with 18 weights instead of 25. Not"
        " evenly: 9 paths lead to the middle, but only 1 to each corner.",
        grid="impulse",
        kernel="ones",
        padding="same",
    ),
    _card(
        "dilation",
        "Dilation",
        "The same 9 weights, now 2 pixels apart. Predict: how many of the 25 outputs will the"
        " single 1 reach, and do they lie side by side?",
        "9, with gaps: the other 16 stay 0. They span 5×5, so one layer with dilation 2 reaches as"
        " far as two without, and no weight is added.",
        grid="impulse",
        size="9",
        kernel="ones",
        dilation="2",
    ),
    _card(
        "pooling",
        "Pooling",
        "The 1 lies at the lower right of its 2×2 window. Predict: to how many of its 8 neighbours"
        " could it move without changing the output?",
        "3: left, up, and both at once stay inside the window. The other 5 lie in other windows."
        " Pooling forgives some shifts; it is not invariant.",
        op="max_pool",
        grid="impulse",
        size="8",
        window="2",
        stride="2",
    ),
    _card(
        "colour",
        "Colour edges",
        "Red gets Sobel's kernel, green its negative. Predict: what stands at the border, and what"
        " if both got the same?",
        "−48: −24 from red, −24 from green. With the same kernel −24 + 24 = 0: for a grey picture,"
        " the channels' mean, there is no edge.",
        then=("Same kernel for all", {"mix": "all", "step": "25"}),
        grid="colours",
        channels="rgb",
        kernel="sobel_x",
        mix="red_green",
    ),
    _card(
        "stamps",
        "Stamps",
        "Every input pixel stamps the kernel, times its value, into the output, 2 apart. Predict:"
        " which numbers do the flat bright pixels leave there?",
        "1, 2 and 4: stamps add up where they overlap, the checkerboard known from networks that"
        " draw pictures. The 9×9 is (4 − 1) · 2 + 3 each way.",
        op="transposed",
        grid="edge",
        size="4",
        kernel="ones",
        stride="2",
    ),
)

CONVOLUTION_CARDS: dict[str, Card] = {card.name: card for card in _CONVOLUTION}
