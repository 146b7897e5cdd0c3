"""The attacks to choose from, in visible order, all called in the same way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from torch import Tensor, nn

from dlviz.core.attacks import boundary, l2
from dlviz.core.attacks.aim import Aim
from dlviz.core.attacks.linf import climb, random_offset

Number = int | float


@dataclass(frozen=True)
class Setting:
    """A number of an attack that can be chosen: from ``low`` to ``high``, whole if ``default`` is.

    ``step`` is a fitting step for a slider; ``what`` says in a sentence what the number does.
    """

    title: str
    what: str
    default: Number
    low: Number
    high: Number
    step: Number

    def check(self, value: object) -> Number:
        """``value`` itself. Raises ValueError that names the limits."""
        whole = isinstance(self.default, int)
        if isinstance(value, int if whole else int | float) and not isinstance(value, bool):
            number: Number = value
            if self.low <= number <= self.high:  # false for NaN
                return number
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{self.title} must be {kind} from {self.low} to {self.high}.")


@dataclass(frozen=True)
class Attack:
    """An attack: what it is called, what may be chosen, and how it walks.

    ``walk``: an ``Aim`` and the settings → the pictures of ``path``. ``random``: it takes a seed.
    ``norm``: how ε is measured, "linf" (every pixel) or "l2" (the length of the whole change).
    ``has_eps``: whether it has an ε at all. ``iterated``: whether its path has more than one step.
    ``can_target``: whether it can aim at a class. ``settings``: keyword → its limits and words.
    """

    name: str
    title: str
    what: str
    source: str
    walk: Callable[..., Iterator[Tensor]] = field(repr=False)
    norm: str = "linf"
    has_eps: bool = True
    iterated: bool = True
    can_target: bool = True
    random: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)

    def run(
        self,
        model: nn.Module,
        images: Tensor,
        labels: Tensor,
        eps: float | None = None,
        *,
        targeted: bool = False,
        mask: Tensor | None = None,
        seed: int = 0,
        **settings: Number,
    ) -> Tensor:
        """Attack: the last pictures of ``path``, which see."""
        path = self.path(
            model, images, labels, eps, targeted=targeted, mask=mask, seed=seed, **settings
        )
        return deque(path, maxlen=1).pop()

    def path(
        self,
        model: nn.Module,
        images: Tensor,
        labels: Tensor,
        eps: float | None = None,
        *,
        targeted: bool = False,
        mask: Tensor | None = None,
        seed: int = 0,
        **settings: Number,
    ) -> Iterator[Tensor]:
        """The clean images, then every iterate (PGD's random start is its first), N×C×H×W each.

        ``model`` maps pixels to logits N×K. images: N×C×H×W in [0, 1]; labels: int64 N, the net's
        own clean answers, or with ``targeted`` the classes to be mistaken for; ``eps``: in pixels
        of [0, 1], ignored where ``has_eps`` is false. ``mask`` broadcasts to the images and is
        nonzero where a pixel may move. ``seed``: of PGD's start, the same offset for every image.
        ``settings``: those of the attack, by keyword; what is left out has its default.

        Raises ValueError in one sentence, at once, for anything else.
        """
        if targeted and not self.can_target:
            raise ValueError(f"{self.title} cannot be aimed at a class.")
        chosen = self.chosen(settings)
        if self.random:
            chosen["seed"] = seed
        size = eps if self.has_eps else 0.0
        aim = Aim.of(model, images, labels, size, targeted=targeted, mask=mask)
        return chain((aim.images.clone(),), self.walk(aim, **chosen))

    def chosen(self, settings: Mapping[str, object]) -> dict[str, Number]:
        """Every setting with its value. Raises ValueError for unknown ones and for bad values."""
        unknown = [name for name in settings if name not in self.settings]
        if unknown:
            raise ValueError(f"{self.title} has no setting {unknown[0]!r}.")
        return {
            name: setting.check(settings.get(name, setting.default))
            for name, setting in self.settings.items()
        }


def _fgsm(aim: Aim) -> Iterator[Tensor]:
    return climb(aim, step=aim.eps, steps=1)


def _bim(aim: Aim, *, steps: int, step: float) -> Iterator[Tensor]:
    return climb(aim, step=step * aim.eps, steps=steps)


def _pgd(aim: Aim, *, steps: int, step: float, seed: int) -> Iterator[Tensor]:
    return climb(aim, step=step * aim.eps, steps=steps, start=random_offset(aim, seed=seed))


def _mifgsm(aim: Aim, *, steps: int, step: float, decay: float) -> Iterator[Tensor]:
    return climb(aim, step=step * aim.eps, steps=steps, decay=decay)


STEPS = Setting("Steps", "How many gradients are followed, one after the other.", 10, 1, 100, 1)
STEP = Setting(
    "Step size",
    "How far one step goes, as a share of ε. Steps that together make less than 1 cannot reach ε.",
    0.25,
    0.01,
    1.0,
    0.01,
)
DECAY = Setting(
    "Memory",
    "How much of the earlier gradients each step keeps; with 0 it is BIM.",
    1.0,
    0.0,
    2.0,
    0.1,
)

_ALL = (
    Attack(
        "fgsm",
        "FGSM: one step",
        "Every pixel moves by exactly ε in the direction in which the loss rises.",
        "Goodfellow, Shlens and Szegedy (2015), arXiv:1412.6572",
        _fgsm,
        iterated=False,
    ),
    Attack(
        "fgm",
        "FGM: one step, L2",
        "One step of length ε along the gradient itself: large where the loss feels it most.",
        "Goodfellow, Shlens and Szegedy (2015), arXiv:1412.6572",
        l2.walk,
        norm="l2",
        iterated=False,
    ),
    Attack(
        "bim",
        "BIM: small steps",
        "Many small FGSM steps from the picture itself, never further than ε from it.",
        "Kurakin, Goodfellow and Bengio (2017), arXiv:1607.02533",
        _bim,
        settings={"steps": STEPS, "step": STEP},
    ),
    Attack(
        "pgd",
        "PGD: small steps, random start",
        "Many small FGSM steps from a random start, never further than ε from the picture.",
        "Madry et al. (2018), arXiv:1706.06083",
        _pgd,
        random=True,
        settings={"steps": STEPS, "step": STEP},
    ),
    Attack(
        "mifgsm",
        "MI-FGSM: with momentum",
        "Small steps that remember where they were going; what they find transfers better.",
        "Dong et al. (2018), arXiv:1710.06081",
        _mifgsm,
        settings={
            "steps": STEPS,
            "step": Setting(STEP.title, STEP.what, 0.1, STEP.low, STEP.high, STEP.step),
            "decay": DECAY,
        },
    ),
    Attack(
        "deepfool",
        "DeepFool: nearest boundary",
        "No ε: it seeks the smallest change, as a length, that gives another answer.",
        "Moosavi-Dezfooli, Fawzi and Frossard (2016), arXiv:1511.04599",
        boundary.walk,
        norm="l2",
        has_eps=False,
        can_target=False,
        settings={
            "steps": Setting(
                "Steps", "At most so many; it stops at another answer.", 50, 1, 100, 1
            ),
            "overshoot": Setting(
                "Overshoot",
                "How much further than the boundary it goes, as a share of the change.",
                0.02,
                0.0,
                1.0,
                0.01,
            ),
            "candidates": Setting(
                "Candidates",
                "How many of the strongest other classes it looks at; each costs a gradient.",
                10,
                1,
                100,
                1,
            ),
        },
    ),
)

ATTACKS: dict[str, Attack] = {attack.name: attack for attack in _ALL}
