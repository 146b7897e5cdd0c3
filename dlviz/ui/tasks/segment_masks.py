"""Any held-out picture: the net's mask and a threshold's, each under a slider of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import follow, write
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import Named, choice, number, save_button

if TYPE_CHECKING:
    from dlviz.figures.segmentation import Panel
    from dlviz.io.segmentation import Masks
    from dlviz.ui.taught import Outcome

LEVEL = 110  # about the median: half of all pixels are brighter
_ROW, _SMALLEST = 880, 172  # CSS pixels: four to a row, on a phone two
SIDES = {"bright": Named("brighter"), "dark": Named("darker")}


def held_out(outcome: Outcome) -> None:
    """The masks of the run that is shown, its numbers over all held-out pictures, and a picture."""
    from dlviz.figures.segmentation_words import part_panels, part_words
    from dlviz.io.segmentation import HELD_OUT, masks_of

    masks = masks_of(outcome.spec, outcome.tensors)
    whose = "Recorded" if outcome.recorded else "Your last run"
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        place = number(f"Held-out picture, 1 to {HELD_OUT}", 1, HELD_OUT, 1, key="held", width=190)
    if len(masks.classes) == 2:
        with row:
            panels, said = _cells(masks, place - 1)
    else:
        panels, said = part_panels(masks, place - 1), part_words(masks)
    st.markdown(f"**{whose}.** {said}")
    _shown(panels, place)


def _cells(masks: Masks, place: int) -> tuple[list[Panel], str]:
    from dlviz.core.segmentation.scores import best_cut, cut
    from dlviz.figures.segmentation_words import cell_panels, cell_words

    pixels, true = masks.grey, masks.true == 1
    best = best_cut(pixels, true)
    chance = _slider("Net: cell from a chance of (%)", 1, 99, 50, key="chance") / 100
    side = choice("Threshold: cell is what is", SIDES, key="than", width=170)
    level = _slider("… than a brightness of", 0, 256, LEVEL, key="level")
    chosen = cut(pixels, true, level, dark=side == "dark")
    panels = cell_panels(masks, place, chance, chosen)
    return panels, cell_words(masks, chance, chosen, best)


def _shown(panels: list[Panel], place: int) -> None:
    import numpy as np

    from dlviz.figures.segmentation import saved
    from dlviz.figures.sheets import sheet_of
    from dlviz.io.png import png_bytes

    with st.container(width=_ROW):
        tiles(
            sheet_of(np.stack([panel.pixels for panel in panels])),
            [panel.title for panel in panels],
            key="segment masks",
            texts=[panel.title for panel in panels],
            smallest=_SMALLEST,
        )
    name = f"masks-{place}.png"
    save_button("Save these masks", lambda: png_bytes(saved(panels)), name, "image/png")


def _slider(label: str, low: int, high: int, usual: int, *, key: str) -> int:
    def read(text: str) -> int:
        try:
            value = int(text[:10])
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise ValueError(f"“{label.strip('… ')}” is a whole number from {low} to {high}")
        return value

    def moved() -> None:
        write(key, st.session_state[key], usual)

    if sentence := follow(key, read, usual):
        st.info(sentence)
    # A slider moves faster than the address that each move comes with: what it was moved to counts.
    value: int = st.slider(label, low, high, key=key, on_change=moved, width=250)
    moved()
    return value
