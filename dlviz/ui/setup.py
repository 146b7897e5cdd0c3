"""What shall be trained: a preset, and everything about it that the visitor may change."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.networks import OFFERED, Preset
from dlviz.core.specs import MAX_EPOCHS, MAX_RATE, RunSpec, SpecError
from dlviz.core.words import grouped
from dlviz.runs.spec import same_but_for_seed
from dlviz.ui.address import as_text
from dlviz.ui.augmentation import augmentation_panel
from dlviz.ui.controls import Named, choice, fold, number, one_of
from dlviz.ui.data import count_of, data_panel, facts_of, is_awaited, mistake_of
from dlviz.ui.models import SPEC
from dlviz.ui.network import network_panel
from dlviz.ui.rate_finder import rate_finder_panel
from dlviz.ui.tuning import training_panel

if TYPE_CHECKING:
    from dlviz.core.layers import Line

AWAITED = "Your own pictures are not here yet: bring them, or choose another data set."
FEW_UPDATES = 40  # a network has hardly moved by then
SMALL_BATCH, ENOUGH_UPDATES = 8, 200
CHANGED = (
    "Changed from the preset: nobody has written down what to expect. Predict it, then press Start."
)
CHOSEN = "run as chosen"  # in the session: the spec that the controls said last


@dataclass(frozen=True)
class Setup:
    """What Start would train, and where; ``mistake`` says in a sentence why it cannot be."""

    name: str
    preset: Preset
    spec: RunSpec
    device: str
    mistake: str

    @property
    def as_written(self) -> bool:
        """Whether it is the preset itself, with any seed."""
        return same_but_for_seed(self.spec, self.preset.spec)


SECTIONS: dict[str, Named] = {
    "data": Named(":material/photo_library: Data"),
    "network": Named(":material/layers: Network"),
    "augmentation": Named(":material/shuffle: Augmentation"),
    "training": Named(":material/tune: Training"),
}


def presets() -> dict[str, Preset]:
    """The presets, then those that go wrong; before them a link's spec, if there is one."""
    link = st.query_params.get(SPEC)
    if link is None:
        return OFFERED
    try:
        spec = RunSpec.from_link(link)
    except SpecError as error:
        st.info(f"The link's network cannot be trained: {as_text(str(error))}")
        return OFFERED
    return {"linked": Preset("The link's network", as_text(f"{spec.words}."), spec), **OFFERED}


def setup(*, on_rate: Callable[[], None]) -> Setup:
    """The controls of the page's first rows and what they say.

    Every preset brings its own settings; what the visitor changes counts for this preset.
    ``on_rate`` is called when the visitor turns the learning rate.
    """
    offered = presets()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        broken = "linked" not in offered and SPEC in st.query_params  # has been told
        name = choice("Network and data", offered, key="preset", explained=broken, width=300)
        preset = offered[name]
        train = preset.spec.train
        rate = number(
            "Learning rate",
            0.0,
            MAX_RATE,
            train.learning_rate,
            key="rate",
            context=name,
            step=_step_of(train.learning_rate),
            format="%g",
            width=150,
            on_change=on_rate,
        )
        section = one_of("Change", SECTIONS, key="edit")
    told = st.container()
    expected = told.empty()
    with fold(shown=section == "data", key="data_panel"):
        data = data_panel(preset.spec.data, context=name, shown=section == "data", told=told)
    facts = facts_of(data)
    with fold(shown=section == "network", key="network_panel"):
        net, lines = network_panel(preset.spec.net, facts.shape, len(facts.classes), context=name)
    with fold(shown=section == "augmentation", key="augmentation_panel"):
        looking = section == "augmentation"
        augment = augmentation_panel(train.augment, data, context=name, shown=looking)
    tuning = fold(shown=section == "training", key="training_panel")
    with tuning:
        tuned, device = training_panel(train, facts, context=name)
    tuned = replace(tuned, learning_rate=rate, augment=augment)
    spec = RunSpec(net, data, tuned, preset.spec.interventions)
    st.session_state[CHOSEN] = spec
    mistake = AWAITED if is_awaited() else mistake_of(data)
    mistake = mistake or mistake_in(lines, tuned.batch_size)
    if section == "training":
        with tuning:
            rate_finder_panel(spec, mistake)
    chosen = Setup(name, preset, spec, device, mistake)
    expected.caption(preset.expect if chosen.as_written else CHANGED)
    with told:
        _few_updates(spec)
    return chosen


def _few_updates(spec: RunSpec) -> None:
    """Say where a run would be over before it has learnt anything, and offer what would do."""
    count, train = count_of(spec.data), spec.train
    updates = math.ceil(count / train.batch_size) * train.epochs
    if not count or updates >= FEW_UPDATES:
        return

    def mend() -> None:
        batch = min(train.batch_size, SMALL_BATCH)
        enough = math.ceil(ENOUGH_UPDATES / math.ceil(count / batch))
        st.session_state.update({"batch": batch, "epochs": min(MAX_EPOCHS, enough)})

    times = "once" if train.epochs == 1 else f"{train.epochs} times"
    told = "1 update" if updates == 1 else f"{updates} updates"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{grouped(count)} pictures in batches of {train.batch_size}, {times}: only "
            f"**{told}**, too few to learn much."
        )
        st.button("Make it more", on_click=mend, help="Smaller batches and more epochs.")


def _step_of(rate: float) -> float:
    """What − and + change: half of the rate's power of ten."""
    return float(f"{5 * 10 ** (math.floor(math.log10(rate)) - 1):.1g}") if rate else 0.0005


def mistake_in(lines: Sequence[Line], batch_size: int) -> str:
    """Why the network cannot be trained, in a sentence; empty if it can."""
    from dlviz.core.memory import require_memory

    for line in lines:
        if line.mistake:
            return f"Layer {line.number} of the network: {line.mistake}"
    try:
        require_memory([line.row for line in lines if line.row], batch_size)
    except SpecError as error:
        return str(error)
    return ""
