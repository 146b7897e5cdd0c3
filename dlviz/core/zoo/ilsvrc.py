"""ImageNet's challenge, year by year: who won the classification task, and how deep. Plain data.

Sources: Russakovsky et al. (2015), "ImageNet Large Scale Visual Recognition Challenge", table 6
(arXiv:1409.0575), the challenge's own results pages of 2010 to 2017, and Krizhevsky et al. (2012).
"""

from __future__ import annotations

from dataclasses import dataclass

PEOPLE = 5.1  # per cent: one trained annotator, 1500 test pictures (Russakovsky et al., sec. 6.4)
SECOND_2012 = 26.2  # per cent: the best entry of 2012 without a deep network
LECTURE_2011 = 25  # per cent: "a misclassification rate of 25 %", the lecture's round number
LECTURE_2012 = 16  # per cent: "an error rate of 16 %"


@dataclass(frozen=True)
class Winner:
    """The best entry of one year.

    ``error``: top-5 error in per cent on the test pictures, trained on the challenge's pictures
    alone; ``extra``: with further ones, where that was entered too. ``layers``: with weights, in a
    row (of the deepest member where several nets voted); 0: features made by hand, no deep net.
    """

    year: int
    title: str
    team: str
    error: float
    layers: int
    how: str
    extra: float | None = None


_WINNERS: tuple[Winner, ...] = (
    Winner(
        2010, "NEC-UIUC", "NEC, Illinois and Rutgers", 28.2, 0, "hand-made features, linear SVMs"
    ),
    Winner(2011, "XRCE", "Xerox", 25.8, 0, "hand-made features as Fisher vectors, linear SVMs"),
    Winner(
        2012,
        "AlexNet",
        "Toronto",
        16.4,
        8,
        "five deep convolutional nets vote, trained on GPUs",
        15.3,
    ),
    Winner(2013, "Clarifai", "Clarifai", 11.7, 8, "ZFNet’s descendants, several vote", 11.2),
    Winner(2014, "GoogLeNet", "Google", 6.7, 22, "seven nets of Inception blocks vote"),
    Winner(2015, "ResNet", "Microsoft Research", 3.57, 152, "six residual nets vote"),
    Winner(
        2016,
        "Trimps-Soushen",
        "China’s police research",
        2.99,
        200,
        "residual and Inception nets vote",
    ),
    Winner(
        2017, "SENet", "Momenta and Oxford", 2.25, 154, "nets that weigh their own channels vote"
    ),
)

WINNERS: dict[int, Winner] = {winner.year: winner for winner in _WINNERS}
