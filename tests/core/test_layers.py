"""The plan of a network against torch's own shapes and parameter counts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import fields

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.resnet import BasicBlock

from dlviz.core.layers import LAYERS, Option, Shape, build, options, plan, read_layer, survey
from dlviz.core.specs import MAX_PARAMETERS, LayerSpec, NetSpec, RunSpec, SpecError, layer
from dlviz.core.words import grouped

CLASSES = 3


TORCHS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "flatten": nn.Flatten,
    "dropout": nn.Dropout,
    "global_average": lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
}
POINTWISE = ["relu", "leaky_relu", "elu", "gelu", "tanh", "sigmoid", "dropout"]


def oracle(spec: LayerSpec, before: Tensor) -> nn.Module:
    """torch's module for a layer, on the meta device: shapes without numbers."""
    options, channels = dict(spec.options), before.shape[1]
    norm = nn.BatchNorm2d if before.ndim == 4 else nn.BatchNorm1d
    makers: dict[str, Callable[[], nn.Module]] = {
        **TORCHS,
        "conv": lambda: nn.Conv2d(
            channels,
            options["channels"],
            *(options["kernel"], options["stride"], options["padding"]),
        ),
        "max_pool": lambda: nn.MaxPool2d(options["size"], options["stride"]),
        "avg_pool": lambda: nn.AvgPool2d(options["size"], options["stride"]),
        "dense": lambda: nn.Linear(channels, options.get("units") or CLASSES),
        "batch_norm": lambda: norm(channels),
        "residual": lambda: torchvisions(channels, options["channels"], options["stride"]),
    }
    with torch.device("meta"):
        return makers[spec.kind]().eval()


def torchvisions(before: int, channels: int, stride: int) -> BasicBlock:
    fit = nn.Sequential(
        nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
    )
    changes = (before, 1) != (channels, stride)
    return BasicBlock(before, channels, stride, fit if changes else None)


def draw_layer(draw: st.DrawFn, before: Tensor) -> LayerSpec:
    """Any kind that fits behind ``before``, with any options that fit."""
    if before.ndim == 2:
        kind = draw(st.sampled_from([*POINTWISE, "batch_norm", "dense", "flatten"]))
        return layer(kind, units=draw(st.integers(1, 12))) if kind == "dense" else layer(kind)
    kinds = ["conv", "max_pool", "avg_pool", "residual", "batch_norm", *POINTWISE]
    kind = draw(st.sampled_from(kinds))
    side = min(before.shape[2:])
    if kind == "conv":
        padding = draw(st.integers(0, 3))
        kernel = draw(st.integers(1, min(7, side + 2 * padding)))
        stride = draw(st.integers(1, 3))
        channels = draw(st.integers(1, 6))
        return layer(kind, channels=channels, kernel=kernel, stride=stride, padding=padding)
    if kind == "residual":
        return layer(kind, channels=draw(st.integers(1, 6)), stride=draw(st.integers(1, 3)))
    if kind in ("max_pool", "avg_pool"):
        stride = draw(st.none() | st.integers(1, 3))
        return layer(kind, size=draw(st.integers(1, min(4, side))), stride=stride)
    return layer(kind)


@st.composite
def chains(draw: st.DrawFn) -> tuple[NetSpec, tuple[int, ...], list[tuple[tuple[int, ...], int]]]:
    """A net that fits, its input shape, and torch's (output shape, parameters) of every layer."""
    shape = (draw(st.integers(1, 3)), draw(st.integers(4, 17)), draw(st.integers(4, 17)))
    now, layers, expected = torch.empty(1, *shape, device="meta"), [], []

    def put(spec: LayerSpec) -> None:
        nonlocal now
        module = oracle(spec, now)
        now = module(now)
        layers.append(spec)
        count = sum(value.numel() for value in module.parameters())
        expected.append((tuple(now.shape[1:]), count))

    for _ in range(draw(st.integers(0, 6))):
        put(draw_layer(draw, now))
    put(layer(draw(st.sampled_from(["flatten", "global_average"]))))
    for _ in range(draw(st.integers(0, 3))):
        put(draw_layer(draw, now))
    put(layer("dense"))
    return NetSpec(tuple(layers)), shape, expected


