"""Nets of a visitor's own, untrained, on their shelf."""

from __future__ import annotations

import torch

from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io.datasets import DATASETS
from dlviz.runs.shelf import Entry
from dlviz.runs.visitors import Visitor


def own_net(mine: Visitor, preset: str) -> Entry:
    """A preset for 28×28 grey pictures, with its first random weights."""
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    entry = DATASETS[spec.data.name]
    facts = DataFacts(entry.classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(spec.net, facts.shape, len(entry.classes), torch.Generator().manual_seed(0))
    return mine.shelf.add(spec, [Snapshot(0, 0.0, module.state_dict(), spec, facts)])
