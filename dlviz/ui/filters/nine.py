"""What the three grids of the strongest nine show, for the page and ahead of its rerun."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from dlviz.figures.sheets import sheet_of
from dlviz.ui.ahead import offer_answers
from dlviz.ui.asgi import ahead_path
from dlviz.ui.components.tiles import Ahead, pictures
from dlviz.ui.filters import gallery

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.figures.wall_controls import Control

OWN, RANDOM = "own", "random"
PATCHES, PROJECTIONS, ORIGINALS, WALL = "patches", "projections", "originals", "wall"


def grids_of(
    look: gallery.Look, nine: gallery.Nine, control: Control | None = None
) -> dict[str, dict[str, Any]]:
    """Grid → arguments of ``components.tiles.pictures``; a ``control``'s projections, if any.

    Without projections where they tell nothing.
    """
    titles = [look.searched.title(index) for index in nine.indices]
    names = {
        kind: [f"{rank}. {kind}, {of}: {what}" for rank, what in enumerate(titles, 1)]
        for kind, of in (("patch", "from a picture of"), ("projection", "picture of"))
    }
    found = {
        PATCHES: {"sheet": nine.patches, "names": names["patch"]},
        ORIGINALS: {"sheet": nine.originals, "names": titles, "texts": titles},
    }
    if nine.projections is not None:
        sheet = sheet_of(control.projections) if control else nine.projections
        numbers = gallery.numbered(control.answers) if control else nine.numbers
        found[PROJECTIONS] = {"sheet": sheet, "names": names["projection"], "texts": numbers}
    return found


def control_of(
    look: gallery.Look, channel: int, kind: str, random: Classifier | None = None
) -> Control | None:
    """The control called ``kind``; None for the channel's own projections."""
    return gallery.control_of(look, channel, kind, random) if kind != OWN else None


def offer_ahead(look: gallery.Look, channel: int, kind: str) -> dict[str, Ahead | None]:
    """How a channel that is picked in the wall is shown ahead of the rerun, for each grid.

    Large pictures take their time, which the page shows; a large network's random weights are
    drawn anew for each channel: both wait for the page.
    """
    if not gallery.is_quick(look) or (kind != OWN and not gallery.keeps_untrained(look)):
        return {}
    random = gallery.untrained_of(look) if kind != OWN else None
    answer = partial(_answer, look, kind, random)
    token = offer_answers(f"{look.key} {kind}", look.about.channels, answer)
    return {
        grid: Ahead(ahead_path(), token, grid, channel)
        for grid in (PATCHES, PROJECTIONS, ORIGINALS, WALL)
    }


def _answer(
    look: gallery.Look, kind: str, random: Classifier | None, channel: int
) -> Mapping[str, Any]:
    """Grid → its pictures; worked out without a session, in any thread."""
    nine = gallery.nine_of(look, channel)
    control = control_of(look, channel, kind, random) if nine.projections is not None else None
    return {grid: pictures(**given) for grid, given in grids_of(look, nine, control).items()}
