"""Figure 4: how what a channel looks for came about, snapshot by snapshot of the training."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.address import follow, plain, write
from dlviz.ui.components.evolution import evolution_view
from dlviz.ui.controls import number
from dlviz.ui.filters.memory import SHARED, facts, is_projected, memory_of
from dlviz.ui.filters.segments import segments
from dlviz.ui.filters.sets import Searched, pictures_of
from dlviz.ui.filters.unit import FIRST_LOOK, choose_layer
from dlviz.ui.models import snapshots_of
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.evolution import Evolution
    from dlviz.core.snapshots import Snapshot
    from dlviz.ui.views import Place

ROWS = 5
SEEN = 600  # pictures that a search of its own begins with
BATCH = 4000  # pictures times snapshots between two looks at the Stop button, at most 100 pictures
_SCALE = (
    "Projections grow with the weights: on one scale a row’s early ones are pale, each on its own "
    "all are equally vivid."
)


@dataclass(frozen=True, eq=False)
class Study:
    """One training: its snapshots, what was searched, and the evolution of every layer.

    ``seen`` pictures were looked at. ``accuracies`` are held-out shares, None where unknown.
    """

    place: Place
    snapshots: Sequence[Snapshot]
    searched: Searched
    layers: Mapping[str, Evolution]
    accuracies: Sequence[float | None]
    seen: int

    @property
    def steps(self) -> list[int]:
        """The updates that each snapshot has behind it."""
        return [snapshot.step for snapshot in self.snapshots]

    @property
    def key(self) -> str:
        """What results are kept under."""
        return f"{facts(self.place.model)[0]} {self.steps} {self.searched.name} {self.seen}"


def show(place: Place) -> None:
    """The table of channels by snapshots, and what it says.

    Raises ValueError for a network whose training is not known, or without maps.
    """
    from dlviz.figures.evolution import SCALES

    with place.controls:
        layer = choose_layer(place.offer, place.model, place.status)
    study = _study(place)
    found = study.layers[layer]
    with place.controls:
        channels = _choose_channels(study, layer, found)
        scale = segments("Scale of the projections", SCALES, key="colours", help=_SCALE)
    evolution_view(_scene(study, layer, channels, scale))
    _words(study, layer, scale)
    _code(study, layer, channels[0])


def _study(place: Place) -> Study:
    """What was found beforehand, or a search of its own with progress and Stop."""
    snapshots = _snapshots(place)
    searched = pictures_of(place.model)
    kept = None if place.offer.own else _recorded(place, snapshots, searched)
    if kept is not None:
        return Study(place, snapshots, searched, kept.layers, kept.accuracies, kept.pictures)
    most = len(searched.pixels)
    with place.controls:
        count = number("Pictures", 1, most, min(SEEN, most), key="of", width=110)
    layers, seen = _search(place, snapshots, searched, count)
    known = [snapshot.held_out for snapshot in snapshots]
    accuracies = [score.accuracy if score else None for score in known]
    return Study(place, snapshots, searched, layers, accuracies, seen)


def _snapshots(place: Place) -> Sequence[Snapshot]:
    """Those of the training whose weights are numbers; a shipped net's are read once."""
    offer = place.offer
    if offer.own:
        every = snapshots_of(offer)
    else:
        key = f"snapshots {facts(place.model)[0]}"
        every = SHARED.results.get(key, lambda: tuple(snapshots_of(offer)))
    finite = [snapshot for snapshot in every if snapshot.is_finite]
    if len(finite) < 2:
        raise ValueError(
            f"How {offer.title} was trained is not known here: no snapshots of its training. "
            "Choose a shipped network of dlviz or one that you have trained."
        )
    if len(finite) < len(every):
        place.status.info("Snapshots whose weights are no longer numbers are left out.")
    return finite


def _recorded(place: Place, snapshots: Sequence[Snapshot], searched: Searched) -> Any:
    """The shipped evolution, if it is that of these weights and pictures; else None."""
    from dlviz.core.evolution import digest_of
    from dlviz.io.assets import AssetError
    from dlviz.io.evolutions import read_evolution

    def read() -> tuple[Any]:
        try:
            kept = read_evolution(place.offer.key)
        except AssetError:
            return (None,)
        digest = digest_of([snapshot.weights for snapshot in snapshots], searched.pixels)
        return (kept if kept.digest == digest else None,)

    key = f"recorded evolution {facts(place.model)[0]} {len(searched.pixels)}"
    return SHARED.results.get(key, read)[0]