@settings(derandomize=True, deadline=None, max_examples=30)
@given(chain=chains(), seed=st.integers(0, 3))
def test_the_plan_is_what_torch_makes_of_it(chain, seed: int) -> None:
    net, shape, expected = chain
    rows = plan(net, shape, CLASSES)
    assert [(row.after, row.parameters) for row in rows] == expected
    assert [row.before for row in rows] == [shape, *(after for after, _ in expected[:-1])]
    before = torch.get_rng_state()
    module, with_maps = build(net, shape, CLASSES, torch.Generator().manual_seed(seed))
    assert torch.equal(torch.get_rng_state(), before)
    assert sum(value.numel() for value in module.parameters()) == sum(n for _, n in expected)
    assert [name for name, _ in module.named_children()] == [row.name for row in rows]
    assert with_maps == tuple(row.name for row in rows if len(row.after) == 3)
    now = torch.rand(2, *shape, generator=torch.Generator().manual_seed(seed))
    for row, child in zip(rows, module.children(), strict=True):
        now = child(now)
        assert tuple(now.shape) == (2, *row.after)
        assert sum(value.numel() for value in child.parameters()) == row.parameters
    assert torch.equal(torch.get_rng_state(), before)  # nor does dropout while training


def test_the_lectures_figures() -> None:
    """ "Fully connected layers do not scale": 224·224·3 inputs, 100 units, 15 million weights."""
    net = NetSpec((layer("flatten"), layer("dense", units=100), layer("dense")))
    flatten, dense, _ = plan(net, (3, 224, 224), 2)
    assert flatten.after == (150_528,)
    assert dense.parameters == 15_052_900 == 150_528 * 100 + 100


# -- the registry -------------------------------------------------------------------------------


def fitting(kind: str) -> NetSpec:
    """A net in which ``kind`` stands with its default options."""
    if kind in ("dense", "flatten"):
        return NetSpec((layer("flatten"), layer("dense")))
    if kind == "global_average":
        return NetSpec((layer(kind), layer("dense")))
    return NetSpec((layer(kind), layer("flatten"), layer("dense")))


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_works_as_it_comes(kind: str) -> None:
    rows = plan(fitting(kind), (2, 8, 8), CLASSES)
    assert any(type(row.layer) is LAYERS[kind] for row in rows)
    module, _ = build(fitting(kind), (2, 8, 8), CLASSES, torch.Generator().manual_seed(0))
    assert module(torch.zeros(1, 2, 8, 8)).shape == (1, CLASSES)
    assert LAYERS[kind].__doc__
    assert [cls.prefix for cls in LAYERS.values()].count(LAYERS[kind].prefix) == 1


NUMERIC = [(kind, item.name) for kind, cls in LAYERS.items() for item in fields(cls)]


@pytest.mark.parametrize(("kind", "option"), NUMERIC)
@pytest.mark.parametrize(
    "value",
    [True, False, "3", "", -1, 10**9, 10**400, -0.5, 1e9, float("nan"), float("inf")],
    ids=lambda value: repr(value)[:12],
)
def test_an_option_out_of_its_range_is_refused(kind: str, option: str, value: object) -> None:
    with pytest.raises(SpecError) as refused:
        read_layer(LayerSpec(kind, {option: value}))
    sentence = str(refused.value)
    assert option in sentence
    assert sentence.endswith(".")
    assert len(sentence) <= 200


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        (kind, name)
        for kind, name in NUMERIC
        if name not in ("init_std", "weight_decay", "p", "slope")
    ],
)
@pytest.mark.parametrize("value", [2.0, 2.5])
def test_counts_and_sizes_are_whole(kind: str, option: str, value: float) -> None:
    with pytest.raises(SpecError, match=option):
        read_layer(LayerSpec(kind, {option: value}))


@pytest.mark.parametrize("option", ["channels", "kernel", "stride", "padding"])
def test_a_convolution_needs_its_numbers(option: str) -> None:
    with pytest.raises(SpecError, match=option):
        read_layer(LayerSpec("conv", {option: None}))


