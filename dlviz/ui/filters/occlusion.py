"""Figure 7: a square that covers a part of the picture, and what the net answers then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import follow, plain, rerun, write
from dlviz.ui.components.occlusion import occlusion_view
from dlviz.ui.controls import Named, choice, number, save_button
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.filters.occlusion_others import Setting, is_searched, note_searched, others
from dlviz.ui.pictures import Picture, choose_picture
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.core.occlusion import Corner, Cover
    from dlviz.core.occlusion_sweep import Answers, Map, Sweep
    from dlviz.figures.occlusion_projections import MapSeen
    from dlviz.figures.occlusion_scene import Study
    from dlviz.ui.views import Place

# Held-out pictures that are taken for something else where the right part is covered.
FIRST_PICTURE = {
    "creatures_cnn": 356,  # an owl, without its eyes and beak
    "photo_cnn": 2,  # a cat
    "fashion_cnn": 12,  # a sneaker
}
KEY, AT = "occlusion", "at"
FILLS = {
    "grey": Named("Grey"),
    "black": Named("Black"),
    "white": Named("White"),
    "mean": Named("Data mean"),
}


def show(place: Place) -> None:
    """The square on the picture, the maps beside it; coarse at first, then finer."""
    with place.controls:
        picture = choose_picture(
            place.model, place.status, first=FIRST_PICTURE.get(place.offer.key, 0)
        )
    setting = _setting(place, picture)
    top, progress, below = st.container(), st.container(), st.container()
    stages = _stages(setting)
    at = next((rank for rank, task in enumerate(stages) if not task.finished), len(stages) - 1)
    begins, over = not stages[0].finished, stages[at].finished
    with progress:
        if begins:
            _push(stages[0], 0, setting)
        found = others(setting) if is_searched(setting) else None
    reached = next(task for task in reversed(stages[: at + 1]) if task.done)
    study = _study(setting, reached.result, found)
    with top:
        corner = _view(setting, study)
    with below:
        _keep(setting, study, corner)
    with progress:
        if not over and not begins:
            _push(stages[at], at, setting)
        if not over and stages[at].finished:
            rerun()  # shows what has been measured; the next run goes on
        if not is_searched(setting):
            others(setting)
            note_searched(setting)
            rerun()


def _setting(place: Place, picture: Picture) -> Setting:
    from dlviz.core.data import to_unit
    from dlviz.core.occlusion_sweep import strongest_map

    model = place.model
    with place.controls:
        cover = _choose_cover(model)
        layer, words = _choose_layer(place)
    image = to_unit(picture.pixels)
    results = memory_of(own=place.offer.own or picture.own).results
    known = f"{facts(model)[0]} {picture.key}"

    def answer() -> tuple[int]:
        return (int(model.probabilities(image[None]).argmax()),)

    target = picture.label
    if target is None:
        (target,) = results.get(f"says {known}", answer)
    watched: Map | None = None
    if layer:
        watched = results.get(
            f"strongest map {known} {layer}", lambda: strongest_map(model, image, layer)
        )
    return Setting(place, picture, cover, target, watched, words)


def _choose_cover(model: Classifier) -> Cover:
    """Size, stride and fill of the square; in the address as ``size``, ``every`` and ``fill``."""
    from dlviz.core.occlusion import Cover

    side = model.input_shape[-1]
    usual = max(1, round(side / 32 if side <= 64 else side / 16))
    least = max(1, round(side / 64))
    context = str(side)
    size = number("Square", 1, side, round(side * 5 / 16), key="size", context=context, width=85)
    stride = number("Step", least, side, usual, key="every", context=context, width=85)
    # On a dark ground a grey square is a thing by itself: fashion_cnn says "bag".
    fills = {"black": FILLS["black"], **FILLS} if model.input_shape[0] == 1 else FILLS
    fill = choice("Fill", fills, key="fill", context=next(iter(fills)), width=125)
    means = tuple(round(float(value), 4) for value in model.mean.flatten())
    values: dict[str, float | tuple[float, ...]] = {"grey": 0.5, "black": 0.0, "white": 1.0}
    return Cover(size, stride, values.get(fill, means))


def _choose_layer(place: Place) -> tuple[str, str]:
    """(layer whose strongest map is followed, its words), the last one first; "" without maps."""
    from dlviz.figures.layer_names import map_layers

    layers = {name: about.words for name, about in facts(place.model)[1].items()}
    layers = layers or map_layers(place.model)
    if not layers:
        place.status.caption("This network has no feature maps: only its answers are shown.")
        return "", ""
    offered = {name: Named(layers[name]) for name in reversed(layers)}
    layer = choice("Map of", offered, key="map", context=place.offer.key, width=160)
    return layer, layers[layer]


def _stages(setting: Setting) -> list[Task[Sweep]]:
    """A task for each grid of the sweep, the coarse one first; each goes on where one ended."""
    from dlviz.core.data import to_unit
    from dlviz.core.occlusion_sweep import places, stream_sweep

    def make() -> Task[list[Task[Sweep]]]:
        picture, cover = to_unit(setting.picture.pixels), setting.cover
        sweeps = stream_sweep(
            setting.place.model, picture, cover, target=setting.target, watched=setting.watched
        )
        ends, tasks = 0, []
        for stage in places(cover, *picture.shape[1:]):
            if stage:
                tasks.append(Task(len(stage), _part(sweeps, ends, ends + len(stage))))
            ends += len(stage)
        return Task(1, iter([(1, tasks)]))

    task = setting.memory.tasks.get(setting.key, make)
    if not task.done:
        task.advance()
    found: list[Task[Sweep]] = task.result
    return found


def _part(sweeps: Iterator[Sweep], begin: int, end: int) -> Iterator[tuple[int, Sweep]]:
    """The sweeps of one stage, with how many of its places have been measured."""
    for found in sweeps:
        if found.done > begin:
            yield found.done - begin, found
        if found.done >= end:
            return


def _push(task: Task[Sweep], rank: int, setting: Setting) -> None:
    """Go on with a stage, unless the visitor has stopped it."""
    grain = ("coarse", "finer", "finest")[rank]
    run(task, key=f"{setting.key} {rank}", things=f"places of the {grain} map")


def _study(setting: Setting, found: Sweep, seen: tuple[MapSeen, list[str]] | None) -> Study:
    from dlviz.figures.occlusion import parts_of
    from dlviz.figures.occlusion_scene import Study

    picture, (map_seen, names) = setting.picture, seen or (None, [])
    return Study(
        picture.pixels,
        setting.place.model.classes,
        found,
        setting.target,
        picture.label is not None,
        setting.watched,
        setting.layer,
        parts_of(picture.name, picture.pixels),
        theme(),
        map_seen,
        names,
    )


def _view(setting: Setting, study: Study) -> Corner:
    """The component; returns where the square lies."""
    from dlviz.figures.occlusion_scene import placed, scene

    cover, (height, width) = setting.cover, setting.picture.pixels.shape[1:]
    name = f"{setting.key} {theme()}"
    lowest = tuple(one * cover.stride for one in study.sweep.worst)

    def read(text: str) -> Corner:
        row, _, column = text.partition(".")
        if not (row.isdigit() and column.isdigit() and text.isascii() and len(text) < 12):
            raise ValueError(f"a place “{plain(text)}”")
        if int(row) > height - cover.size or int(column) > width - cover.size:
            raise ValueError("a place of the square outside the picture")
        return int(row), int(column)

    def moved() -> None:
        told = st.session_state[KEY][AT]
        if told["scene"] == name:
            st.session_state[AT] = tuple(int(one) for one in told["corner"])

    context = f"{setting.picture.key} {cover.size}"
    if sentence := follow(AT, read, None, context=context, widget=False):
        setting.place.status.info(sentence)
    chosen: Corner | None = st.session_state[AT]
    corner = chosen or (lowest[0], lowest[1])
    shown = f"{name} {study.sweep.done} {study.names}"
    data = setting.memory.results.get(f"scene {shown}", lambda: scene(study, name=name))
    exact = placed(study, corner, _exact(setting, study.sweep, corner))
    occlusion_view({**data, **exact}, key=KEY, on_at=moved)
    write(AT, chosen and f"{chosen[0]}.{chosen[1]}", None, context=context)
    return corner


def _exact(setting: Setting, found: Sweep, corner: Corner) -> Answers:
    """The answer with the square at this very place: the sweep's, or one more look."""
    from dlviz.core.data import to_unit
    from dlviz.core.occlusion import covered
    from dlviz.core.occlusion_sweep import answers_to

    if (known := found.at(corner)) is not None:
        return known
    image = covered(to_unit(setting.picture.pixels), setting.cover, [corner])
    return answers_to(setting.place.model, image, target=setting.target, watched=setting.watched)


def _keep(setting: Setting, study: Study, corner: Corner) -> None:
    """What can be taken away: the five panels as a picture, and the program."""
    from dlviz.figures.occlusion import code
    from dlviz.figures.occlusion_scene import saved

    offer, picture = setting.place.offer, setting.picture
    title = f"{offer.title} · {picture.title} · square at row {corner[0]}, column {corner[1]}"
    save_button(
        "Save picture", lambda: saved(study, corner, title),
        f"occlusion-{offer.key}-{picture.name}.png", "image/png",
    )  # fmt: skip
    with st.expander("Show the code"):
        layer = setting.watched.layer if setting.watched else None
        text = code(offer.key, picture.source, setting.cover, setting.target, layer, own=offer.own)
        st.code(text, language="python")
