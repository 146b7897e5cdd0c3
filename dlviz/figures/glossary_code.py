"""The code of a block, which runs as it stands and prints the shape that the rule gives."""

from __future__ import annotations

from collections.abc import Mapping

from dlviz.core.glossary_block import Block


def code(block: Block, numbers: Mapping[str, int]) -> str:
    """PyTorch with the reader's numbers in it."""
    given, side = numbers["given"], numbers.get("side", 1)
    shape = f"1, {given}, {side}, {side}" if block.takes == "maps" else f"1, {given}"
    module = block.code.format(**numbers)
    own = "import dlviz.core.residual\n" if module.startswith("dlviz.") else ""
    counted = (
        "print(sum(weight.numel() for weight in block.parameters()), 'weights')\n"
        if not module.startswith("lambda")
        else ""
    )
    return (
        f"import torch\nfrom torch import nn\n{own}\n"
        f"block = {module}\n"
        f"x = torch.randn({shape})\n"
        f"print(tuple(x.shape[1:]), '→', tuple(block(x).shape[1:]))\n{counted}"
    )