@pytest.mark.parametrize("kind", ["", "Conv", "conv3d", "__import__", "x" * 10_000])
def test_unknown_kinds_are_refused_by_naming_the_known(kind: str) -> None:
    with pytest.raises(SpecError) as refused:
        read_layer(layer(kind))
    assert all(known in str(refused.value) for known in LAYERS)
    assert len(str(refused.value)) <= 200


@pytest.mark.parametrize("option", ["", "chanels", "prefix", "self", "__class__", "x" * 10_000])
def test_unknown_options_are_refused(option: str) -> None:
    with pytest.raises(SpecError) as refused:
        read_layer(LayerSpec("conv", {option: 1}))
    assert "conv" in str(refused.value)
    assert len(str(refused.value)) <= 200


# -- what does not fit ----------------------------------------------------------------------------

END = (layer("flatten"), layer("dense"))


@pytest.mark.parametrize(
    ("layers", "number", "words"),
    [
        ((layer("conv", kernel=9), *END), 1, "9×9"),
        ((layer("relu"), layer("max_pool", size=9), *END), 2, "9×9"),
        ((layer("conv", kernel=5), layer("conv", kernel=5), *END), 2, "4×4"),
        ((layer("flatten"), layer("conv"), *END), 2, "flat vector of 64"),
        ((layer("flatten"), layer("max_pool"), *END), 2, "flat vector of 64"),
        ((layer("dense"),), 1, "1×8×8 maps: put a Flatten"),
        ((layer("flatten"), layer("dense"), layer("dense")), 2, "last"),
        ((layer("nonsense"), *END), 1, "nonsense"),
    ],
)
def test_a_layer_that_does_not_fit_is_named_by_its_number(layers, number, words) -> None:
    with pytest.raises(SpecError, match=f"^Layer {number}: .*{words}.*\\.$"):
        plan(NetSpec(layers), (1, 8, 8), CLASSES)


@pytest.mark.parametrize(
    "layers",
    [
        (layer("conv"),),
        (layer("flatten"),),
        (layer("flatten"), layer("dense", units=CLASSES + 1)),
        (*END, layer("dense", units=7)),
    ],
)
def test_a_net_must_end_with_a_value_per_class(layers) -> None:
    with pytest.raises(SpecError):
        plan(NetSpec(layers), (1, 8, 8), CLASSES)


def test_activations_and_dropout_may_follow_the_output() -> None:
    net = NetSpec((layer("flatten"), layer("dense", units=CLASSES), layer("relu")))
    assert plan(net, (1, 8, 8), CLASSES)[-1].after == (CLASSES,)


def test_parameters_are_limited_before_anything_is_allocated() -> None:
    def wide(units: int) -> NetSpec:
        return NetSpec((layer("flatten"), layer("dense", units=units), layer("dense")))

    assert sum(row.parameters for row in plan(wide(132), (3, 224, 224), 2)) < MAX_PARAMETERS
    with pytest.raises(SpecError, match=grouped(MAX_PARAMETERS)):
        plan(wide(133), (3, 224, 224), 2)
    with pytest.raises(SpecError, match="limit"):
        build(wide(4096), (3, 4096, 4096), 2, torch.Generator())


@pytest.mark.parametrize(
    "options",
    [
        {"channels": 10**9},
        {"channels": "8"},
        {"channels": True},
        {"kernel": -3},
        {"kernel": 10**6},
        {"init_std": "small"},
        {"stride": 0},
        {"padding": None},
        {"weight_decay": -1},
        {"wide": 1},
    ],
)
def test_a_strangers_layer_is_refused_on_the_whole_road(options: dict[str, object]) -> None:
    """JSON → spec → plan: a sentence, wherever on the road it is found."""
    net = NetSpec((LayerSpec("conv", options), *END))
    with pytest.raises(SpecError) as refused:
        plan(RunSpec.from_json(RunSpec(net=net).to_json()).net, (1, 28, 28), 10)
    assert str(refused.value).endswith(".")


def test_an_endless_number_is_refused_on_the_whole_road() -> None:
    text = '{"net":{"layers":[{"kind":"dropout","options":{"p":1e999}},{"kind":"flatten"}]}}'
    with pytest.raises(SpecError):
        plan(RunSpec.from_json(text).net, (1, 28, 28), 10)


