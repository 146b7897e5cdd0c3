"""Which class an attack aims at: none, the likeliest other, the least likely, or a chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlviz.ui.controls import Named, choice

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier

KEY = "target"
LIKELY, LEAST = "likely", "least"


def choose_target(
    model: Classifier, clean: Tensor, *, context: str, width: int = 260
) -> int | None:
    """A select box of all classes but the net's own answer → class number; None: any other answer.

    ``clean``: the net's probabilities for the picture as it is, float32 K. ``context``: the model's
    key; a class of another model says nothing here. In the address it is ``target``: "likely",
    "least" or the class's number.
    """
    order = clean.argsort(descending=True, stable=True).tolist()
    likely, least = order[min(1, len(order) - 1)], order[-1]
    offered = {"any": Named("Away from its answer")}
    if likely != least:  # of two classes there is but one other
        offered[LIKELY] = Named(f"To the likeliest other: {model.classes[likely]}")
        offered[LEAST] = Named(f"To the least likely: {model.classes[least]}")
    for number, name in enumerate(model.classes):
        if number != order[0]:
            offered[str(number)] = Named(f"To {name}")
    chosen = choice("Aim", offered, key=KEY, context=context, width=width)
    if chosen == "any" or len(order) < 2:
        return None
    return {LIKELY: likely, LEAST: least}.get(chosen, -1) if not chosen.isdigit() else int(chosen)
