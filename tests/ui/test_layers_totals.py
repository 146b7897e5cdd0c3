"""What stands below the table of layers, against what torch allocates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from torch import Generator

from dlviz.core.layers import read_layer, survey
from dlviz.core.networks import PRESETS
from dlviz.core.specs import layer
from dlviz.ui.network import _table


@pytest.mark.parametrize("name", ["digits", "lecture_mlp", "zfnet"])
def test_totals_are_of_the_layers_that_work_as_torch_counts_them(name: str) -> None:
    net, shape = PRESETS[name].spec.net, (3, 64, 64) if name == "zfnet" else (1, 28, 28)
    misfit = layer("unheard of")
    for at in range(len(net.layers)):
        lines = survey(replace(net, layers=(*net.layers[:at], misfit)), shape, 10)
        table = _table(lines, shape)
        assert [bool(line["mistake"]) for line in table["lines"]] == [False] * at + [True]
        before, built = shape, []
        for spec in net.layers[:at]:
            kind = read_layer(spec)
            built.append(kind.build(before, Generator()))
            before = kind.shape(before)
        numel = sum(weights.numel() for module in built for weights in module.parameters())
        assert (
            table["parameters"]
            == numel
            == sum(line.get("parameters", 0) for line in table["lines"])
        )
        assert len([line for line in table["lines"] if line["shape"]]) == at
