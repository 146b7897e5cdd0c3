"""The Keras program of a network: the same layers, start and optimiser, under Keras 3's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlviz.core.layer_base import Shape
from dlviz.core.layers import Row, plan
from dlviz.core.specs import RunSpec
from dlviz.figures.network_code import kind_of

_HE = '''\
def he():
    """He's normal start for ReLU nets (arXiv:1502.01852), not cut off: Keras' he_normal is."""
    return keras.initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal")'''

_RESIDUAL = '''\
def residual(x, channels, strides=1):
    """ReLU(main(x) + skip(x)), He et al., arXiv:1512.03385."""
    skip = x  # the input as it is, where it fits
    if x.shape[-1] != channels or strides != 1:
        skip = convolution(x, channels, 1, strides)
    x = layers.ReLU()(convolution(layers.ZeroPadding2D(1)(x), channels, 3, strides))
    x = convolution(layers.ZeroPadding2D(1)(x), channels, 3, 1)
    return layers.ReLU()(layers.Add()([x, skip]))


def convolution(x, channels, size, strides):
    x = layers.Conv2D(CONV)(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)'''

_WIDTH = 100
_SEED = "keras.utils.set_random_seed"
_PLAIN = "# Keras' fit takes pictures as they are: the PyTorch script trains adversarially."
_OPTIMISERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD"}

Written = list[str]  # calls of Keras layers, one after the other


def keras_code(spec: RunSpec, shape: tuple[int, int, int], classes: int) -> str:
    """Python text that builds and compiles the network with Keras 3.

    ``shape`` and ``classes`` are those of the data. Schedule, augmentation, adversarial training
    and what was changed by hand stand in the PyTorch script only. Raises ``SpecError`` where the
    net does not fit.
    """
    rows = plan(spec.net, shape, classes)
    calls = [(row, KERAS[kind_of(row.layer)](row.layer, row, _decay(spec, row))) for row in rows]
    text = "\n".join(call for _, written in calls for call in written)
    chain = any("residual(" in call for _, written in calls for call in written)
    residual = _RESIDUAL.replace("CONV", _block_options(spec)) if chain else ""
    defined = [*([_HE] if "he()" in text + residual else []), *([residual] if chain else [])]
    blocks = [_imports(text + residual), "", f"{_SEED}({spec.train.seed})"]
    network = _functional(calls, shape) if chain else _sequential(calls, shape)
    blocks += ["\n\n" + "\n\n\n".join(defined) + "\n\n"] if defined else [""]
    return _ABOUT + "\n".join([*blocks, network, "", *_compiled(spec), ""])


def _imports(text: str) -> str:
    """Only what is used."""
    homes = {"keras.initializers": "RandomNormal", "keras.regularizers": "L2"}
    used = [f"from {home} import {name}" for home, name in homes.items() if f"{name}(" in text]
    return "\n".join(["import keras", "from keras import layers", *used])


_ABOUT = '''\
"""The network in Keras 3.

Give it pictures as floats N×height×width×channels (channels_last), normalised as dlviz does it:
(pixels / 255 − mean) / std. Flatten therefore takes the values in another order than PyTorch: to
bring weights over, permute the columns of the dense layer behind it. The draws differ from
PyTorch's, and so do the losses; the counts of parameters do not.
"""

'''


def _sequential(calls: list[tuple[Row, Written]], shape: tuple[int, int, int]) -> str:
    lines = [
        _fitted(f"        {call},{_about(row) if call == written[-1] else ''}")
        for row, written in calls
        for call in written
    ]
    opening = ["model = keras.Sequential(", "    [", f"        keras.Input({_last(shape)}),"]
    return "\n".join([*opening, *lines, "    ]", ")"])


def _functional(calls: list[tuple[Row, Written]], shape: tuple[int, int, int]) -> str:
    """Residual blocks branch: every layer is called on what it gets."""
    lines = [f"inputs = keras.Input({_last(shape)})", "x = inputs"]
    for row, written in calls:
        for call in written:
            about = _about(row) if call == written[-1] else ""
            block = call.startswith("residual(")
            lines.append(_fitted(f"x = {call if block else f'{call}(x)'}{about}"))
    return "\n".join([*lines, "model = keras.Model(inputs, x)"])


def _fitted(line: str) -> str:
    """A long call with its start and decay on lines of their own."""
    deeper = " " * (len(line) - len(line.lstrip()) + 4)
    return line if len(line) <= _WIDTH else line.replace(", kernel_", f",\n{deeper}kernel_")


def _about(row: Row) -> str:
    return f"  # {row.name}: {'×'.join(map(str, _last(row.after)))}"


def _last(shape: Shape) -> Shape:
    """Channels last."""
    return (*shape[1:], shape[0])


def _decay(spec: RunSpec, row: Row) -> str:
    """The regulariser of a layer's weights; AdamW decays by itself."""
    own = getattr(row.layer, "weight_decay", None)
    decay = spec.train.weight_decay if own is None else own
    if spec.train.optimiser == "adamw" or not decay:
        return ""
    # Keras adds l2·Σw² to the loss, whose gradient is 2·l2·w.
    return f", kernel_regularizer=L2({decay / 2!r})"


