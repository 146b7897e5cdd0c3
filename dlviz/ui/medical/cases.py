"""What the medical views look at: generated chests, or MedMNIST's pictures once they are here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import Named, choice
from dlviz.ui.engine import has_torch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlviz.core.medical.verdicts import Array
    from dlviz.ui.views import Spot

CAUTION = (
    "**Generated, not patients.** Grey 64×64 pictures drawn by a program; nothing here can tell "
    "anybody whether they are ill, and no number says how good a program is in a hospital."
)
DATA = {
    "generated": Named("Generated chests"),
    "pneumoniamnist": Named("PneumoniaMNIST (download)"),
}


@dataclass(frozen=True, eq=False)
class Source:
    """Pictures by their features, to learn from and held out: N×D and who is ill, N bools.

    ``picture``: a held-out one's pixels. ``size``: of a held-out set that exists at every
    prevalence. ``note`` stands below the pictures, ``caution`` below the view, ``load`` in code.
    """

    key: str
    train: tuple[Array, NDArray[np.bool_]]
    test: tuple[Array, NDArray[np.bool_]]
    picture: Callable[[int], NDArray[np.uint8]]
    size: int
    note: str
    caution: str
    load: str


def generated() -> Source:
    """The shipped features of the generated chests; ill is who has an opacity."""
    from dlviz.io.xray_features import cases, chest

    train, test = (cases(part) for part in ("train", "test"))
    return Source(
        "generated",
        (train.features, train.findings[:, 0]),
        (test.features, test.findings[:, 0]),
        lambda index: chest("test", index).pixels,
        800,
        "Held-out pictures in the order of their scores. Ill: with an opacity in a lung. Drawn by a"
        " program, no patients.",
        CAUTION,
        """\
from dlviz.io.xray_features import cases

train, test = cases("train"), cases("test")  # MobileNetV2's features of generated chests
x, y = train.features, train.findings[:, 0]
held_out, truth = test.features, test.findings[:, 0]""",
    )


def choose_source(spot: Spot) -> Source:
    """Which pictures; the generated ones as long as the others are not here."""
    data = choice("Pictures", DATA, key="data", width=250)
    if data == "generated":
        return generated()
    with spot.status:
        if has_torch("PyTorch is loading, which reads real pictures; meanwhile, the generated:"):
            from dlviz.ui.medical.films import fetched

            if (found := fetched()) is not None:
                return found
    return generated()


def caution(words: str = CAUTION) -> None:
    """The sentence that stands below every view of pictures."""
    st.caption(f":material/health_and_safety: {words}")


def place_asked(key: str, usual: int, most: int, what: str, spot: Spot) -> int:
    """The place of a slider that the browser moves, as the address says it; else ``usual``.

    What is no such place gets one sentence and leaves the address.
    """
    asked = st.query_params.get(key, str(usual))
    short = len(asked) <= 3  # as the browser reads it; int() refuses thousands of digits
    if short and asked.isascii() and asked.isdigit() and int(asked) <= most:
        return int(asked)
    st.query_params.pop(key, None)
    spot.status.info(f"The link asks for what is not there: {what} is from 0 to {most}.")
    return usual
