"""Table 3: nets without layers against nets written by hand, trainings against a run's own end."""

from dataclasses import replace

import pytest
import torch

from dlviz.core.ablation import (
    BASES,
    Outcome,
    error_of,
    numbered,
    seeded,
    size_of,
    train,
    variants,
    widened,
    without,
)
from dlviz.core.architectures import FLATTEN, OUTPUT, RELU, mlp, zfnet
from dlviz.core.data import ImageData
from dlviz.core.layers import build
from dlviz.core.networks import OFFERED
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, SpecError, TrainSpec, layer
from dlviz.core.training import Run
from dlviz.io.ablations import digest_of, read_ablation
from dlviz.io.datasets import DATASETS

POOL = layer("max_pool", size=3, stride=2)


def conv(channels, kernel=3, **options):
    return layer("conv", channels=channels, kernel=kernel, padding=kernel // 2, **options)


def test_layers_are_counted_as_in_the_paper():
    net = BASES["creatures"].spec.net
    kinds = [net.layers[place].kind for place in numbered(net).values()]
    assert kinds == ["conv"] * 4 + ["dense"]
    assert numbered(mlp()) == {}


def test_without_is_what_a_hand_would_write():
    decay = {"weight_decay": 2e-3}
    first = layer("conv", channels=4, kernel=7, stride=2, padding=3, init_std=0.01,
                  weight_decay=2e-2)  # fmt: skip
    start = (first, RELU, POOL, conv(6, 5, **decay), RELU, POOL)
    whole = zfnet((4, 6, 8, 10))
    assert without(whole, [3]).layers == (*start, conv(10, **decay), RELU, POOL, FLATTEN, OUTPUT)
    assert without(whole, [4]).layers == (*start, conv(8, **decay), RELU, POOL, FLATTEN, OUTPUT)
    assert without(whole, [3, 4]).layers == (*start, POOL, FLATTEN, OUTPUT)
    assert without(mlp(64, 32), [1]) == mlp(32)
    assert without(mlp(64, 32), [1, 2]) == mlp()
    assert without(whole, []) == whole


def test_what_stands_behind_a_layer_goes_with_it():
    net = NetSpec(
        (conv(4), layer("batch_norm"), RELU, layer("dropout", p=0.3), layer("max_pool"),
         conv(5), layer("tanh"), FLATTEN, OUTPUT)
    )  # fmt: skip
    left = without(net, [1])
    assert [item.kind for item in left.layers] == ["max_pool", "conv", "tanh", "flatten", "dense"]


def test_widened_multiplies_channels_and_units():
    assert widened(zfnet((4, 6, 8, 10)), [3, 4], 2) == zfnet((4, 6, 16, 20))
    assert widened(mlp(64, 32), [1], 0.5) == mlp(32, 32)
    assert widened(mlp(1), [1], 0.1) == mlp(1)
    plain = NetSpec((layer("conv"), RELU, FLATTEN, OUTPUT))  # 16 channels, as it is not said
    assert widened(plain, [1], 2).layers[0] == layer("conv", channels=32)


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_layer_that_is_not_there_is_refused(number):
    with pytest.raises(SpecError, match=r"go from 1 to 2, not"):
        without(mlp(64, 32), [number])
    with pytest.raises(SpecError, match=r"go from 1 to 2, not"):
        widened(mlp(64, 32), [number], 2)


@pytest.mark.parametrize("name", [*BASES, *OFFERED])
def test_every_row_of_every_preset_fits_and_costs_what_torch_counts(name):
    spec = (BASES[name] if name in BASES else OFFERED[name]).spec
    entry = DATASETS[spec.data.name]
    rows = variants(spec.net)
    assert next(iter(rows)) == "whole"
    assert len({row.net for row in rows.values()}) == len(rows)
    for row in rows.values():
        size = size_of(row.net, entry.shape, len(entry.classes))
        module, _ = build(row.net, entry.shape, len(entry.classes), torch.Generator())
        assert size.parameters == sum(value.numel() for value in module.parameters())


def test_the_rows_of_the_paper_are_among_them():
    titles = {name: row.title for name, row in variants(BASES["creatures"].spec.net).items()}
    assert titles["without-3"] == "Without layer 3 or 4"  # two equal layers
    assert titles["without-3-4"] == "Without layers 3 and 4"
    assert titles["without-5"] == "Without layer 5"
    assert titles["without-3-4-5"] == "Without layers 3, 4 and 5"
    assert titles["double-channels"] == "Layers 3 and 4: twice the channels"
    assert list(variants(mlp())) == ["whole"]


@pytest.fixture(scope="module")
def stripes():
    """Two classes, told apart by a column; some of the labels are wrong."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 2, (120,), generator=generator)
    pixels = torch.randint(0, 90, (120, 1, 8, 8), generator=generator)
    pixels[:, :, :, 3] += 90 * labels.view(-1, 1, 1)
    labels[:12] = 1 - labels[:12]
    part = pixels.to(torch.uint8), labels
    return ImageData.of("stripes", ("a", "b"), *((part[0][at], part[1][at])
                        for at in (slice(80), slice(80, 120))))  # fmt: skip


@pytest.mark.parametrize("schedule", ["constant", "one_cycle"])
def test_an_outcome_is_that_of_the_very_run(stripes, schedule):
    net = NetSpec((layer("conv", channels=3), RELU, FLATTEN, layer("dropout", p=0.5), OUTPUT))
    spec = RunSpec(net, DataSpec("mnist"), TrainSpec(batch_size=16, epochs=3, schedule=schedule))
    told = list(train(spec, stripes))
    assert [step for step, _ in told] == [*range(1, 15), 15]
    assert all(outcome is None for _, outcome in told[:-1])
    last = [event for event in Run(spec, stripes) if isinstance(event, Snapshot)][-1]
    found = told[-1][1]
    assert found.held_out == pytest.approx(1 - last.held_out.accuracy)
    logits = last.classifier(stripes.train_pixels / 255)
    wrong = float((logits.argmax(1) != stripes.train_labels).double().mean())
    assert found == Outcome(0, pytest.approx(wrong), found.held_out)
    assert error_of(last, stripes.train_pixels[:1], last.classifier(
        stripes.train_pixels[:1] / 255).argmax(1)) == 0  # fmt: skip


def test_only_net_and_seed_change():
    spec = BASES["digits"].spec
    other = seeded(spec, mlp(5), 7)
    assert other.net == mlp(5)
    assert other.train == replace(spec.train, seed=7)
    assert other.data == spec.data
    assert digest_of(other) != digest_of(seeded(spec, mlp(5), 8))


@pytest.mark.parametrize("name", list(BASES))
def test_every_row_is_recorded_from_three_seeds(name):
    kept, spec = read_ablation(name), BASES[name].spec
    rows = variants(spec.net).values()
    found = [kept.of(seeded(spec, row.net, seed)) for row in rows for seed in range(3)]
    assert None not in found
    assert len(kept.errors) == len(found)
    assert all(0 <= share <= 0.95 for pair in found for share in pair)
    assert kept.threads == 1


@pytest.mark.acceptance
def test_a_recorded_row_comes_again():
    from dlviz.io.datasets import data_for

    torch.set_num_threads(1)
    spec = BASES["digits"].spec
    row = seeded(spec, variants(spec.net)["without-2-3"].net, 1)
    *_, (_, outcome) = train(row, data_for(row.data))
    assert (outcome.training, outcome.held_out) == read_ablation("digits").of(row)
