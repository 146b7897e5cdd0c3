"""Adversarial training as a switch of the training lab: the controls, and what they mean."""

from __future__ import annotations

import streamlit as st

from dlviz.core.picture_specs import ADVERSARIES, MAX_ATTACK_STEPS, AdversarialSpec
from dlviz.ui.controls import Named, choice, number

TITLES: dict[str, Named] = {
    "off": Named("Off"),
    "fgsm": Named("Against FGSM"),
    "pgd": Named("Against PGD"),
}
RULE = (
    "Every picture of a batch is replaced by an adversarial one, made anew against the net as it "
    "is at that step, and keeps its label (Madry et al., 2018; Goodfellow et al., 2015, trained on "
    "clean and adversarial pictures half and half). The attack asks the net in evaluation mode: "
    "batch norm keeps its running averages, dropout drops nothing. The training curve is about "
    "the adversarial pictures, the held-out one about clean ones."
)


def choose_adversary(default: AdversarialSpec, *, context: str) -> str:
    """The switch, which starts from ``default``, a preset's → "off" or an attack's name.

    ``context`` is the preset's name: what was set for another one does not count.
    """
    first = default.attack
    return choice(
        "Adversarial training",
        {first: TITLES[first], **{name: TITLES[name] for name in ADVERSARIES}},
        key="against",
        context=context,
        width=175,
    )


def hardening_panel(attack: str, default: AdversarialSpec, *, context: str) -> AdversarialSpec:
    """The numbers of the attack that was chosen, if one was → what is trained against."""
    if attack == "off":
        return AdversarialSpec()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        eps = number(
            "ε (≤ 255, steps of 1/255)",
            1,
            255,
            default.eps,
            key="against_eps",
            context=context,
            width=200,
        )
        steps = default.steps
        if attack == "pgd":
            steps = number(
                f"PGD steps (≤ {MAX_ATTACK_STEPS})",
                1,
                MAX_ATTACK_STEPS,
                default.steps,
                key="against_steps",
                context=context,
                width=160,
            )
    spec = AdversarialSpec(attack, eps, steps)
    st.caption(in_words(spec))
    return spec


def in_words(spec: AdversarialSpec) -> str:
    """What such a training does, and how much longer it takes."""
    passes = 2 if spec.attack == "fgsm" else spec.steps + 1
    return (
        f"**Trained against {spec.words}.** {RULE} A step takes about {passes} times as long: "
        f"{passes} passes through the net and back instead of one."
    )
