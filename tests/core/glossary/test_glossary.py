"""Every block of the glossary, held against the layers themselves and against PyTorch."""

from __future__ import annotations

from math import prod

import pytest

from dlviz.core.glossary import BLOCKS, search
from dlviz.core.glossary_block import GROUPS, Block, usual
from dlviz.core.glossary_rules import Worked
from dlviz.core.layers import LAYERS
from dlviz.core.specs import SpecError

NAMES = {"channels": "channels", "kernel": "kernel", "stride": "stride", "padding": "padding"}
OPTIONS = {
    "conv": NAMES,
    "max_pool": {"window": "size", "stride": "stride"},
    "avg_pool": {"window": "size", "stride": "stride"},
    "residual": {"channels": "channels", "stride": "stride"},
    "dense": {"units": "units"},
}
CASES = (
    {},
    {"given": 16, "side": 28, "channels": 16, "kernel": 5, "stride": 2, "padding": 2, "window": 3},
    {"given": 1, "side": 17, "channels": 4, "kernel": 4, "stride": 3, "padding": 0, "window": 5},
)


def numbers(block: Block, changes: dict[str, int]) -> dict[str, int]:
    found = usual(block)
    return {**found, **{name: value for name, value in changes.items() if name in found}}


def test_every_layer_kind_has_its_block_under_its_own_title() -> None:
    assert set(LAYERS) <= set(BLOCKS)
    for name, kind in LAYERS.items():
        assert BLOCKS[name].title == kind.title


@pytest.mark.parametrize("changes", CASES)
@pytest.mark.parametrize("name", LAYERS)
def test_shape_and_weights_are_the_layers_own(name: str, changes: dict[str, int]) -> None:
    block = BLOCKS[name]
    given = numbers(block, changes)
    worked = block.worked(given)
    options = {own: given[key] for key, own in OPTIONS.get(name, {}).items()}
    layer = LAYERS[name](**options)
    assert worked.after == layer.shape(worked.before)
    assert worked.parameters == layer.parameters(worked.before)


@pytest.mark.parametrize("name", ["conv", "max_pool"])
def test_a_window_that_does_not_fit_is_refused_as_the_layer_does(name: str) -> None:
    block = BLOCKS[name]
    given = numbers(block, {"side": 2, "kernel": 9, "window": 9, "padding": 1})
    with pytest.raises(ValueError, match="does not fit"):
        block.worked(given)
    with pytest.raises(SpecError):
        LAYERS[name](**{own: given[key] for key, own in OPTIONS[name].items()}).shape((3, 2, 2))


def test_the_numbers_stand_in_the_lines() -> None:
    worked = BLOCKS["conv"].worked(usual(BLOCKS["conv"]))
    assert worked == Worked(
        (3, 32, 32),
        (16, 32, 32),
        448,
        (
            "side: ⌊(32 + 2·1 − 3) / 1⌋ + 1 = 32",
            "weights: (3·3·3 + 1)·16 = 448, whatever the picture’s size",
        ),
    )
    lecture = BLOCKS["dense"].worked({"given": 224 * 224 * 3, "units": 100})
    assert lecture.parameters == 15_052_900  # "over 15 million"
    assert "150\u202f528" in lecture.lines[0]


def test_flatten_keeps_every_value() -> None:
    worked = BLOCKS["flatten"].worked({"given": 3, "side": 5})
    assert worked.after == (prod(worked.before),)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_says_everything(name: str) -> None:
    block = BLOCKS[name]
    assert block.group in GROUPS
    assert len(block.short) <= 16
    assert block.what.endswith(".")
    assert block.formula.startswith("$")
    assert block.links
    for setting in {**block.inputs(), **block.settings}.values():
        assert setting.low <= setting.usual <= setting.high


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", list(BLOCKS)),
        ("POOL", ["global_average", "max_pool", "avg_pool"]),
        ("probability", ["sigmoid", "cross_entropy"]),
        ("no such thing", []),
    ],
)
def test_blocks_are_found_by_their_words(words: str, found: list[str]) -> None:
    assert sorted(search(words)) == sorted(found)
