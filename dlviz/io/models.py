"""The registered models: a name in a link or a select box → a Classifier. All work offline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock

from dlviz.core.classifier import Classifier
from dlviz.core.networks import SHIPPED
from dlviz.core.snapshots import Snapshot
from dlviz.io.assets import asset_path
from dlviz.io.checkpoints import read_checkpoint
from dlviz.io.mobilenet import mobilenet_v2
from dlviz.io.torchvision_models import FETCHED, load_fetched


@dataclass(frozen=True)
class ModelEntry:
    """A registered model: title, one sentence, how to load it, and its training if it is ours."""

    name: str
    title: str
    what: str
    load: Callable[[], Classifier]
    snapshots: Callable[[], list[Snapshot]] | None = None


def model_file(name: str) -> str:
    """Where a shipped net lies below ``assets/``."""
    return f"models/{name}.safetensors"


def _read(name: str) -> list[Snapshot]:
    return read_checkpoint(asset_path(model_file(name)).read_bytes())


def _last(name: str) -> Classifier:
    model = _read(name)[-1].classifier
    model.name = name
    return model


MODELS: dict[str, ModelEntry] = {
    **{
        name: ModelEntry(
            name, preset.title, preset.expect, partial(_last, name), partial(_read, name)
        )
        for name, preset in SHIPPED.items()
    },
    "mobilenet_v2": ModelEntry(
        "mobilenet_v2",
        "MobileNetV2",
        "torchvision's network for ImageNet's 1000 categories, 224×224 pixels.",
        mobilenet_v2,
    ),
}

_lock = Lock()
_loaded: dict[str, Classifier] = {}


def load_model(name: str) -> Classifier:
    """The registered model called ``name``, loaded once per process.

    Or one of torchvision's that has been downloaded: ``DownloadError`` says so if it has not.
    Shared by all callers, therefore read-only. Raises ``ValueError`` naming the known models if
    ``name`` is none of them, ``AssetError`` if its file is missing or damaged.
    """
    if name not in MODELS and name not in FETCHED:
        raise ValueError(f"There is no model {str(name)[:40]!r}; known are {', '.join(MODELS)}.")
    with _lock:
        if name not in _loaded:
            _loaded[name] = MODELS[name].load() if name in MODELS else load_fetched(name)
        return _loaded[name]
