"""PneumoniaMNIST for the medical views: fetched when asked for, then described by the base."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import streamlit as st

from dlviz.core.medical.screening import at_prevalence, most_pictures
from dlviz.ui.fetching import fetch_button
from dlviz.ui.medical.cases import Source
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run

LEARNT = 1000
CAUTION = (
    "**Not a diagnosis tool.** Real X-rays of children, reduced to 28×28 (PneumoniaMNIST, CC BY "
    "4.0: Yang et al. 2023, from Kermany et al. 2018); too small for any physician, and all from "
    "one hospital."
)
LOAD = """\
import torch

from dlviz.core.medical.films import stream_features
from dlviz.io.medmnist import films
from dlviz.io.mobilenet import mobilenet_v2

train, test = films("train"), films("test")  # PneumoniaMNIST, once it is downloaded
own = at_prevalence(train.ill, 0.5, 1000, seed=0)
y, truth = train.ill[own], test.ill
for _, (x, held_out) in stream_features(mobilenet_v2(), train.pixels[own], test.pixels):
    pass"""
_going: Newest[Task[Any]] = Newest(2)
_kept: Newest[list[Source]] = Newest(2)


def fetched() -> Source | None:
    """The source, once it is here and has been looked at; until then a button, or progress."""
    from dlviz.io import medmnist

    above = st.container()
    here = fetch_button(
        "pneumoniamnist",
        medmnist.ABOUT_BYTES,
        is_here=medmnist.is_here,
        download=medmnist.download,
    )
    if not here:
        above.info(
            "PneumoniaMNIST, real X-rays of children, is fetched from Zenodo when you ask for it. "
            "Until then these are the generated chests."
        )
        return None
    kept = _kept.get("source", list)
    if not kept:
        task = _going.get("source", _task)
        found: tuple[Any, Any] = run(task, key="pneumoniamnist features", things="pictures")
        if not task.finished:
            return None
        kept.append(_source(*found))
        _going.drop("source", task)
    return kept[0]


def _task() -> Task[Any]:
    from dlviz.io import medmnist

    train, test = medmnist.films("train"), medmnist.films("test")
    own = at_prevalence(train.ill, 0.5, LEARNT, seed=0)

    def steps() -> Iterator[tuple[int, Any]]:
        from dlviz.core.medical.films import stream_features
        from dlviz.io.models import load_model

        model = load_model("mobilenet_v2")
        yield from stream_features(model, train.pixels[own], test.pixels)

    return Task(len(own) + len(test.pixels), steps())


def _source(train: Any, test: Any) -> Source:
    """From both parts' features."""
    from dlviz.io import medmnist

    seen = medmnist.films("train")
    own = at_prevalence(seen.ill, 0.5, LEARNT, seed=0)
    held_out = medmnist.films("test")
    return Source(
        "pneumoniamnist",
        (np.asarray(train), seen.ill[own]),
        (np.asarray(test), held_out.ill),
        lambda index: held_out.pixels[index],
        most_pictures(held_out.ill),
        "Held-out X-rays of children, 28×28, in the order of their scores. Not a diagnosis tool.",
        CAUTION,
        LOAD,
    )