# -- initial weights ------------------------------------------------------------------------------


def first_weights(seed: int, **options: object) -> tuple[Tensor, Tensor]:
    net = NetSpec((LayerSpec("conv", {"channels": 64, "kernel": 5, **options}), *END))
    module, _ = build(net, (3, 12, 12), CLASSES, torch.Generator().manual_seed(seed))
    return module.conv1.weight.detach(), module.conv1.bias.detach()


def test_the_runs_own_generator_decides_the_initial_weights() -> None:
    assert torch.equal(first_weights(1)[0], first_weights(1)[0])
    assert not torch.equal(first_weights(1)[0], first_weights(2)[0])


@pytest.mark.parametrize(("std", "expected"), [(None, math.sqrt(2 / 75)), (0.01, 0.01), (0, 0)])
def test_weights_start_with_hes_deviation_or_the_given_one(std, expected: float) -> None:
    weight, bias = first_weights(0, init_std=std)
    assert weight.std().item() == pytest.approx(expected, rel=0.05)
    assert abs(weight.mean().item()) <= 4 * expected / math.sqrt(weight.numel())
    assert not bias.any()


def test_dropout_draws_from_the_runs_own_generator() -> None:
    net = NetSpec((layer("dropout", p=0.3), *END))
    ones = torch.ones(1, 1, 100, 100)

    def masks(seed: int) -> list[Tensor]:
        module, _ = build(net, (1, 100, 100), CLASSES, torch.Generator().manual_seed(seed))
        return [module.dropout1(ones) for _ in range(2)]

    first, second = masks(5)
    again, _ = masks(5)
    assert torch.equal(first, again)
    assert not torch.equal(first, second)
    assert (first == 0).float().mean().item() == pytest.approx(0.3, abs=0.02)
    assert first.mean().item() == pytest.approx(1.0, abs=0.03)
    assert first.unique().tolist() == pytest.approx([0.0, 1 / 0.7])


def test_dropout_does_nothing_once_trained() -> None:
    module, _ = build(
        NetSpec((layer("dropout"), *END)), (1, 8, 8), CLASSES, torch.Generator().manual_seed(0)
    )
    images = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    assert torch.equal(module.eval().dropout1(images), images)


# -- options, for an editor -----------------------------------------------------------------------

EVERY_OPTION = [(kind, option) for kind in LAYERS for option in options(kind)]


@pytest.mark.parametrize(("kind", "option"), EVERY_OPTION)
def test_an_editor_is_told_the_very_limits_that_are_checked(kind: str, option: Option) -> None:
    """What is offered is taken, one step beyond it is refused."""
    step = 1 if option.type == "int" else 1e-6
    inside = [option.low, option.high, option.default]
    for value in inside:
        made = read_layer(LayerSpec(kind, {option.name: value}))
        assert getattr(made, option.name) == value
    for value in (option.low - step, option.high + step):
        with pytest.raises(SpecError, match=option.name):
            read_layer(LayerSpec(kind, {option.name: value}))
    assert option.title
    assert option.optional == bool(option.empty)
    if option.optional:
        read_layer(LayerSpec(kind, {option.name: None}))
    else:
        with pytest.raises(SpecError, match=option.name):
            read_layer(LayerSpec(kind, {option.name: None}))


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_has_a_title_of_its_own(kind: str) -> None:
    assert [cls.title for cls in LAYERS.values()].count(LAYERS[kind].title) == 1
    assert {option.name for option in options(kind)} == {item.name for item in fields(LAYERS[kind])}


# -- the survey -----------------------------------------------------------------------------------


def test_the_survey_of_a_sound_net_is_its_plan() -> None:
    net = NetSpec((layer("conv"), *END))
    lines = survey(net, (1, 8, 8), CLASSES)
    assert tuple(line.row for line in lines) == plan(net, (1, 8, 8), CLASSES)
    assert [(line.number, line.kind) for line in lines] == [
        *((1, "conv"), (2, "flatten"), (3, "dense"))
    ]
    assert not any(line.mistake for line in lines)


