"""dlviz: watch, touch and break deep learning.

The few names that a reader of the lectures looks for. They load on first use (PEP 562), so
``import dlviz`` does not import torch. Images are float tensors N×C×H×W in [0, 1].
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlviz.core.attacks import fgsm as fgsm
    from dlviz.core.attacks import pgd as pgd
    from dlviz.core.classifier import Classifier as Classifier
    from dlviz.core.convolution import trace_convolution as trace_convolution
    from dlviz.core.deconvnet import deconvnet as deconvnet
    from dlviz.core.occlusion import occlusion as occlusion
    from dlviz.core.patches import top_patches as top_patches
    from dlviz.core.specs import DataSpec as DataSpec
    from dlviz.core.specs import NetSpec as NetSpec
    from dlviz.core.specs import RunSpec as RunSpec
    from dlviz.core.specs import TrainSpec as TrainSpec
    from dlviz.io.datasets import load_data as load_data
    from dlviz.io.models import load_model as load_model
    from dlviz.runs.train import train as train

_HOME = {
    "Classifier": "dlviz.core.classifier",
    "DataSpec": "dlviz.core.specs",
    "NetSpec": "dlviz.core.specs",
    "RunSpec": "dlviz.core.specs",
    "TrainSpec": "dlviz.core.specs",
    "deconvnet": "dlviz.core.deconvnet",
    "fgsm": "dlviz.core.attacks",
    "load_data": "dlviz.io.datasets",
    "load_model": "dlviz.io.models",
    "occlusion": "dlviz.core.occlusion",
    "pgd": "dlviz.core.attacks",
    "top_patches": "dlviz.core.patches",
    "trace_convolution": "dlviz.core.convolution",
    "train": "dlviz.runs.train",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'dlviz' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
