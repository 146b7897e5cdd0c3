"""The glossary's pictures show what PyTorch computes, and its code prints what the rule says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dlviz.core.activations import ReLU
from dlviz.core.glossary import BLOCKS
from dlviz.core.glossary_block import usual
from dlviz.core.layers import LAYERS
from dlviz.figures.board import Board
from dlviz.figures.glossary_code import code
from dlviz.figures.glossary_pictures import (
    BENDS,
    LOGITS,
    PICTURES,
    SMALL,
    X_KERNEL,
    convolved,
    picture,
    pooled,
    softmaxed,
    stamped,
)
from dlviz.figures.hero_glossary import SHOWN, draw
from dlviz.io.grids import GRIDS


def as_maps(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(values)[None, None]


def test_what_the_pictures_show_is_what_pytorch_computes() -> None:
    grid = GRIDS["lecture"].at(7)[0].astype(float)
    found = {
        "conv": (convolved(grid, X_KERNEL), F.conv2d(as_maps(grid), as_maps(X_KERNEL))),
        "max": (pooled(SMALL, 2, np.max), F.max_pool2d(as_maps(SMALL), 2)),
        "mean": (pooled(SMALL, 2, np.mean), F.avg_pool2d(as_maps(SMALL), 2)),
        "transposed": (
            stamped(SMALL, X_KERNEL, 2),
            F.conv_transpose2d(as_maps(SMALL), as_maps(X_KERNEL), stride=2),
        ),
        "softmax": (softmaxed(LOGITS), torch.from_numpy(LOGITS).softmax(0)),
    }
    for name, (ours, theirs) in found.items():
        assert np.allclose(ours, theirs.squeeze().numpy()), name


@pytest.mark.parametrize("name", BENDS)
def test_the_curves_are_the_activations(name: str) -> None:
    z = torch.linspace(-4, 4, 33, dtype=torch.float64)
    module = LAYERS[name]().build((33,), torch.Generator())
    assert np.allclose(BENDS[name](z.numpy()), module(z).numpy())
    assert set(BENDS) == {kind for kind, each in LAYERS.items() if _is_activation(each)}


def _is_activation(kind: type) -> bool:
    return kind.__module__ == ReLU.__module__


def test_every_block_has_a_picture_of_its_own_in_both_themes() -> None:
    assert set(PICTURES) == set(BLOCKS)
    seen = set()
    for name in BLOCKS:
        for theme in ("light", "dark"):
            small = picture(name, theme)
            assert small.shape == (180, 320, 3)
            share = (small != small[0, 0]).any(axis=2).mean()
            assert share > 0.015, f"{name} is nearly empty"
            seen.add(small.tobytes())
    assert len(seen) == 2 * len(BLOCKS)
    assert picture("conv", "light", large=True).shape == (540, 960, 3)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_code_runs_and_prints_the_rules_shape(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    block = BLOCKS[name]
    given = usual(block)
    worked = block.worked(given)
    exec(compile(code(block, given), name, "exec"), {})
    said = capsys.readouterr().out
    assert said.startswith(f"{worked.before} → {worked.after}\n")
    if "weights" in said:
        assert f"{worked.parameters} weights" in said
    else:
        assert worked.parameters == 0


def test_the_pages_picture_shows_twelve_blocks() -> None:
    assert len(set(SHOWN)) == 12
    for theme in ("light", "dark"):
        board = Board(theme)
        draw(board)
        assert (np.asarray(board.image) != np.asarray(Board(theme).image)).any(axis=2).mean() > 0.05
