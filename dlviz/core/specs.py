"""What a run is: frozen plain data that survives JSON. Imports no torch.

A spec is what a link shares, what a checkpoint stores beside its weights and what
``dlviz.train`` takes. ``RunSpec()`` without arguments is the default preset.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

Option = int | float | bool | str | None

MAX_LAYERS = 40
MAX_PARAMETERS = 20_000_000
MAX_BATCH = 1024
MAX_EPOCHS = 200
MAX_SPEC_CHARS = 20_000
MAX_LINK_CHARS = 4_000


class SpecError(ValueError):
    """A spec asks for something that does not exist or is over a stated limit."""


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise SpecError(sentence)


def _number(value: object, name: str, low: float, high: float, *, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    ok = isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
    kind = "a whole number" if whole else "a number"
    _require(ok, f"{name} must be {kind} from {low:g} to {high:g}, not {str(value)[:40]!r}.")


@dataclass(frozen=True)
class LayerSpec:
    """One layer: a kind registered in ``dlviz.core.layers.LAYERS`` and its options."""

    kind: str
    options: Mapping[str, Option] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.kind, tuple(sorted(self.options.items()))))


@dataclass(frozen=True)
class NetSpec:
    """A chain of layers; input shape and class count come from the data."""

    layers: tuple[LayerSpec, ...]

    def __post_init__(self) -> None:
        _require(0 < len(self.layers) <= MAX_LAYERS, f"A network has 1 to {MAX_LAYERS} layers.")


def layer(kind: str, **options: Option) -> LayerSpec:
    """Shorthand: ``layer("conv", channels=8, kernel=5)``."""
    return LayerSpec(kind, options)


def small_cnn() -> NetSpec:
    """The default preset: two convolutions with max pooling, then one dense layer.

    The first filters start small and decay, so that what is left of them is what was learnt.
    """
    return NetSpec(
        (
            layer("conv", channels=12, kernel=5, init_std=0.01, weight_decay=1e-2),
            layer("relu"),
            layer("max_pool", size=2),
            layer("conv", channels=16, kernel=5),
            layer("relu"),
            layer("max_pool", size=2),
            layer("flatten"),
            layer("dense"),
        )
    )


@dataclass(frozen=True)
class DataSpec:
    """A data set registered in ``dlviz.io.datasets.DATASETS``."""

    name: str = "mnist"


@dataclass(frozen=True)
class TrainSpec:
    """How to train. ``seed`` fixes initial weights, shuffling and dropout."""

    optimiser: str = "adam"
    learning_rate: float = 3e-3
    momentum: float = 0.9
    weight_decay: float = 0.0
    batch_size: int = 64
    epochs: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        _require(
            self.optimiser in ("adam", "adamw", "sgd"), "optimiser must be adam, adamw or sgd."
        )
        _number(self.learning_rate, "learning_rate", 0.0, 100.0)
        _number(self.momentum, "momentum", 0.0, 0.999)
        _number(self.weight_decay, "weight_decay", 0.0, 10.0)
        _number(self.batch_size, "batch_size", 1, MAX_BATCH, whole=True)
        _number(self.epochs, "epochs", 1, MAX_EPOCHS, whole=True)
        _number(self.seed, "seed", 0, 2**31 - 1, whole=True)


@dataclass(frozen=True)
class RunSpec:
    """Everything that decides the numbers of a training run."""

    net: NetSpec = field(default_factory=small_cnn)
    data: DataSpec = field(default_factory=DataSpec)
    train: TrainSpec = field(default_factory=TrainSpec)

    def to_json(self) -> str:
        """Compact JSON; ``RunSpec.from_json`` gives an equal spec back."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> RunSpec:
        """Read a spec from a stranger's text.

        Raises ``SpecError`` with one sentence if it is not JSON, too long, has unknown
        fields, or asks for more than a stated limit.
        """
        _require(len(text) <= MAX_SPEC_CHARS, f"A spec has at most {MAX_SPEC_CHARS} characters.")
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SpecError("The spec is not valid JSON.") from error
        top = _fields_of(RunSpec, raw)
        spec = RunSpec()
        if "net" in top:
            listed = _fields_of(NetSpec, top["net"]).get("layers")
            if not isinstance(listed, list):
                raise SpecError("net.layers must be a list of layers.")
            spec = RunSpec(NetSpec(tuple(_layer_from(item) for item in listed)))
        data = _plain(DataSpec, top.get("data", {}))
        _require(isinstance(data.name, str), "data.name must be a text.")
        return RunSpec(spec.net, data, _plain(TrainSpec, top.get("train", {})))

    def to_link(self) -> str:
        """The spec as a short text for an address; ``RunSpec.from_link`` gives it back."""
        packed = zlib.compress(self.to_json().encode(), 9)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @staticmethod
    def from_link(text: str) -> RunSpec:
        """Read a spec from a stranger's address; raises ``SpecError`` as ``from_json`` does."""
        _require(len(text) <= MAX_LINK_CHARS, f"A link has at most {MAX_LINK_CHARS} characters.")
        try:
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            # A few bytes can unpack to gigabytes: stop at the limit.
            plain = zlib.decompressobj().decompress(packed, MAX_SPEC_CHARS + 1).decode()
        except (binascii.Error, zlib.error, ValueError) as error:
            raise SpecError("The link's spec is damaged.") from error
        return RunSpec.from_json(plain)

    @property
    def words(self) -> str:
        """The choices of training in one line."""
        train = self.train
        return (
            f"{len(self.net.layers)} layers on {self.data.name}, {train.optimiser}, learning rate "
            f"{train.learning_rate:g}, batches of {train.batch_size}, {train.epochs} epochs, seed "
            f"{train.seed}"
        )


def _fields_of(cls: type, raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise SpecError(f"{cls.__name__} must be a JSON object.")
    unknown = set(raw) - {item.name for item in fields(cls)}
    _require(not unknown, f"{cls.__name__} has no field {min(unknown, default='')[:40]!r}.")
    return raw


Spec = TypeVar("Spec", DataSpec, TrainSpec)


def _plain(cls: type[Spec], raw: object) -> Spec:
    return cls(**_fields_of(cls, raw))


def _is_finite(value: object) -> bool:
    """NaN and Infinity are Python's own addition to JSON."""
    return isinstance(value, float) and math.isfinite(value)


def _layer_from(raw: object) -> LayerSpec:
    item = _fields_of(LayerSpec, raw)
    kind, options = item.get("kind"), item.get("options", {})
    if not isinstance(kind, str) or not isinstance(options, dict):
        raise SpecError("A layer is an object with a kind and options.")
    for value in options.values():
        _require(
            value is None or isinstance(value, int | str) or _is_finite(value),
            "A layer's options are finite numbers, texts, true, false or null.",
        )
    return LayerSpec(kind, options)