@pytest.mark.parametrize(
    ("layers", "number", "words"),
    [
        ((layer("conv", kernel=9), *END), 1, "a kernel of at most 8 or a padding of at least 1"),
        ((layer("conv", kernel=13, padding=1), *END), 1, "at most 10 or a padding of at least 3"),
        ((layer("relu"), layer("max_pool", size=9), *END), 2, "a window of at most 8"),
        ((layer("flatten"), layer("conv"), *END), 2, "flat vector of 64: put it before"),
        ((layer("conv"), layer("dense")), 2, r"16×6×6 maps: put a Flatten \(576 values\)"),
        ((layer("flatten"), layer("dense"), layer("relu")), 2, "give it units or move it"),
        ((layer("conv", channels=0), *END), 1, "channels must be a whole number from 1 to 512"),
        ((layer("conv", kernels=5), *END), 1, "has no option"),
        ((layer("nonsense"), *END), 1, "nonsense"),
    ],
)
def test_a_mistake_stands_at_its_layer_and_says_what_to_do(layers, number, words) -> None:
    lines = survey(NetSpec(layers), (1, 8, 8), CLASSES)
    assert re.search(words, lines[number - 1].mistake)
    assert lines[number - 1].mistake.endswith(".")
    assert all(line.row and not line.mistake for line in lines[: number - 1])
    assert all(line.row is None for line in lines[number - 1 :])
    assert not any(line.mistake for line in lines[number:])
    with pytest.raises(SpecError) as refused:
        plan(NetSpec(layers), (1, 8, 8), CLASSES)
    assert str(refused.value) == f"Layer {number}: {lines[number - 1].mistake}"


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((layer("conv"),), "ends with 16×6×6 maps: put a Flatten and a Dense without units"),
        ((layer("flatten"),), "ends with a flat vector of 64: put a Dense without units"),
        ((*END[:1], layer("dense", units=7)), "must end with 3 values, one per class"),
    ],
)
def test_a_mistake_of_the_whole_net_stands_at_its_last_layer(layers, words) -> None:
    *others, last = survey(NetSpec(layers), (1, 8, 8), CLASSES)
    assert words in last.mistake
    assert last.row is not None
    assert all(line.row and not line.mistake for line in others)


def test_a_net_of_too_many_parameters_is_told_where_they_are() -> None:
    net = NetSpec((layer("flatten"), layer("dense", units=4096), layer("dense")))
    *_, last = survey(net, (3, 64, 64), CLASSES)
    assert grouped(MAX_PARAMETERS) in last.mistake
    assert "50\u202f335\u202f744 are in dense1, which gets a flat vector of 12288" in last.mistake


# -- work -----------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=20)
@given(chain=chains())
def test_multiply_adds_are_half_of_torchs_own_count_of_flops(chain) -> None:
    net, shape, _ = chain
    module, _ = build(net, shape, CLASSES, torch.Generator())
    now = torch.zeros(1, *shape)
    module.eval()
    for row, child in zip(plan(net, shape, CLASSES), module.children(), strict=True):
        with FlopCounterMode(display=False) as counter:
            now = child(now)
        assert 2 * row.multiply_adds == counter.get_total_flops()


# -- what layers compute --------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3, 5, 4), (7,)])
@pytest.mark.parametrize("kind", [kind for kind in POINTWISE if kind != "dropout"])
def test_an_activation_computes_what_torchs_does(kind: str, shape: Shape) -> None:
    module = read_layer(layer(kind)).build(shape, torch.Generator())
    x = 3 * torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(module(x), TORCHS[kind]()(x), atol=1e-6)


def test_a_global_average_is_the_mean_of_each_map() -> None:
    module = read_layer(layer("global_average")).build((3, 5, 4), torch.Generator())
    x = torch.randn(2, 3, 5, 4, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(module(x), TORCHS["global_average"]()(x), atol=1e-6)


def test_a_leaky_relu_has_the_slope_that_it_is_told() -> None:
    module = read_layer(layer("leaky_relu", slope=0.25)).build((3,), torch.Generator())
    assert module(torch.tensor([-4.0, 0.0, 4.0])).tolist() == [-1.0, 0.0, 4.0]
