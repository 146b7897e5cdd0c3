"""What the views of the lab work out once: a picture's gradient, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.filters.memory import facts
from dlviz.ui.newest import Newest

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.figures.attack import Study
    from dlviz.ui.adversarial.subject import Subject
    from dlviz.ui.models import Offer

PHOTOGRAPH_SIDE = 128
# A study of 224×224 in colours with its component's data: 2 MB; a whole scan of 1000 classes 2 MB.
SHARED: Newest[Any] = Newest(32)
_OWN = "studies of my own"


def kept_by(*, own: bool) -> Newest[Any]:
    """What is made of a visitor's own model or picture stays in the session."""
    if not own:
        return SHARED
    if _OWN not in st.session_state:
        st.session_state[_OWN] = Newest(6)
    newest: Newest[Any] = st.session_state[_OWN]
    return newest


def study_key(model: Classifier, subject: Subject) -> str:
    """What results for this network and this picture are kept under."""
    return f"{facts(model)[0]} {subject.key}"


def studied(offer: Offer, model: Classifier, subject: Subject, target: int | None = None) -> Study:
    """The gradient for this model and picture, ``target`` if it is aimed; computed once."""
    from dlviz.figures.attack import study

    kept = kept_by(own=offer.own or subject.own)
    found: Study = kept.get(
        f"study {study_key(model, subject)} {target}",
        lambda: study(model, subject.pixels, target),
    )
    return found


def usual_range(subject: Subject) -> tuple[int, int]:
    """(largest ε, ε at first) in steps of 1/255: photographs need least, grey drawings most."""
    channels, _, width = subject.pixels.shape
    if channels == 1:
        return 80, 40
    return (32, 2) if width >= PHOTOGRAPH_SIDE else (40, 16)
