"""What happens to a training picture before the net sees it: changes at random, or an attack.

Parts of a ``TrainSpec``, ``dlviz.core.specs``. Imports no torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlviz.core.spec_text import require, require_number

MAX_ATTACK_STEPS = 40
ADVERSARIES = ("off", "fgsm", "pgd")


@dataclass(frozen=True)
class AugmentSpec:
    """How every training picture is changed at random, anew each time it is seen.

    ``shift`` pixels and ``rotate`` degrees either way; ``flip`` left to right, every second one;
    ``scale`` and ``contrast`` by up to this share either way; ``noise`` is the deviation of what is
    added to pixels in [0, 1]; ``erase`` the side of an erased square as a share of the picture's.
    """

    shift: int = 0
    rotate: float = 0.0
    flip: bool = False
    scale: float = 0.0
    contrast: float = 0.0
    noise: float = 0.0
    erase: float = 0.0

    def __post_init__(self) -> None:
        require_number(self.shift, "augment.shift", 0, 16, whole=True)
        require_number(self.rotate, "augment.rotate", 0.0, 180.0)
        require(isinstance(self.flip, bool), "augment.flip must be true or false.")
        require_number(self.scale, "augment.scale", 0.0, 0.5)
        require_number(self.contrast, "augment.contrast", 0.0, 0.9)
        require_number(self.noise, "augment.noise", 0.0, 0.5)
        require_number(self.erase, "augment.erase", 0.0, 0.8)


@dataclass(frozen=True)
class AdversarialSpec:
    """Adversarial training: every training picture is replaced by an adversarial one, made anew
    against the net as it is at that step.

    ``attack`` is "off", "fgsm" (one step of ε) or "pgd" (``steps`` steps from a random start);
    ``eps`` is how far a pixel may move, in whole steps of 1/255. All pictures of a batch are
    replaced, as in Madry et al. (2018), arXiv:1706.06083; Goodfellow, Shlens and Szegedy (2015),
    arXiv:1412.6572, weigh clean and adversarial loss equally (their α = 0.5).
    """

    attack: str = "off"
    eps: int = 26
    steps: int = 7

    def __post_init__(self) -> None:
        known = f"adversarial.attack must be one of {', '.join(ADVERSARIES)}."
        require(self.attack in ADVERSARIES, known)
        require_number(self.eps, "adversarial.eps", 1, 255, whole=True)
        require_number(self.steps, "adversarial.steps", 1, MAX_ATTACK_STEPS, whole=True)

    @property
    def words(self) -> str:
        """What the pictures are attacked with; empty if they are not."""
        if self.attack == "off":
            return ""
        name = "FGSM" if self.attack == "fgsm" else f"{self.steps}-step PGD"
        return f"{name}, ε {self.eps}/255"
