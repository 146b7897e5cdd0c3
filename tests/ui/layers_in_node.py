"""The table of layers under Node."""

from __future__ import annotations

from typing import Any

from dlviz.ui.components.layers import script
from tests.ui.node import in_node

CREATURES = (3, 64, 64)


def compute(expression: str, value: Any = None) -> Any:
    return in_node(script(), expression, value)


def layer(number: int, kind: str = "relu", **options: Any) -> dict[str, Any]:
    return {"id": number, "kind": kind, "options": options}


NET = [layer(1, "conv", channels=12), layer(2), layer(3, "flatten"), layer(4, "dense")]
