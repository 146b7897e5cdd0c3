"""The attack family's controls: which attack, towards what, how far, how, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.adversarial.masks import STICKER, Mask, choose_mask
from dlviz.ui.adversarial.studies import usual_range
from dlviz.ui.adversarial.subject import Subject
from dlviz.ui.adversarial.target import choose_target
from dlviz.ui.controls import choice, number

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.attacks import Attack
    from dlviz.core.attacks.registry import Number
    from dlviz.figures.attack_path import Recipe
    from dlviz.ui.views import Place

FIRST, EPS, LEVELS = "pgd", "eps", 255
# A setting's name → its parameter in the address and its control's width.
NAMES = {
    "steps": ("steps", 130),
    "step": ("size", 130),
    "decay": ("memory", 130),
    "overshoot": ("beyond", 130),
    "candidates": ("rivals", 130),
}


def choose_recipe(place: Place, subject: Subject, clean: Tensor) -> tuple[Recipe, Mask | None]:
    """A row of controls below the model's → what to do, and where; the address has them all.

    ``clean``: the net's probabilities for the picture as it is, float32 K.
    """
    from dlviz.core.attacks import ATTACKS
    from dlviz.figures.attack_path import Recipe

    with place.controls:
        target = choose_target(place.model, clean, context=place.offer.key)
    row = st.container(horizontal=True, vertical_alignment="bottom", key="family_controls")
    with row:
        name = choice("Attack", {FIRST: ATTACKS[FIRST], **ATTACKS}, key="attack", width=260)
        attack = ATTACKS[name]
        largest, usual = usual_range(subject)
        eps = number(
            "ε (steps of 1/255)", 0, LEVELS, usual, key=EPS, context=f"{largest}", width=130,
            disabled=not attack.has_eps,
        )  # fmt: skip
        settings = _settings(attack)
        channels, height, width = subject.pixels.shape
        mask = choose_mask((channels, height, width))
        if mask and mask.kind == STICKER and eps < LEVELS and attack.has_eps:
            st.button(f"Let ε be {LEVELS}", on_click=_print_anything)
    if target is not None and not attack.can_target:
        place.status.info(
            f"{attack.title} cannot be aimed: it goes to the nearest boundary, whatever is there."
        )
        target = None
    return Recipe(name, eps, target, settings, mask.pixels if mask else None), mask


def _settings(attack: Attack) -> dict[str, Number]:
    """The attack's own numbers."""
    found: dict[str, Number] = {}
    for name, setting in attack.settings.items():
        key, width = NAMES[name]
        found[name] = number(
            setting.title,
            setting.low,
            setting.high,
            setting.default,
            key=key,
            context=attack.name,
            step=setting.step,
            width=width,
            help=setting.what,
        )
    return found


def _print_anything() -> None:
    st.session_state[EPS] = LEVELS
