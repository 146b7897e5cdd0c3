"""Where augmentation breaks the label: what a change does to the meaning of a data set's pictures.

A net that is told a mirrored 2 is a 2 learns something that is not so. To add a rule, enter it
under its data set in ``RULES``; ``EVERYWHERE`` holds for all.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlviz.core.specs import AugmentSpec

MOVES = ("shift", "rotate", "flip", "scale")  # what counts on neighbours being neighbours


@dataclass(frozen=True)
class Rule:
    """What is to be said when ``transform`` of an AugmentSpec is above ``above``.

    ``breaks``: the label may become wrong; else it is a remark that it stays right.
    ``of_side``: ``above`` is a share of the picture's side, not pixels.
    """

    transform: str
    above: float
    sentence: str
    breaks: bool = True
    of_side: bool = False


def _fine(transform: str, sentence: str) -> Rule:
    return Rule(transform, 0, sentence, breaks=False)


_DIGITS = (
    Rule(
        "flip", 0, "A mirrored 2 is no 2, and a mirrored 3 is no digit at all: digits have sides."
    ),
    Rule("rotate", 45, "A 6 that is turned far enough is a 9, and a 7 lying on its side an L."),
)
_CLOTHES = (
    _fine("flip", "A mirrored sneaker is a sneaker: mirroring keeps every label here."),
    Rule("rotate", 60, "Held-out clothes all hang upright: a turned one keeps its label, but the"
         " net spends itself on what never comes.", breaks=False),
)  # fmt: skip
EVERYWHERE = (
    Rule("shift", 0.25, "A shift by more than a quarter of the side can push what matters out of"
         " the picture.", of_side=True),
    Rule("erase", 0.5, "So large a square can hide all that tells one class from another."),
    Rule("noise", 0.3, "With so much noise even you would be guessing: look at the preview."),
)  # fmt: skip
RULES: dict[str, tuple[Rule, ...]] = {
    "mnist": _DIGITS,
    "mnist_full": _DIGITS,
    "fashion_mnist": _CLOTHES,
    "fashion_full": _CLOTHES,
    "shapes": (
        _fine("flip", "A mirrored moon is a moon: no form here has a left and a right."),
        _fine("rotate", "The shapes are drawn at any angle anyway: turning adds nothing new."),
    ),
    "creatures": (
        _fine("flip", "A mirrored cat is a cat: mirroring keeps every label here."),
        Rule("rotate", 30, "No held-out creature is turned by more than 17°: the label stays right,"
             " but the net spends itself on what never comes.", breaks=False),
    ),
    "photo_crops": (
        _fine("flip", "A mirrored crop is still from the same photograph, though the text in it"
              " would no longer read."),
    ),
    "cifar10": (
        _fine("flip", "A mirrored truck is a truck: mirroring is what nearly everybody does here."),
        Rule("rotate", 60, "Ships on their side keep their label, but no held-out one lies so.",
             breaks=False),
    ),
}  # fmt: skip
OWN = (
    Rule("flip", 0, "Only you know whether your pictures mirrored still belong to their class."),
    Rule("rotate", 45, "Only you know whether your pictures turned so far belong to their class."),
)
SHUFFLED = (
    "The pixels are shuffled: neighbours in the picture are no neighbours in the scene, so a shift,"
    " a turn, a mirror or another scale mixes what has nothing to do with each other."
)


def about(name: str, spec: AugmentSpec, side: int, *, shuffled: bool = False) -> tuple[Rule, ...]:
    """What is to be said of ``spec`` on the data set ``name``, pictures of ``side`` pixels.

    Names without rules of their own are a visitor's pictures.
    """
    if shuffled and any(getattr(spec, move) for move in MOVES):
        return (_fine("shift", SHUFFLED), *_met(EVERYWHERE, spec, side))
    return _met((*RULES.get(name, OWN), *EVERYWHERE), spec, side)


def _met(rules: tuple[Rule, ...], spec: AugmentSpec, side: int) -> tuple[Rule, ...]:
    return tuple(
        rule
        for rule in rules
        if getattr(spec, rule.transform) > rule.above * (side if rule.of_side else 1)
    )
