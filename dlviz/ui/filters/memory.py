"""Where the filters lab keeps what it has worked out, and what a network is known by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import streamlit as st

from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.figures.layer_names import LookLayer


@dataclass(frozen=True, eq=False)
class Memory:
    """Results by digest of network and weights: searches (about 1 MB each), pictures (0.3 MB,
    of 224×224 up to 3 MB)."""

    tasks: Newest[Task[Any]] = field(default_factory=lambda: Newest(4))
    results: Newest[Any] = field(default_factory=lambda: Newest(24))


SHARED = Memory(Newest(16), Newest(64))
_facts: WeakKeyDictionary[Classifier, tuple[str, dict[str, LookLayer]]] = WeakKeyDictionary()
_projected: WeakKeyDictionary[Classifier, bool] = WeakKeyDictionary()


def is_projected(model: Classifier) -> bool:
    """Whether projections depend on the picture, and there is a ReLU to make them."""
    import torch

    from dlviz.core.deconvnet import has_relu, has_switches

    if model not in _projected:
        blank = torch.zeros(1, *model.input_shape)
        _projected[model] = has_switches(model) and has_relu(model, blank)
    return _projected[model]


def memory_of(*, own: bool) -> Memory:
    """Where results may lie: what is made of a visitor's own model or picture stays in the session.

    ``own``: whether anything of it is the visitor's own.
    """
    if not own:
        return SHARED
    if "looked into" not in st.session_state:
        st.session_state["looked into"] = Memory()
    memory: Memory = st.session_state["looked into"]
    return memory


def facts(model: Classifier) -> tuple[str, dict[str, LookLayer]]:
    """(digest of the network and its weights, layers worth looking into); kept with the model.

    The digest, not a name, is what results are cached by: one spec stopped early has other
    weights. The registered data sets never change while the server runs.
    """
    from dlviz.figures.layer_names import look_layers

    if model not in _facts:
        digest = hashlib.sha256(f"{model.data} {model.module}".encode())
        for name, tensor in model.state_dict().items():
            digest.update(name.encode())
            digest.update(tensor.cpu().contiguous().numpy().tobytes())
        try:
            layers = look_layers(model)
        except ValueError:  # a layer whose receptive fields nobody can follow
            layers = {}
        _facts[model] = digest.hexdigest(), layers
    return _facts[model]
