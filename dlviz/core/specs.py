"""What a run is: frozen plain data that survives JSON. Imports no torch.

A spec is what a link shares, what a checkpoint stores beside its weights and what
``dlviz.train`` takes. ``RunSpec()`` without arguments is the default preset.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from dlviz.core.picture_specs import (
    ADVERSARIES,
    MAX_ATTACK_STEPS,
    AdversarialSpec,
    AugmentSpec,
)
from dlviz.core.spec_text import (
    MAX_LINK_CHARS,
    MAX_SPEC_CHARS,
    SpecError,
    fields_of,
    packed_link,
    parsed,
    require,
    require_number,
    unpacked_link,
)
from dlviz.core.words import written

__all__ = [
    "ADVERSARIES",
    "MAX_ATTACK_STEPS",
    "MAX_BATCH",
    "MAX_EPOCHS",
    "MAX_INTERVENTIONS",
    "MAX_LAYERS",
    "MAX_LINK_CHARS",
    "MAX_PARAMETERS",
    "MAX_RATE",
    "MAX_SPEC_CHARS",
    "SCHEDULES",
    "SHUFFLED",
    "AdversarialSpec",
    "AugmentSpec",
    "DataSpec",
    "Intervention",
    "LayerSpec",
    "NetSpec",
    "Option",
    "RunSpec",
    "SpecError",
    "TrainSpec",
    "fields_of",
    "layer",
    "packed_link",
    "parsed",
    "require",
    "require_number",
    "small_cnn",
    "unpacked_link",
]

Option = int | float | bool | str | None

MAX_LAYERS = 40
MAX_PARAMETERS = 20_000_000
MAX_BATCH = 1024
MAX_EPOCHS = 200
MAX_RATE = 100.0
MAX_INTERVENTIONS = 50

SHUFFLED = "+shuffled"
SCHEDULES = ("constant", "warm_up", "step", "cosine", "one_cycle")


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
        require(0 < len(self.layers) <= MAX_LAYERS, f"A network has 1 to {MAX_LAYERS} layers.")


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
    """A data set registered in ``dlviz.io.datasets.DATASETS``, or pictures of the visitor's own.

    ``shuffled``: the pixels of every picture, held-out ones too, change places in one fixed way.
    ``share`` of the training pictures is used, every class in proportion.
    """

    name: str = "mnist"
    shuffled: bool = False
    share: float = 1.0

    def __post_init__(self) -> None:
        require(isinstance(self.name, str), "data.name must be a text.")
        require(isinstance(self.shuffled, bool), "data.shuffled must be true or false.")
        require_number(self.share, "data.share", 0.001, 1.0)

    @property
    def key(self) -> str:
        """What names the pictures, whatever share of them is trained on: ``mnist+shuffled``."""
        return f"{self.name}{SHUFFLED}" if self.shuffled else self.name


@dataclass(frozen=True)
class TrainSpec:
    """How to train. ``seed`` fixes initial weights, shuffling, augmentation, dropout, attacks.

    ``schedule`` is how the learning rate goes on from ``learning_rate``. ``patience``: stop after
    so many epochs without a lower held-out loss, 0 never. ``filter_rms``: a convolution's filter
    whose root mean square exceeds it is scaled back to it after every step (Zeiler and Fergus,
    arXiv:1311.2901, section 3.1), for inputs of deviation 1; 0 never.
    """

    optimiser: str = "adam"
    learning_rate: float = 3e-3
    momentum: float = 0.9
    weight_decay: float = 0.0
    batch_size: int = 64
    epochs: int = 4
    seed: int = 0
    schedule: str = "constant"
    patience: int = 0
    filter_rms: float = 0.0
    augment: AugmentSpec = field(default_factory=AugmentSpec)
    adversarial: AdversarialSpec = field(default_factory=AdversarialSpec)

    def __post_init__(self) -> None:
        require(self.optimiser in ("adam", "adamw", "sgd"), "optimiser must be adam, adamw or sgd.")
        require(self.schedule in SCHEDULES, f"schedule must be one of {', '.join(SCHEDULES)}.")
        require_number(self.learning_rate, "learning_rate", 0.0, MAX_RATE)
        require_number(self.momentum, "momentum", 0.0, 0.999)
        require_number(self.weight_decay, "weight_decay", 0.0, 10.0)
        require_number(self.batch_size, "batch_size", 1, MAX_BATCH, whole=True)
        require_number(self.epochs, "epochs", 1, MAX_EPOCHS, whole=True)
        require_number(self.seed, "seed", 0, 2**31 - 1, whole=True)
        require_number(self.patience, "patience", 0, MAX_EPOCHS, whole=True)
        require_number(self.filter_rms, "filter_rms", 0.0, 1000.0)


@dataclass(frozen=True)
class Intervention:
    """A hand on the running training: from the update after ``step`` on, ``name`` is ``value``.

    The one name so far is ``learning_rate``: the rate that the schedule starts from.
    """

    step: int
    name: str
    value: float

    def __post_init__(self) -> None:
        require_number(self.step, "an intervention's step", 0, 10**9, whole=True)
        require(self.name == "learning_rate", "An intervention changes the learning_rate.")
        require_number(self.value, "an intervention's value", 0.0, MAX_RATE)


@dataclass(frozen=True)
class RunSpec:
    """Everything that decides the numbers of a training run."""

    net: NetSpec = field(default_factory=small_cnn)
    data: DataSpec = field(default_factory=DataSpec)
    train: TrainSpec = field(default_factory=TrainSpec)
    interventions: tuple[Intervention, ...] = ()

    def __post_init__(self) -> None:
        require(
            len(self.interventions) <= MAX_INTERVENTIONS,
            f"A run has at most {MAX_INTERVENTIONS} interventions.",
        )
        steps = [item.step for item in self.interventions]
        require(steps == sorted(steps), "Interventions stand in the order of their steps.")

    def to_json(self) -> str:
        """Compact JSON; ``RunSpec.from_json`` gives an equal spec back."""
        raw = asdict(self)
        if self.train.adversarial == AdversarialSpec():
            # Links, digests and checkpoints from before there was such a thing stay as they are.
            del raw["train"]["adversarial"]
        return json.dumps(raw, separators=(",", ":"), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> RunSpec:
        """Read a spec from a stranger's text.

        Raises ``SpecError`` with one sentence if it is not JSON, too long, has unknown
        fields, or asks for more than a stated limit.
        """
        top = fields_of(RunSpec, parsed(text))
        spec = RunSpec()
        if "net" in top:
            listed = fields_of(NetSpec, top["net"]).get("layers")
            if not isinstance(listed, list):
                raise SpecError("net.layers must be a list of layers.")
            spec = RunSpec(NetSpec(tuple(_layer_from(item) for item in listed)))
        data = DataSpec(**fields_of(DataSpec, top.get("data", {})))
        train = dict(fields_of(TrainSpec, top.get("train", {})))
        if "augment" in train:
            train["augment"] = AugmentSpec(**fields_of(AugmentSpec, train["augment"]))
        if "adversarial" in train:
            hostile = fields_of(AdversarialSpec, train["adversarial"])
            train["adversarial"] = AdversarialSpec(**hostile)
        return RunSpec(spec.net, data, TrainSpec(**train), _log_from(top.get("interventions", [])))

    def to_link(self) -> str:
        """The spec as a short text for an address; ``RunSpec.from_link`` gives it back."""
        return packed_link(self.to_json())

    @staticmethod
    def from_link(text: str) -> RunSpec:
        """Read a spec from a stranger's address; raises ``SpecError`` as ``from_json`` does."""
        return RunSpec.from_json(unpacked_link(text))

    def change(self, step: int, name: str, value: float) -> Intervention:
        """A hand on this run after ``step``; ``SpecError`` if it is none that a run takes."""
        return Intervention(step, name, value)

    @property
    def words(self) -> str:
        """The choices of training in one line."""
        train = self.train
        hostile = train.adversarial.words
        trained = f", adversarial training ({hostile})" if hostile else ""
        return (
            f"{len(self.net.layers)} layers on {self.data.name}, {train.optimiser}, learning "
            f"rate {written(train.learning_rate)}, batches of {train.batch_size}, {train.epochs} "
            f"epochs, seed {train.seed}{trained}"
        )


def _log_from(raw: object) -> tuple[Intervention, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_INTERVENTIONS:
        raise SpecError(f"interventions must be a list of at most {MAX_INTERVENTIONS}.")
    every = {item.name for item in fields(Intervention)}
    for item in raw:
        require(set(fields_of(Intervention, item)) == every, "An intervention lacks a field.")
    return tuple(Intervention(**item) for item in raw)


def _is_finite(value: object) -> bool:
    """NaN and Infinity are Python's own addition to JSON."""
    return isinstance(value, float) and math.isfinite(value)


def _layer_from(raw: object) -> LayerSpec:
    item = fields_of(LayerSpec, raw)
    kind, options = item.get("kind"), item.get("options", {})
    if not isinstance(kind, str) or not isinstance(options, dict):
        raise SpecError("A layer is an object with a kind and options.")
    for value in options.values():
        require(
            value is None or isinstance(value, int | str) or _is_finite(value),
            "A layer's options are finite numbers, texts, true, false or null.",
        )
    return LayerSpec(kind, options)
