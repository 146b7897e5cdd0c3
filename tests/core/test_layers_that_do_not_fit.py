"""A network that does not work: which layer is at fault, and what to do."""

from __future__ import annotations

import re

import pytest
import torch

from dlviz.core.layers import build, plan, survey
from dlviz.core.specs import MAX_PARAMETERS, LayerSpec, NetSpec, RunSpec, SpecError, layer
from dlviz.core.words import grouped
from tests.core.chains import CLASSES, END

# -- what does not fit ----------------------------------------------------------------------------


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
