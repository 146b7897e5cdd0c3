"""Lesson cards: settings to look at, a question to predict from, and the answer.

One entry in ``CONVOLUTION_CARDS`` each, in the order in which a lecture tells the story. Plain
data: a page applies the settings. A test works out every number of every answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """One thing to predict, then to see.

    ``settings`` are parameters of the page's address; whatever they leave out is at its default.
    Question and answer are shown as Markdown and therefore hold no markup.
    """

    name: str
    title: str
    question: str
    answer: str
    settings: Mapping[str, str]


def _card(name: str, title: str, question: str, answer: str, **settings: str) -> Card:
    """A card that begins at the first step, where nothing is given away."""
    return Card(name, title, question, answer, {**settings, "step": "1"})


_CONVOLUTION = (
    _card(
        "count",
        "Count the X",
        "The lecture's example: the kernel adds up what lies under its X. Before you press play:"
        " what is the largest number of the output, and how often does it appear?",
        "4, at 4 places. 5 would need a 1 under every weight of the X, and nowhere does the bent"
        " stroke offer that.",
    ),
    _card(
        "edge",
        "Edges",
        "Sobel, top to bottom, on a picture that is dark on the left and bright on the right."
        " Before you press play: what is the largest number of the output?",
        "0, because the kernel compares above with below, and every column is the same all the"
        " way down. Choose Sobel, left to right: it gives 4 in the 2 columns at the edge.",
        grid="edge",
        kernel="sobel_y",
    ),
    _card(
        "blur",
        "Blur",
        "Every weight is 1/9, so each output is the mean of its window. Before you press play:"
        " which numbers will stand in a row of the output, across the edge?",
        "0, 1/3, 2/3, 1, 1: the sharp step has become a slope. The weights add up to 1, so the"
        " flat parts keep their brightness.",
        grid="edge",
        kernel="box",
    ),
    _card(
        "laplacian",
        "Laplacian",
        "The Laplacian's weights add up to 0. Before you press play: what does it answer on a"
        " picture that gets steadily brighter, and what would it answer on a flat one?",
        "0 everywhere, on both. A sum of 0 is enough for the flat picture; on the ramp the"
        " brighter and the darker neighbour cancel out as well. Sobel, left to right, also sums"
        " to 0, but on this ramp it answers 8.",
        grid="ramp",
        kernel="laplacian",
    ),
    _card(
        "half_turn",
        "Half turn",
        "A single 1 in the middle, and a kernel with −2 at its upper left and 2 at its lower"
        " right. Before you press play: on which side of the middle will the −2 appear?",
        "At the lower right, in row 4, column 4: libraries compute cross-correlation, which leaves"
        " the kernel turned by 180°. Switch to true convolution and the −2 moves to row 2,"
        " column 2. A network learns its weights, so it can do the same with either.",
        grid="impulse",
        kernel="emboss",
    ),
    _card(
        "stride",
        "Stride",
        "The lecture's example again, but the window now moves 2 pixels at a time. Before you"
        " press play: how large is the output, and do its 4s survive?",
        "3×3: every second number of every second row is kept, 9 of 25. All 4s stood in"
        " between and are lost; the largest number is now 3.",
        stride="2",
    ),
    _card(
        "same",
        "Same padding",
        "The output shall be as large as the input, with a kernel of 4×4. Before you press play:"
        " how many rows of zeros does that need above, and how many below?",
        "1 above and 2 below, and likewise 1 to the left and 2 to the right: an even kernel has"
        " no middle, and torch adds the odd row at the end. A 3×3 kernel needs 1 on every side.",
        grid="edge",
        kernel="box",
        ksize="4",
        padding="same",
    ),
    _card(
        "receptive",
        "Two 3×3 layers",
        "A single 1, and a kernel of ones that passes on whatever it sees. Before you press play:"
        " how many outputs does that pixel reach? And how many once “Output becomes input” has"
        " sent them through the same kernel again?",
        "9, a square of 3×3, and then 25, a square of 5×5. So two layers of 3×3 see as far as one"
        " of 5×5, here with 18 weights instead of 25. They do not see evenly: 9 paths lead to the"
        " middle, but only 1 to each corner.",
        grid="impulse",
        kernel="ones",
        padding="same",
    ),
    _card(
        "dilation",
        "Dilation",
        "The same 9 weights, now 2 pixels apart. Before you press play: how many outputs does the"
        " single 1 reach, and how large is the square that they span?",
        "9 again, but they span 5×5: one 3×3 layer with dilation 2 reaches as far as two without,"
        " and no weight is added. The 16 places in the gaps stay 0.",
        grid="impulse",
        size="9",
        kernel="ones",
        dilation="2",
    ),
    _card(
        "pooling",
        "Pooling",
        "Max pooling keeps the largest number of each 2×2 window, and the 1 lies at the lower right"
        " of its window. Before you press play: to how many of its 8 neighbours could the 1 move"
        " without changing the output?",
        "To 3: left, up, and both at once stay inside the window. The other 5 lie in other windows,"
        " and the output moves with them. Pooling forgives some shifts; it is not invariant.",
        op="max_pool",
        grid="impulse",
        size="8",
        ksize="2",
        stride="2",
    ),
    _card(
        "colour",
        "Colour edges",
        "Red on the left, green on the right. Red gets Sobel's kernel, green its negative. Before"
        " you press play: what stands at the border, and what if all channels got the same kernel?",
        "−48 in 2 columns: −24 from red and −24 from green. With the same kernel for all channels"
        " it is −24 + 24 = 0: a grey picture, the plain mean of the channels, has no edge here.",
        grid="colours",
        channels="rgb",
        kernel="sobel_x",
        mix="red_green",
    ),
    _card(
        "stamps",
        "Stamps",
        "Transposed convolution turns it round: every input pixel stamps the kernel, times its own"
        " value, into the output. Before you press play: how large does 4×4 become with stride 2,"
        " and what happens where stamps overlap?",
        "9×9, which is (4 − 1) · 2 + 3 each way. Stamps add up: the flat bright half comes out"
        " as 1, 2 and 4, the checkerboard pattern known from networks that draw pictures.",
        op="transposed",
        grid="edge",
        size="4",
        kernel="ones",
        stride="2",
    ),
)

CONVOLUTION_CARDS: dict[str, Card] = {card.name: card for card in _CONVOLUTION}
