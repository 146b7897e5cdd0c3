# ruff: noqa: ARG002, ARG005, N802
"""The Keras code, run against a stand-in that knows Keras 3's names, shapes and counts.

The stand-in is written from Keras 3's documentation: a layer that it does not know, or an argument,
is an error. (With Keras 3.15 itself, and
our weights in its layers, the same codes gave our logits to 1e-6.)
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import pytest

from dlviz.core.layers import LAYERS, plan
from dlviz.core.networks import PRESETS
from dlviz.core.specs import AdversarialSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.figures.keras_code import KERAS, keras_code
from dlviz.io.datasets import entry_of
from tests.figures.test_training_code import EVERYTHING


@dataclass
class Symbol:
    """What flows through a functional model: its shape, channels last, without the batch."""

    shape: tuple[int, ...]


class Keras(ModuleType):
    """Counts trainable parameters of the layers that are called, and keeps what was compiled."""

    def __init__(self) -> None:
        super().__init__("keras")
        self.count = 0
        self.seen: list[tuple[str, tuple[int, ...]]] = []
        self.utils = self.space(set_random_seed=lambda seed: None)
        self.initializers = self.space(
            VarianceScaling=lambda scale, mode, distribution: (scale, mode, distribution),
            RandomNormal=lambda stddev: stddev,
        )
        self.regularizers = self.space(L2=lambda l2: l2)
        self.losses = self.space(SparseCategoricalCrossentropy=lambda from_logits: from_logits)
        self.optimizers = self.space(Adam=Optimiser, AdamW=Optimiser, SGD=Optimiser)
        names = [name for name in vars(type(self)) if name[0].isupper() and name not in OUTER]
        self.layers = self.space(**{name: self.layer(name) for name in names})

    @staticmethod
    def space(**names: Any) -> ModuleType:
        module = ModuleType("space")
        vars(module).update(names)
        return module

    def layer(self, name: str) -> Any:
        def made(*args: Any, **options: Any) -> Any:
            def call(x: Any) -> Symbol:
                inputs = x if isinstance(x, list) else [x]
                after = getattr(self, name)(*[item.shape for item in inputs], *args, **options)
                self.seen.append((name, after))
                return Symbol(after)

            return call

        return made

    def Input(self, shape: tuple[int, ...]) -> Symbol:
        return Symbol(shape)

    def Sequential(self, layers: list[Any]) -> Model:
        x, *rest = layers
        for each in rest:
            x = each(x)
        return Model(x)

    def Model(self, inputs: Symbol, outputs: Symbol) -> Model:
        return Model(outputs)

    def Conv2D(
        self,
        shape: tuple[int, int, int],
        filters: int,
        kernel_size: int,
        strides: int = 1,
        padding: str = "valid",
        use_bias: bool = True,
        kernel_initializer: Any = None,
        kernel_regularizer: Any = None,
    ) -> tuple[int, ...]:
        *sides, channels = shape
        self.count += filters * (channels * kernel_size**2 + use_bias)
        assert padding in ("valid", "same")
        lost = kernel_size - 1 if padding == "valid" else 0
        return (*((side - lost - 1) // strides + 1 for side in sides), filters)

    def Dense(
        self, shape: tuple[int], units: int, kernel_initializer: Any, kernel_regularizer: Any = 0
    ) -> tuple[int]:
        (features,) = shape
        self.count += (features + 1) * units
        return (units,)

    def BatchNormalization(
        self, shape: tuple[int, ...], momentum: float, epsilon: float
    ) -> tuple[int, ...]:
        assert (momentum, epsilon) == (0.9, 1e-5)  # torch's 0.1 counts the other way round
        self.count += 2 * shape[-1]
        return shape

    def MaxPooling2D(
        self, shape: tuple[int, int, int], pool_size: int, strides: int | None = None
    ) -> tuple[int, ...]:
        height, width, channels = shape
        step = strides or pool_size
        return (*((side - pool_size) // step + 1 for side in (height, width)), channels)

    AveragePooling2D = MaxPooling2D

    def ZeroPadding2D(self, shape: tuple[int, int, int], padding: int) -> tuple[int, ...]:
        height, width, channels = shape
        return (height + 2 * padding, width + 2 * padding, channels)

    def GlobalAveragePooling2D(self, shape: tuple[int, int, int]) -> tuple[int]:
        return (shape[2],)

    def Flatten(self, shape: tuple[int, ...]) -> tuple[int]:
        size = 1
        for side in shape:
            size *= side
        return (size,)

    def Add(self, one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
        assert one == other
        return one

    def Dropout(self, shape: tuple[int, ...], rate: float) -> tuple[int, ...]:
        assert 0 <= rate < 1
        return shape

    def LeakyReLU(self, shape: tuple[int, ...], negative_slope: float) -> tuple[int, ...]:
        return shape

    def Activation(self, shape: tuple[int, ...], activation: str) -> tuple[int, ...]:
        assert activation in ("tanh", "sigmoid", "gelu")
        return shape

    def ReLU(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return shape

    ELU = ReLU


OUTER = ("Input", "Sequential", "Model")


@dataclass
class Model:
    """A finished model."""

    output: Symbol

    def compile(self, optimiser: Any, loss: Any, metrics: list[str]) -> None:
        assert isinstance(optimiser, Optimiser)
        assert loss is True  # the network gives logits
        assert metrics == ["accuracy"]

    def summary(self) -> None:
        """Prints a table."""


class Optimiser:
    """Adam, AdamW or SGD."""

    def __init__(self, learning_rate: float, **options: float) -> None:
        assert set(options) <= {"momentum", "weight_decay", "epsilon"}
        self.excluded: list[str] = []

    def exclude_from_weight_decay(self, var_names: list[str]) -> None:
        self.excluded = var_names


def executed(code: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Keras, dict[str, Any]]:
    keras, scope = Keras(), {}
    monkeypatch.setitem(sys.modules, "keras", keras)
    for name in ("layers", "initializers", "regularizers"):
        monkeypatch.setitem(sys.modules, f"keras.{name}", getattr(keras, name))
    exec(compile(code, "keras code", "exec"), scope)
    return keras, scope


OPTIMISERS = {
    f"everything {name}": replace(EVERYTHING, train=replace(EVERYTHING.train, optimiser=name))
    for name in ("adam", "adamw", "sgd")
}
SPECS = {**{name: preset.spec for name, preset in PRESETS.items()}, **OPTIMISERS}


@pytest.mark.parametrize("name", SPECS)
def test_shapes_and_counts_are_those_of_the_plan(name, monkeypatch) -> None:
    spec = SPECS[name]
    entry = entry_of(spec.data.name)
    code = keras_code(spec, entry.shape, len(entry.classes))
    keras, scope = executed(code, monkeypatch)
    rows = plan(spec.net, entry.shape, len(entry.classes))
    assert keras.count == sum(row.parameters for row in rows)
    assert scope["model"].output.shape == (len(entry.classes),)
    # Every layer's shape, in order, is among those of the calls.
    seen = iter(shape for _, shape in keras.seen)
    assert all((*row.after[1:], row.after[0]) in seen for row in rows)


@pytest.mark.parametrize("name", SPECS)
def test_the_code_is_fit_to_be_read(name) -> None:
    spec = SPECS[name]
    entry = entry_of(spec.data.name)
    code = keras_code(spec, entry.shape, len(entry.classes))
    tree = ast.parse(code)
    assert max(map(len, code.splitlines())) <= 100
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    brought = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert brought | defined <= used
    assert "channels_last" in (ast.get_docstring(tree) or "")


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({"kernel": 3, "padding": 1}, ['layers.Conv2D(5, 3, padding="same", ']),
        ({"kernel": 3}, ["layers.Conv2D(5, 3, kernel"]),
        ({"kernel": 5, "padding": 1}, ["layers.ZeroPadding2D(1),", "layers.Conv2D(5, 5, kernel"]),
        (
            {"kernel": 3, "padding": 1, "stride": 2},
            ["layers.ZeroPadding2D(1),", "layers.Conv2D(5, 3, strides=2, kernel"],
        ),
    ],
)
def test_padding_is_pytorchs(options, written) -> None:
    """With strides Keras' "same" puts more zeros right and below than left and above."""
    net = NetSpec((layer("conv", channels=5, **options), layer("flatten"), layer("dense")))
    code = keras_code(RunSpec(net), (1, 12, 12), 3)
    assert [text for text in written if text not in code] == []
    assert ("ZeroPadding2D" in code) == ("ZeroPadding2D" in str(written))


