"""What the points page says of the computation: the loss of this task and the update's rule."""

from __future__ import annotations

import streamlit as st

from dlviz.core.points.data import task_of
from dlviz.core.points.losses import LOSS_OF_TASK, LOSSES
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.specs import PERCEPTRON, PointsSpec


def equations(spec: PointsSpec) -> None:
    """The loss with its sign, what is added to it, and how a step follows from it."""
    perceptron = spec.train.rule == PERCEPTRON
    loss = LOSSES[PERCEPTRON if perceptron else LOSS_OF_TASK[task_of(spec.data)]]
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.latex(loss.latex)
    right.markdown(step_in_words(spec))


def step_in_words(spec: PointsSpec) -> str:
    """How the weights follow from the loss, in one or two sentences."""
    if spec.train.rule == PERCEPTRON:
        return (
            "**Rosenblatt’s rule**, one point at a time: where the answer is wrong, w ← w + λ t x; "
            "where it is right, nothing changes."
        )
    kind = OPTIMISERS[spec.train.optimiser]
    terms = [
        text
        for text, size in (("l1 Σ|w|", spec.train.l1), ("½ l2 Σw²", spec.train.l2))
        if size and not (kind.decoupled and "l2" in text)
    ]
    more = f" What is descended is J + {' + '.join(terms)}." if terms else ""
    return f"**{kind.title}**: {kind.formula}.{more}"
