"""How to train: optimiser, schedule, length, regularisation and device, as a panel of controls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.schedules import SCHEDULE_RULES
from dlviz.core.specs import MAX_BATCH, MAX_EPOCHS, TrainSpec
from dlviz.ui.controls import Named, Titled, choice, number
from dlviz.ui.hardening import choose_adversary, hardening_panel

if TYPE_CHECKING:
    from dlviz.core.snapshots import DataFacts

RADIUS_OF_THE_PAPER = 0.1  # Zeiler and Fergus, arXiv:1311.2901, section 3.1


OPTIMISERS: dict[str, Named] = {
    "adam": Named("Adam"),
    "adamw": Named("AdamW"),
    "sgd": Named("SGD with momentum"),
}


def training_panel(default: TrainSpec, facts: DataFacts, *, context: str) -> tuple[TrainSpec, str]:
    """The settings of training, starting from a preset's → the changed spec and a device's key.

    Learning rate and augmentation stay as they are: they have controls of their own.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = _length(default, context)
        optimiser = choice(
            "Optimiser",
            _first(default.optimiser, OPTIMISERS),
            key="optimiser",
            context=context,
            width=200,
        )
        schedule = choice(
            "Schedule",
            _first(default.schedule, SCHEDULE_RULES),
            key="schedule",
            context=context,
            width=200,
        )
        adversary = choose_adversary(default.adversarial, context=context)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        further = _regularisation(default, optimiser, context)
        device = _device()
    rule = SCHEDULE_RULES[schedule]
    levels = 255 * sum(facts.std) / len(facts.std)
    radius = radius_in_words(further.filter_rms, levels)
    st.caption(f"**{rule.title}.** {rule.explanation} {radius}")
    adversarial = hardening_panel(adversary, default.adversarial, context=context)
    spec = replace(
        further,
        batch_size=length.batch_size,
        epochs=length.epochs,
        seed=length.seed,
        optimiser=optimiser,
        schedule=schedule,
        adversarial=adversarial,
    )
    return spec, device


def radius_in_words(radius: float, levels: float) -> str:
    """What the radius of filter renormalisation means where the input's unit is ``levels``."""
    same = RADIUS_OF_THE_PAPER * levels
    paper = (
        f"Zeiler and Fergus used {RADIUS_OF_THE_PAPER:g} on inputs of ±128 grey levels; here one "
        f"unit of input is {levels:.0f} levels, so theirs would be {same:.1f}."
    )
    if not radius:
        return f"**Filter RMS 0**: filters may grow freely. {paper}"
    scaled = "a larger filter is scaled back to it after each step"
    return f"**Filter RMS {radius:g}**: {scaled}. {paper}"


def _first(name: str, registry: Mapping[str, Titled]) -> dict[str, Titled]:
    """The preset's own choice first: it is the default, and so not in the address."""
    return {name: registry[name], **registry}


def _length(default: TrainSpec, context: str) -> TrainSpec:
    batch = number(
        f"Batch size (≤ {MAX_BATCH})",
        1,
        MAX_BATCH,
        default.batch_size,
        key="batch",
        context=context,
        width=160,
    )
    epochs = number(
        f"Epochs (≤ {MAX_EPOCHS})",
        1,
        MAX_EPOCHS,
        default.epochs,
        key="epochs",
        context=context,
        width=160,
    )
    seed = number("Seed", 0, 2**31 - 1, default.seed, key="seed", context=context, width=140)
    return replace(default, batch_size=batch, epochs=epochs, seed=seed)


def _regularisation(default: TrainSpec, optimiser: str, context: str) -> TrainSpec:
    decay = number(
        "Weight decay (≤ 10)",
        0.0,
        10.0,
        default.weight_decay,
        key="decay",
        context=context,
        step=0.0005,
        format="%g",
        width=180,
        help="Pulls every weight towards 0; a layer of the network may have its own.",
    )
    momentum = default.momentum
    if optimiser == "sgd":
        momentum = number(
            "Momentum",
            0.0,
            0.999,
            default.momentum,
            key="momentum",
            context=context,
            step=0.05,
            width=150,
        )
    patience = number(
        "Stop early after (epochs)",
        0,
        MAX_EPOCHS,
        default.patience,
        key="patience",
        context=context,
        width=210,
        help="So many epochs without a lower held-out loss end the run; 0 never does.",
    )
    radius = number(
        "Filter RMS (0: free)",
        0.0,
        1000.0,
        default.filter_rms,
        key="rms",
        context=context,
        step=0.1,
        width=180,
    )
    return replace(
        default,
        weight_decay=decay,
        momentum=momentum,
        patience=patience,
        filter_rms=radius,
    )


def _device() -> str:
    """Where to train; the machine's devices by name and memory."""
    from dlviz.runs.devices import AUTO, devices

    found = {item.key: Named(item.words) for item in devices()}
    names = {AUTO: Named(f"Automatic: {next(iter(found.values())).title}"), **found}
    return choice("Device", names, key="device", width=260)