def test_decay_is_half_as_a_regulariser_and_whole_in_adamw() -> None:
    """Keras adds l2·Σw² to the loss, torch adds decay·w to the gradient."""
    net = NetSpec((layer("flatten"), layer("dense")))
    coupled = keras_code(RunSpec(net, train=TrainSpec(weight_decay=0.02)), (1, 4, 4), 3)
    assert "kernel_regularizer=L2(0.01)" in coupled
    assert "weight_decay" not in coupled
    train = TrainSpec("adamw", weight_decay=0.02)
    decoupled = keras_code(RunSpec(net, train=train), (1, 4, 4), 3)
    assert "weight_decay=0.02" in decoupled
    assert "L2" not in decoupled


def test_it_says_that_keras_does_not_train_adversarially() -> None:
    sentence = "# Keras' fit takes pictures as they are: the PyTorch script trains adversarially."
    plain = keras_code(RunSpec(), (1, 28, 28), 10)
    hostile = RunSpec(train=TrainSpec(adversarial=AdversarialSpec("fgsm")))
    assert keras_code(hostile, (1, 28, 28), 10).replace(f"{sentence}\n", "") == plain
    assert sentence not in plain


def test_every_kind_of_layer_can_be_written() -> None:
    assert set(KERAS) == set(LAYERS)
