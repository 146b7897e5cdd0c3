"""What a run on points is: frozen plain data that survives JSON, links and addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import CLASSES, DOMAIN, PAINTED, POINT_DATA, TWO, classes_of, task_of
from dlviz.core.points.features import FEATURES
from dlviz.core.points.initialisations import INITIALISATIONS
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.specs import (
    MAX_INTERVENTIONS,
    MAX_RATE,
    SpecError,
    fields_of,
    packed_link,
    parsed,
    require,
    require_number,
    unpacked_link,
)

MIN_COUNT, MAX_COUNT = 20, 1000
MAX_PAINTED = 400
MAX_UNITS = 8
MAX_HIDDEN = 6
MAX_BATCH = MAX_COUNT
MAX_EPOCHS = 5000
MAX_SEED = 2**31 - 1
MAX_PENALTY = 10.0
MAX_WEIGHT = 1000.0
MAX_CHANGES = MAX_INTERVENTIONS  # the executor's limit for every kind of run

GRADIENT, PERCEPTRON = "gradient", "perceptron"
RULES = (GRADIENT, PERCEPTRON)

Painted = tuple[float, float, int]
Item = TypeVar("Item")


def _require_name(name: object, known: Iterable[str], what: str) -> None:
    listed = list(known)
    require(isinstance(name, str) and name in listed, f"{what} must be one of {', '.join(listed)}.")


@dataclass(frozen=True)
class PointsData:
    """Points of a kind registered in ``POINT_DATA``, or ``painted`` ones: (x₁, x₂, class).

    ``noise`` as ``points_of`` says; ``share`` of the points is held out; ``count`` and ``noise``
    are not used for painted points, whose coordinates are kept to two decimals.
    """

    name: str = "circle"
    noise: float = 0.1
    count: int = 300
    share: float = 0.3
    seed: int = 0
    painted: tuple[Painted, ...] = ()

    def __post_init__(self) -> None:
        _require_name(self.name, POINT_DATA, "data.name")
        require_number(self.noise, "data.noise", 0.0, 1.0)
        require_number(self.count, "data.count", MIN_COUNT, MAX_COUNT, whole=True)
        require_number(self.share, "data.share", 0.1, 0.9)
        require_number(self.seed, "data.seed", 0, MAX_SEED, whole=True)
        require(len(self.painted) <= MAX_PAINTED, f"At most {MAX_PAINTED} points can be painted.")
        require(
            not self.painted or self.name == PAINTED, f"Painted points need the name {PAINTED!r}."
        )
        kept = []
        for x1, x2, label in self.painted:
            for value in (x1, x2):
                require_number(value, "a painted coordinate", -DOMAIN, DOMAIN)
            require_number(label, "a painted class", 0, len(CLASSES) - 1, whole=True)
            kept.append((round(float(x1), 2), round(float(x2), 2), label))
        object.__setattr__(self, "painted", tuple(kept))


@dataclass(frozen=True)
class Hidden:
    """A hidden layer: its units, and their activation, registered in ``ACTIVATIONS``."""

    units: int = 4
    activation: str = "tanh"

    def __post_init__(self) -> None:
        require_number(self.units, "a hidden layer's units", 1, MAX_UNITS, whole=True)
        _require_name(self.activation, ACTIVATIONS, "A hidden layer's activation")


@dataclass(frozen=True)
class PointsNet:
    """A chain of dense layers behind the features; the output layer follows from the data.

    ``dropout``: the share of every hidden layer's units that is left out at each update.
    """

    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[Hidden, ...] = (Hidden(),)
    initialisation: str = "xavier"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        require(len(self.features) > 0, "A network needs at least one feature.")
        for name in self.features:
            _require_name(name, FEATURES, "A feature")
        require(len(set(self.features)) == len(self.features), "A feature can be taken once.")
        require(
            len(self.hidden) <= MAX_HIDDEN, f"A network has at most {MAX_HIDDEN} hidden layers."
        )
        _require_name(self.initialisation, INITIALISATIONS, "net.initialisation")
        require_number(self.dropout, "net.dropout", 0.0, 0.9)

    @property
    def text(self) -> str:
        """The hidden layers for an address, ``8tanh-8relu``; "" if there are none."""
        return "-".join(f"{layer.units}{layer.activation}" for layer in self.hidden)

    @staticmethod
    def hidden_from(text: str) -> tuple[Hidden, ...]:
        """The hidden layers of ``text``. Raises ``SpecError`` where it is none."""
        parts = text.split("-") if text else []
        require(len(parts) <= MAX_HIDDEN, f"A network has at most {MAX_HIDDEN} hidden layers.")
        found = [re.fullmatch(r"([0-9]{1,3})([a-z_]{1,20})", part) for part in parts]
        layers = tuple(Hidden(int(each[1]), each[2]) for each in found if each)
        require(len(layers) == len(parts), "Hidden layers are written like 8tanh-8relu.")
        return layers


@dataclass(frozen=True)
class PointsTrain:
    """How to train. ``seed`` fixes initial weights, shuffling and dropout.

    ``rule``: gradient descent, or Rosenblatt's for the perceptron, which has neither optimiser nor
    penalties. The loss that is descended is J + l1 Σ|w| + ½ l2 Σw², over weights without biases;
    adamw takes l2 as its decoupled weight decay. ``momentum`` is that of momentum and nesterov.
    ``batch_size`` 0, or more than there are points: all of them.
    """

    rule: str = GRADIENT
    optimiser: str = "sgd"
    learning_rate: float = 0.1
    momentum: float = 0.9
    l1: float = 0.0
    l2: float = 0.0
    batch_size: int = 10
    epochs: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        _require_name(self.rule, RULES, "rule")
        _require_name(self.optimiser, OPTIMISERS, "optimiser")
        require_number(self.learning_rate, "learning_rate", 0.0, MAX_RATE)
        require_number(self.momentum, "momentum", 0.0, 0.999)
        require_number(self.l1, "l1", 0.0, MAX_PENALTY)
        require_number(self.l2, "l2", 0.0, MAX_PENALTY)
        require_number(self.batch_size, "batch_size", 0, MAX_BATCH, whole=True)
        require_number(self.epochs, "epochs", 1, MAX_EPOCHS, whole=True)
        require_number(self.seed, "seed", 0, MAX_SEED, whole=True)


RATE = "learning_rate"
_PLACE = re.compile(r"weight:(\d{1,2}):(\d{1,2}):(\d{1,2})|bias:(\d{1,2}):(\d{1,2})")


@dataclass(frozen=True)
class PointsChange:
    """A hand on the running training: from the update after ``step`` on, ``name`` is ``value``.

    ``name`` is ``learning_rate``, or a number of the network as it is at that moment:
    ``weight:<layer>:<to>:<from>`` or ``bias:<layer>:<to>``, all counted from 0.
    """

    step: int
    name: str
    value: float

    def __post_init__(self) -> None:
        require_number(self.step, "a change's step", 0, 10**9, whole=True)
        known = isinstance(self.name, str) and (
            self.name == RATE or _PLACE.fullmatch(self.name) is not None
        )
        require(
            known, "A change is of the learning_rate, a weight:layer:to:from or a bias:layer:to."
        )
        if self.name == RATE:
            require_number(self.value, "a change's learning rate", 0.0, MAX_RATE)
        else:
            require_number(self.value, "a weight", -MAX_WEIGHT, MAX_WEIGHT)

    @property
    def place(self) -> tuple[int, ...]:
        """(layer, to, from) of a weight, (layer, to) of a bias, () of the learning rate."""
        return () if self.name == RATE else tuple(int(part) for part in self.name.split(":")[1:])


@dataclass(frozen=True)
class PointsSpec:
    """Everything that decides the numbers of a run on points."""

    data: PointsData = field(default_factory=PointsData)
    net: PointsNet = field(default_factory=PointsNet)
    train: PointsTrain = field(default_factory=PointsTrain)
    interventions: tuple[PointsChange, ...] = ()

    def __post_init__(self) -> None:
        if self.train.rule == PERCEPTRON:
            require(not self.net.hidden, "The perceptron's rule trains no hidden layer.")
            require(task_of(self.data) == TWO, "The perceptron's rule tells two classes apart.")
        require(len(self.interventions) <= MAX_CHANGES, f"A run has at most {MAX_CHANGES} changes.")
        steps = [item.step for item in self.interventions]
        require(steps == sorted(steps), "Changes stand in the order of their steps.")
        for item in self.interventions:
            self._require_place(item)

    @property
    def outputs(self) -> int:
        """One logit for two classes, one for each of more, one number for a regression."""
        classes = classes_of(self.data)
        return len(classes) if len(classes) > 2 else 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Features, units of each hidden layer, outputs: 2-8-8-1 is (2, 8, 8, 1)."""
        hidden = [layer.units for layer in self.net.hidden]
        return (len(self.net.features), *hidden, self.outputs)

    @property
    def words(self) -> str:
        """The choices of training in one line."""
        train, net = self.train, "-".join(str(size) for size in self.shape)
        how = f"{train.optimiser}, learning rate {train.learning_rate:g}"
        batch = f"batches of {train.batch_size}" if train.batch_size else "full batch"
        if train.rule == PERCEPTRON:
            how, batch = f"perceptron rule, {how.partition(', ')[2]}", "one point at a time"
        return (
            f"{net} on {self.data.name}, {how}, {batch}, {train.epochs} epochs, seed {train.seed}"
        )

    def change(self, step: int, name: str, value: float) -> PointsChange:
        """A change that fits this network. Raises ``SpecError`` for one that does not."""
        change = PointsChange(step, name, value)
        self._require_place(change)
        return change

    def _require_place(self, change: PointsChange) -> None:
        """Of a weight (layer, to, from) or bias (layer, to): are they there?"""
        layer, *units = change.place or (0,)
        sizes = self.shape[layer : layer + 2][::-1]  # to, from
        fits = len(sizes) == 2 and all(
            unit < size for unit, size in zip(units, sizes, strict=False)
        )
        require(fits, f"This network has no {change.name[:40]}.")

    # -- as text --------------------------------------------------------------------------------

    def to_json(self) -> str:
        """Compact JSON; ``PointsSpec.from_json`` gives an equal spec back."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> PointsSpec:
        """Read a spec from a stranger's text; raises ``SpecError`` with one sentence."""
        top = dict(fields_of(PointsSpec, parsed(text)))
        data = dict(fields_of(PointsData, top.get("data", {})))
        net = dict(fields_of(PointsNet, top.get("net", {})))
        train = PointsTrain(**fields_of(PointsTrain, top.get("train", {})))
        _replace_list(data, "painted", MAX_PAINTED, _painted_from)
        _replace_list(net, "features", len(FEATURES), lambda name: name)
        _replace_list(net, "hidden", MAX_HIDDEN, lambda raw: Hidden(**fields_of(Hidden, raw)))
        _replace_list(top, "interventions", MAX_CHANGES, _change_from)
        changes = top.get("interventions", ())
        return PointsSpec(PointsData(**data), PointsNet(**net), train, changes)

    def to_link(self) -> str:
        """The spec as a short text for an address; ``PointsSpec.from_link`` gives it back."""
        return packed_link(self.to_json())

    @staticmethod
    def from_link(text: str) -> PointsSpec:
        """Read a spec from a stranger's address; raises ``SpecError`` as ``from_json`` does."""
        return PointsSpec.from_json(unpacked_link(text))


def _replace_list(raw: dict[str, Any], name: str, most: int, read: Callable[[Any], Item]) -> None:
    """What JSON has as a list is a tuple in a spec."""
    if name not in raw:
        return
    listed = raw[name]
    if not isinstance(listed, list) or len(listed) > most:
        raise SpecError(f"{name} must be a list of at most {most}.")
    raw[name] = tuple(read(item) for item in listed)


def _painted_from(raw: Any) -> Painted:
    if not isinstance(raw, list) or len(raw) != 3:
        raise SpecError("A painted point is a list of x₁, x₂ and its class.")
    return (raw[0], raw[1], raw[2])


def _change_from(raw: Any) -> PointsChange:
    every = {item.name for item in fields(PointsChange)}
    require(set(fields_of(PointsChange, raw)) == every, "A change lacks a field.")
    return PointsChange(**raw)
