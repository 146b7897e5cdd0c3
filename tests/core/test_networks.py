"""The presets: nets as their sources have them, and promises that a page can keep."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dlviz.core.architectures import bad_net, lecture_cnn, lecture_mlp, lenet5, mlp, small_resnet
from dlviz.core.layers import plan
from dlviz.core.memory import require_memory
from dlviz.core.networks import PRESETS, PROVOKING
from dlviz.core.specs import NetSpec, RunSpec
from dlviz.io.datasets import DATASETS

EVERY = {**PRESETS, **PROVOKING}
DIGIT = (1, 28, 28)
DIAGNOSES = (
    *("diverging", "slow", "overfitting", "underfitting"),
    *("dead_relus", "vanishing", "exploding", "silent_class"),
)


@pytest.mark.parametrize("name", EVERY)
def test_a_preset_fits_its_data_and_says_what_to_expect(name: str) -> None:
    preset = EVERY[name]
    entry = DATASETS[preset.spec.data.name]
    rows = plan(preset.spec.net, entry.shape, len(entry.classes))
    require_memory(rows, preset.spec.train.batch_size)
    assert RunSpec.from_json(preset.spec.to_json()) == preset.spec
    assert RunSpec.from_link(preset.spec.to_link()) == preset.spec
    assert re.search(r"\d+ %", preset.expect)
    assert preset.expect.endswith(".")
    assert 40 <= len(preset.expect) <= 240
    assert [other.title for other in EVERY.values()].count(preset.title) == 1


def test_every_diagnosis_has_its_preset() -> None:
    assert tuple(PROVOKING) == DIAGNOSES
    assert not set(PROVOKING) & set(PRESETS)


@pytest.mark.parametrize("name", PROVOKING)
def test_trouble_does_not_take_long(name: str) -> None:
    """Forward and backward are three times the forward pass; a core does 10⁹ and more a second."""
    spec = PROVOKING[name].spec
    entry = DATASETS[spec.data.name]
    work = sum(row.multiply_adds for row in plan(spec.net, entry.shape, len(entry.classes)))
    pictures = entry.counts[0] * spec.data.share * spec.train.epochs
    assert 3 * work * pictures <= 1.5e10
    assert pictures / spec.train.batch_size <= 1500  # updates: overhead, about a millisecond each


def counts(net: NetSpec) -> list[int]:
    return [row.parameters for row in plan(net, DIGIT, 10) if row.parameters]


def test_lenet5_has_the_layers_of_its_paper() -> None:
    """LeCun et al. (1998), section II.B: C1, C5 and F6 have 156, 48 120 and 10 164 parameters."""
    rows = plan(lenet5(), DIGIT, 10)
    assert counts(lenet5())[:1] == [156]
    assert counts(lenet5())[2:4] == [48_120, 10_164]
    maps = [row.after for row in rows if len(row.after) == 3]
    assert maps[::3] == [(6, 28, 28), (16, 10, 10)]  # C1 and C3
    assert maps[2::3] == [(6, 14, 14), (16, 5, 5)]  # S2 and S4


def test_the_lectures_networks() -> None:
    assert counts(lecture_mlp()) == [784 * 128 + 128, 128 * 10 + 10]
    sizes = (64, 128, 512, 512, 128, 64)
    pairs = zip((784, *sizes), (*sizes, 10), strict=True)
    assert counts(mlp(*sizes)) == [(before + 1) * after for before, after in pairs]
    rows = plan(lecture_cnn(), DIGIT, 10)
    sides = [row.after[1] for row in rows if len(row.after) == 3 and row.name[:4] != "relu"]
    assert sides == [24, 20, 10, 6, 2, 1]
    assert [row.parameters for row in rows if row.name == "dense1"] == [33 * 1024]


def test_the_resnet_ends_in_a_global_average_of_its_last_block() -> None:
    rows = plan(small_resnet(), DIGIT, 10)
    assert [row.after for row in rows if row.name.startswith("block")] == [
        *((16, 28, 28), (32, 14, 14), (64, 7, 7)),
    ]
    assert rows[-2].after == (64,)


def test_the_bad_nets_mistakes_are_there() -> None:
    rows = plan(bad_net(), DIGIT, 10)
    assert rows[0].after == (1, 4, 4)
    assert [row.name for row in rows[2:5]] == ["dense1", "dense2", "dropout1"]


def test_presets_need_no_torch() -> None:
    code = "import sys, dlviz.core.networks; sys.exit('torch' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
