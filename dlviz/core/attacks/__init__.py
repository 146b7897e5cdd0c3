"""Adversarial pictures: changes too small to notice that change the answer.

Everything is in pixels of [0, 1]. An L∞ attack moves no pixel by more than ε; an L2 attack changes
the whole picture by no more than the length ε. ``ATTACKS`` lists them all.
"""

from dlviz.core.attacks.aim import Aim
from dlviz.core.attacks.boundary import deepfool
from dlviz.core.attacks.health import GradientHealth, gradient_health
from dlviz.core.attacks.l2 import fgm
from dlviz.core.attacks.linf import apply, bim, fgsm, fgsm_direction, mifgsm, pgd
from dlviz.core.attacks.masks import channel, rectangle, sticker
from dlviz.core.attacks.registry import ATTACKS, Attack, Setting
from dlviz.core.attacks.sweep import fgsm_answers, fgsm_sweep

__all__ = [
    "ATTACKS",
    "Aim",
    "Attack",
    "GradientHealth",
    "Setting",
    "apply",
    "bim",
    "channel",
    "deepfool",
    "fgm",
    "fgsm",
    "fgsm_answers",
    "fgsm_direction",
    "fgsm_sweep",
    "gradient_health",
    "mifgsm",
    "pgd",
    "rectangle",
    "sticker",
]
