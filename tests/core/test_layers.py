"""The plan of a network against torch's own shapes and parameter counts."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from dlviz.core.layers import LAYERS, Option, Shape, build, options, plan, read_layer
from dlviz.core.specs import LayerSpec, NetSpec, SpecError, layer
from tests.core.chains import CLASSES, END, POINTWISE, TORCHS, chains


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
