"""A class for every pixel: a small U-Net learns it live; a threshold of brightness does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.io.taught import recorded_tensors
from dlviz.runs.taught_kinds import TAUGHT
from dlviz.ui.controls import Named, choice, number, switch
from dlviz.ui.tasks.segment_masks import held_out
from dlviz.ui.taught import Outcome, taught_run

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

RATE = 1e-2
SUBJECTS = {"cells": Named("Cells, or not"), "parts": Named("Creatures’ parts")}
PICTURES = (32, 800, 400)  # least, most, usual
EPOCHS = (1, 30, 10)


def show(spot: Spot) -> None:
    """Controls, the run, its masks beside a threshold's, the net's shapes, and the script."""
    spec = _spec(spot)
    subject = str(spec["subject"])
    with spot.status:
        _what(subject)
    _learnt(subject, taught_run(spec, recorded=subject == "cells"))
    _explained(spec)


def _learnt(subject: str, outcome: Outcome | None) -> None:
    """The masks of the run that is shown; of cells there is a recorded net at any time."""
    if outcome is not None and outcome.spec["subject"] == subject:
        held_out(outcome)
    elif subject == "cells":
        held_out(Outcome(TAUGHT["segment"].preset, recorded_tensors("segment"), recorded=True))
    elif outcome is None:
        st.info("No net has learnt this here yet: Start trains one, in about half a minute.")
    else:
        st.info("Your last run learnt to mark cells: Start trains a net for parts.")


def _spec(spot: Spot) -> TaughtSpec:
    with spot.controls:
        subject = choice("What is marked", SUBJECTS, key="marked", width=190)
        pictures = number("Pictures", *PICTURES, key="examples", width=120)
        epochs = number("Epochs", *EPOCHS, key="rounds", width=110)
        seed = number("Seed", 0, 99, 0, key="draw", width=100)
        without = switch("No skip connections", key="without")
    return spec_of(subject, pictures=pictures, epochs=epochs, seed=seed, skips=not without)


def spec_of(subject: str, *, pictures: int, epochs: int, seed: int, skips: bool) -> TaughtSpec:
    """A run on "cells" or "parts"."""
    settings = (("subject", subject), ("pictures", pictures), ("skips", skips))
    return TaughtSpec("segment", TaughtTrain(RATE, epochs, seed), settings)


def _what(subject: str) -> None:
    """What is asked of every pixel, and how the colours are read."""
    from dlviz.figures.segmentation_words import LEGEND, TASKS

    st.markdown(f"{TASKS[subject]} {LEGEND}")


def _explained(spec: TaughtSpec) -> None:
    from dlviz.figures.segmentation_code import script
    from dlviz.figures.segmentation_words import compared, drawing, net_words
    from dlviz.io.segmentation import net_of

    net = net_of(spec)
    channels = 1 if spec["subject"] == "cells" else 3
    with st.expander("The net: encode, decode, and what skips across"):
        st.html(drawing(net, channels))
        st.markdown(net_words(net))
    with st.expander("Skip connections on and off, over three seeds"):
        st.markdown(compared())
    with st.expander("Show the code"):
        st.code(script(spec), language="python")