def _block_options(spec: RunSpec) -> str:
    decay = spec.train.weight_decay if spec.train.optimiser != "adamw" else 0
    start = "channels, size, strides=strides, use_bias=False, kernel_initializer=he()"
    if not decay:
        return start
    return f"\n        {start},\n        kernel_regularizer=L2({decay / 2!r}),\n    "


# -- layers ---------------------------------------------------------------------------------------


def _start(std: float | None) -> str:
    drawn = "he()" if std is None else f"RandomNormal(stddev={std!r})"
    return f", kernel_initializer={drawn}"


def _conv(layer: Any, _row: Row, decay: str) -> Written:
    """Keras pads "same" as PyTorch does where nothing is left over; else zeros are put around."""
    same = layer.padding and layer.stride == 1 and layer.kernel == 2 * layer.padding + 1
    options = f", strides={layer.stride}" if layer.stride > 1 else ""
    options += ', padding="same"' if same else ""
    call = f"layers.Conv2D({layer.channels}, {layer.kernel}{options}"
    around = [f"layers.ZeroPadding2D({layer.padding})"] if layer.padding and not same else []
    return [*around, f"{call}{_start(layer.init_std)}{decay})"]


def _pool(name: str) -> Callable[[Any, Row, str], Written]:
    def text(layer: Any, _row: Row, _decay: str) -> Written:
        own = layer.stride not in (None, layer.size)
        return [f"layers.{name}({layer.size}{f', strides={layer.stride}' if own else ''})"]

    return text


def _dense(layer: Any, _row: Row, decay: str) -> Written:
    return [f"layers.Dense({layer.units}{_start(layer.init_std)}{decay})"]


def _residual(layer: Any, _row: Row, _decay: str) -> Written:
    return [f"residual(x, {layer.channels}{f', {layer.stride}' if layer.stride > 1 else ''})"]


def _plain(call: str) -> Callable[[Any, Row, str], Written]:
    return lambda _layer, _row, _decay: [f"layers.{call}"]


# How every kind is written: its options, its row, the regulariser of its weights.
KERAS: dict[str, Callable[[Any, Row, str], Written]] = {
    "conv": _conv,
    "max_pool": _pool("MaxPooling2D"),
    "avg_pool": _pool("AveragePooling2D"),
    "global_average": _plain("GlobalAveragePooling2D()"),
    "flatten": _plain("Flatten()"),
    "dense": _dense,
    "residual": _residual,
    "batch_norm": _plain("BatchNormalization(momentum=0.9, epsilon=1e-5)"),
    "dropout": lambda layer, _row, _decay: [f"layers.Dropout({layer.p!r})"],
    "relu": _plain("ReLU()"),
    "leaky_relu": lambda layer, _row, _decay: [f"layers.LeakyReLU({layer.slope!r})"],
    "elu": _plain("ELU()"),
    "gelu": _plain('Activation("gelu")'),
    "tanh": _plain('Activation("tanh")'),
    "sigmoid": _plain('Activation("sigmoid")'),
}


# -- training -------------------------------------------------------------------------------------


def _compiled(spec: RunSpec) -> list[str]:
    train = spec.train
    options = f"learning_rate={train.learning_rate!r}"
    options += f", momentum={train.momentum!r}" if train.optimiser == "sgd" else ""
    options += f", weight_decay={train.weight_decay!r}" if train.optimiser == "adamw" else ""
    # Keras' ε and PyTorch's differ: 1e-7 and 1e-8.
    options += ", epsilon=1e-8" if train.optimiser != "sgd" else ""
    lines = [f"optimiser = keras.optimizers.{_OPTIMISERS[train.optimiser]}({options})"]
    if train.optimiser == "adamw":
        lines.append('optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])')
        if any(item.options.get("weight_decay") is not None for item in spec.net.layers):
            lines.append("# Keras' AdamW has one decay for all: a layer's own one is left out.")
    return [
        *lines,
        "loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
        'model.compile(optimiser, loss, metrics=["accuracy"])',
        "model.summary()",
        f"# model.fit(images, labels, batch_size={train.batch_size}, epochs={train.epochs})",
        *([_PLAIN] if train.adversarial.words else []),
    ]
