"""How much memory a training run will take, estimated before it is admitted.

On a CPU nothing is raised when memory runs out: the kernel ends the server. So the limit is
checked beforehand; what all runs may hold together is ``runs.memory``'s. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

from dlviz.core.specs import SpecError

if TYPE_CHECKING:
    from dlviz.core.layers import Row

FLOAT_BYTES = 4
EVALUATION_SLICE = 250
LIMIT = 2 * 2**30


def training_bytes(rows: Sequence[Row], batch_size: int) -> int:
    """Weights, gradient, two moments, the judge's copy; activations with their gradients."""
    weights = 5 * sum(row.parameters for row in rows)
    sizes = [
        prod(row.before) + prod(row.after) + row.layer.values_inside(row.before) for row in rows
    ]
    values = sum(sizes)
    # The judge keeps no gradients, but its slice may be larger than the batch.
    largest = max(sizes, default=0)
    activations = max(2 * batch_size * values, EVALUATION_SLICE * largest)
    return FLOAT_BYTES * (weights + activations)


def require_memory(rows: Sequence[Row], batch_size: int) -> None:
    """Raises ``SpecError`` with the estimate and the limit if a run would not fit."""
    need = training_bytes(rows, batch_size)
    if need > LIMIT:
        raise SpecError(
            f"This run needs about {need / 2**30:.1f} GB of memory, the limit is "
            f"{LIMIT / 2**30:.0f} GB: make the network or the batch smaller."
        )