def _search(
    place: Place, snapshots: Sequence[Snapshot], searched: Searched, count: int
) -> tuple[Mapping[str, Evolution], int]:
    """(layer → Evolution, pictures seen); every snapshot sees a batch before the next one comes."""
    import torch

    from dlviz.core.evolution import stream_evolution

    digest, layers = facts(place.model)
    batch = max(4, min(100, BATCH // len(snapshots)))

    def steps() -> Iterator[tuple[int, Mapping[str, Evolution]]]:
        models = [snapshot.classifier for snapshot in snapshots]
        yield from stream_evolution(
            models, torch.split(searched.pixels[:count], batch), list(layers)
        )

    key = f"evolution {digest} {[shot.step for shot in snapshots]} {searched.name} {count}"
    task = memory_of(own=place.offer.own).tasks.get(key, lambda: Task(count, steps()))
    with place.status:
        things = f"{searched.noun}, each seen by {len(snapshots)} snapshots"
        return run(task, key=key, things=things), task.done


def _choose_channels(study: Study, layer: str, found: Evolution) -> list[int]:
    """The rows: chosen ones, in the address as ``channels``; at first those that answer most."""
    count, offer = found.values.shape[1], study.place.offer

    def read(text: str) -> list[int]:
        names = text.split(",")[: ROWS + 1]
        right = all(name.isascii() and name.isdigit() and len(name) < 6 for name in names)
        numbers = [int(name) for name in names] if right else []
        if not right or len({*numbers}) < len(names) or len(names) > ROWS:
            raise ValueError(f"channels “{plain(text)}”")
        if max(numbers) >= count:
            raise ValueError(f"a channel “{plain(text)}”; here they go from 0 to {count - 1}")
        return numbers

    def draw() -> None:
        st.session_state["channels"] = sorted(random.sample(range(count), min(ROWS, count)))

    context = f"{offer.key} {layer}"
    if sentence := follow("channels", read, [], context=context):
        study.place.status.info(sentence)
    chosen: list[int] = st.multiselect(
        f"Channels (0 to {count - 1})",
        range(count),
        default=st.session_state["channels"],
        key="channels",
        max_selections=ROWS,
        placeholder=f"The {min(ROWS, count)} that answer most",
        width=300,
    )
    write("channels", ",".join(map(str, chosen)), "", context=context)
    st.button("At random", on_click=draw, key="draw channels", icon=":material/casino:")
    return chosen or _first_channels(offer.key, layer, found)


def _first_channels(model: str, layer: str, found: Evolution) -> list[int]:
    """The one that the lab opens on, then those that answer most in the end."""
    best, known = FIRST_LOOK.get(model, ("", 0))
    first = [known] if best == layer and known < found.values.shape[1] else []
    order = found.values[-1].argsort(descending=True, stable=True).tolist()
    return [*first, *(channel for channel in order if channel not in first)][:ROWS]


def _scene(study: Study, layer: str, channels: Sequence[int], scale: str) -> dict[str, Any]:
    """What the browser draws; cached."""
    from dlviz.figures.evolution import Training, scene, table_of

    place, found = study.place, study.layers[layer]
    about = facts(place.model)[1][layer]

    def make() -> dict[str, Any]:
        models = [snapshot.classifier for snapshot in study.snapshots]
        training = Training(study.snapshots, models, study.accuracies)
        table = table_of(
            training,
            study.searched.pixels,
            found,
            layer=layer,
            channels=channels,
            theme=theme(),
            scale=scale,
            projected=is_projected(place.model),
        )
        titles = [study.searched.title(index) for index in table.numbers]
        name = f"{place.offer.title} · {about.words}"
        file = f"{place.offer.key}-{layer}"
        return scene(table, training, found, titles=titles, name=name, file=file)

    key = f"evolution of {study.key} {layer} {channels} {scale} {theme()}"
    made: dict[str, Any] = memory_of(own=place.offer.own).results.get(key, make)
    return made


def _words(study: Study, layer: str, scale: str) -> None:
    from dlviz.figures.evolution import OWN, settling_sentence
    from dlviz.figures.walls import SENTENCE

    layers = facts(study.place.model)[1]
    # A pool's strongest picture is that of the layer below it.
    named = [
        (about.words, study.layers[name])
        for name, about in layers.items()
        if not about.words.startswith("pool") or name == layer
    ]
    if sentence := settling_sentence(named, study.steps, layers[layer].words):
        st.markdown(sentence)
    shown = SENTENCE if is_projected(study.place.model) else (
        "This network has no max pooling with ReLUs, so its projections would not depend on the "
        "picture: patches only."
    )  # fmt: skip
    scales = "Each on its own scale" if scale == OWN else "One scale a row"
    st.caption(f"The best of {study.seen:,} {study.searched.noun}. {scales}. {shown}")


def _code(study: Study, layer: str, channel: int) -> None:
    from dlviz.figures.evolution_code import code

    offer = study.place.offer
    with st.expander("Show the code"):
        text = code(
            offer.key,
            layer,
            channel,
            pictures=study.searched.source,
            seen=min(SEEN, study.seen),
            own=offer.own,
            projected=is_projected(study.place.model),
        )
        st.code(text, language="python")
