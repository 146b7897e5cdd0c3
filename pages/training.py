"""Training: a small network learns in front of you, and is yours for the next labs."""

import streamlit as st

from dlviz.core.specs import MAX_BATCH, MAX_EPOCHS
from dlviz.runs.jobs import Command
from dlviz.ui.address import rerun
from dlviz.ui.controls import choice, further, number, switch
from dlviz.ui.engine import need_torch
from dlviz.ui.pages import header
from dlviz.ui.shelf import shelf_panel
from dlviz.ui.training import Console, presets, slow_seconds, spec_of

header("training")
need_torch("training")

offered = presets()
with st.container(horizontal=True, vertical_alignment="bottom"):
    name = choice("Network and data", offered, key="preset", width=260)
    preset = offered[name]
    train = preset.spec.train
    rate = number(
        "Learning rate",
        0.0,
        10.0,
        train.learning_rate,
        key="rate",
        step=0.0005,
        format="%.4f",
        width=150,
    )
    unfolded = switch("More settings", key="unfold")
with further(shown=unfolded):
    batch = number("Batch size (≤ 1024)", 1, MAX_BATCH, train.batch_size, key="batch", width=180)
    epochs = number("Epochs (≤ 200)", 1, MAX_EPOCHS, train.epochs, key="epochs", width=180)
    seed = number("Seed", 0, 2**31 - 1, train.seed, key="seed", width=180)
spec = spec_of(preset, rate=rate, batch=batch, epochs=epochs, seed=seed)


slow = slow_seconds()


@st.fragment(run_every=slow)
def run_view() -> None:
    """Buttons, the live view and the shelf: what changes with the run, and nothing else."""
    if slow_seconds() != slow:
        rerun()
    console = Console()
    with st.container(horizontal=True, vertical_alignment="center"):
        console.start_button(spec)
        console.button(Command.PAUSE if console.running else Command.RESUME)
        console.button(Command.STEP)
        console.button(Command.REWIND)
        console.button(Command.STOP)
        console.ways_on()
    console.show(name, preset)
    shelf_panel()


run_view()
st.caption(
    "Each step draws a batch, computes the cross-entropy J and moves every weight against its "
    "gradient, w ← w − λ∇J(w). Batch values are measured on the batch just before its update; "
    "held-out values on 2 000 images that are never trained on. One run is an anecdote: "
    "change the seed and see how much of the difference stays."
)
