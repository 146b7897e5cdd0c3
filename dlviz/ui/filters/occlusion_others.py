"""Which other pictures drive the map that an occlusion follows, and what in them does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.data import held_out_of
from dlviz.ui.filters import gallery
from dlviz.ui.filters.memory import Memory, facts, memory_of
from dlviz.ui.pictures import Picture
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.core.occlusion import Cover
    from dlviz.core.occlusion_sweep import Map
    from dlviz.figures.occlusion_projections import MapSeen
    from dlviz.ui.views import Place

_SEARCHED = "strongest pictures of a map were looked for"


@dataclass(frozen=True, eq=False)
class Setting:
    """What is swept: a picture under a square, and the class and map that are followed."""

    place: Place
    picture: Picture
    cover: Cover
    target: int
    watched: Map | None
    layer: str

    @property
    def own(self) -> bool:
        """Whether anything of it is the visitor's own."""
        return self.place.offer.own or self.picture.own

    @property
    def memory(self) -> Memory:
        """Where its results may lie."""
        return memory_of(own=self.own)

    @property
    def key(self) -> str:
        """What results are kept under."""
        model, picture = facts(self.place.model)[0], self.picture.key
        return f"occlusion {model} {picture} {self.cover} {self.target} {self.watched}"


def _search_key(setting: Setting) -> str:
    return f"{facts(setting.place.model)[0]} {setting.watched} {setting.picture.key}"


def is_searched(setting: Setting) -> bool:
    """Whether the map's strongest pictures have been looked for, or there is no map."""
    return setting.watched is None or st.session_state.get(_SEARCHED) == _search_key(setting)


def note_searched(setting: Setting) -> None:
    """Remember that ``others`` ran for this map and picture, to its end or to a Stop."""
    st.session_state[_SEARCHED] = _search_key(setting)


def others(setting: Setting) -> tuple[MapSeen, list[str]] | None:
    """What drives the map, here and in other pictures, and what to call these; None if nothing.

    A search through the held-out pictures shows progress; it is the strongest-nine view's.
    """
    import torch

    from dlviz.figures.occlusion_projections import map_seen

    watched, model = setting.watched, setting.place.model
    if watched is None:
        return None
    pixels, names, seen = _candidates(setting, watched)
    shown = torch.cat([setting.picture.pixels[None], pixels])

    def make() -> tuple[MapSeen, list[str]]:
        return map_seen(model, shown, watched, theme=theme()), ["here", *names]

    try:
        found: tuple[MapSeen, list[str]]
        found = setting.memory.results.get(
            f"map seen {_search_key(setting)} {seen} {theme()}", make
        )
    except ValueError:  # a network without ReLUs: nothing says which way is back
        return None
    return found


def _candidates(setting: Setting, watched: Map) -> tuple[Tensor, list[str], int]:
    """The pictures besides this one that drive the map most, their names, how many were seen."""
    from dlviz.figures.occlusion_projections import strongest_others

    place, picture = setting.place, setting.picture
    if not _knows_data(place.model) or watched.layer not in facts(place.model)[1]:
        return _photographs(setting, watched)
    look = gallery.search(place.offer, place.model, watched.layer)
    pixels, labels = held_out_of(place.model.data)
    data, _, digits = picture.name.rpartition("-")
    here = int(digits) if data == place.model.data else None
    top = look.top
    chosen = strongest_others(top.values[watched.channel], top.indices[watched.channel], here)
    return pixels[chosen], [place.model.classes[int(labels[one])] for one in chosen], look.seen


def _photographs(setting: Setting, watched: Map) -> tuple[Tensor, list[str], int]:
    """The same among the shipped photographs, for a network that knows no data set of ours."""
    import torch

    from dlviz.core.data import to_unit
    from dlviz.core.probe import activations
    from dlviz.figures.occlusion_projections import strongest_others
    from dlviz.io.pictures import fit

    model, names = setting.place.model, list(PHOTOGRAPHS)

    def make() -> tuple[Tensor, Tensor]:
        shape = model.input_shape
        every = torch.stack([fit(load_photograph(name), shape[-1]) for name in names])
        if shape[0] == 1:
            every = every.float().mean(dim=1, keepdim=True).round().byte()
        with torch.no_grad():
            values = [
                activations(model, to_unit(one[None]), [watched.layer])[watched.layer]
                for one in every
            ]
        return every, torch.stack([one[0, watched.channel].max() for one in values])

    every, values = setting.memory.results.get(f"photographs {_search_key(setting)}", make)
    here = names.index(setting.picture.name) if setting.picture.name in names else None
    ordered, order = values.sort(descending=True)
    chosen = strongest_others(ordered, order, here)
    return every[chosen], [PHOTOGRAPHS[names[one]].title for one in chosen], len(names)


def _knows_data(model: Classifier) -> bool:
    from dlviz.io.datasets import OWN, is_known

    return is_known(model.data) or model.data.startswith(OWN)
