"""What a block of the glossary is: words, a rule, numbers to change, places to try it. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlviz.core.glossary_rules import Rule, Settings, Shape, Worked


@dataclass(frozen=True)
class Setting:
    """A number that the reader may change; limits are inclusive."""

    title: str
    low: int
    high: int
    usual: int


@dataclass(frozen=True)
class Block:
    """One block. ``short`` fits on a tile; ``formula`` is Markdown with TeX.

    ``takes`` is "maps" or "vector". ``code``: the PyTorch module, with the names of settings in
    braces. ``links``: (page, label, address) where it can be tried.
    """

    title: str
    short: str
    group: str
    what: str
    formula: str
    takes: str
    rule: Rule
    code: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    links: tuple[tuple[str, str, Mapping[str, str]], ...] = ()

    def inputs(self) -> dict[str, Setting]:
        """What the example begins with: channels and side of maps, or the length of a vector."""
        if self.takes == "maps":
            return {"given": Setting("Channels in", 1, 512, 3), "side": Setting("Side", 1, 224, 32)}
        return {"given": Setting("Values in", 1, 200_000, 128)}

    def worked(self, numbers: Settings) -> Worked:
        """The rule with these numbers; ValueError with one sentence where they do not fit."""
        before: Shape = (numbers["given"],)
        if self.takes == "maps":
            before = (numbers["given"], numbers["side"], numbers["side"])
        return self.rule(before, numbers)


def usual(block: Block) -> dict[str, int]:
    """The numbers that the example opens on."""
    return {name: item.usual for name, item in {**block.inputs(), **block.settings}.items()}


WEIGHTS, SIZE, CALM, BEND, END = (
    "With weights",
    "Change of size",
    "For calmer learning",
    "Activations",
    "At the end, and back",
)
GROUPS = (WEIGHTS, SIZE, CALM, BEND, END)
