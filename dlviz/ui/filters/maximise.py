"""Dreams: a picture that is grown to excite a unit, beside the real ones that excite it most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.address import rerun
from dlviz.ui.components.dream import dream_view
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.filters import gallery
from dlviz.ui.filters.memory import Memory, facts, memory_of
from dlviz.ui.filters.sets import HELD_OUT, Searched, pictures_of
from dlviz.ui.filters.unit import choose_channel, choose_layer
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.maximise import Growth
    from dlviz.figures.maximise import Answered, Wish
    from dlviz.ui.views import Place

KINDS = {
    "unit": Named("A unit, in the middle"),
    "channel": Named("A whole channel"),
    "class": Named("A class"),
}
CANVASES = {"waves": Named("Waves"), "pixels": Named("Pixels")}
COLOURS = {"mixed": Named("Decorrelated"), "plain": Named("Red, green, blue")}
SMALL = 64  # pixels of a side: up to it a step takes milliseconds
REAL = 200  # real pictures whose colours are taken over
_SEARCHED = "strongest pictures beside a dream were looked for"


@dataclass(frozen=True, eq=False)
class Dream:
    """One wish of one network; ``searched`` are real pictures, None where there are none."""

    place: Place
    wish: Wish
    searched: Searched | None

    @property
    def memory(self) -> Memory:
        """Where its results may lie."""
        return memory_of(own=self.place.offer.own)

    @property
    def key(self) -> str:
        """What results are kept under."""
        return f"dream {facts(self.place.model)[0]} {self.wish}"

    @property
    def is_small(self) -> bool:
        """Whether a step takes milliseconds."""
        return max(self.place.model.input_shape[1:]) <= SMALL

    @property
    def is_ranked(self) -> bool:
        """Whether real pictures are ranked by the same answer: not for a class."""
        return self.wish.kind != "class" and self.searched is not None

    @property
    def search_key(self) -> str:
        """What has to be looked for beside it."""
        return f"{facts(self.place.model)[0]} {self.wish.layer}"


def show(place: Place) -> None:
    """The film of the picture, what it is answered, and the strongest real pictures.

    The first steps are shown at once; the others, then the search through real pictures, follow
    with progress. Raises ValueError for a network without maps.
    """
    top, progress, below = st.container(), st.container(), st.container()
    with below:
        dream = _choose(place)
    first, *others = _stages(dream)
    with progress:
        if not first.finished:
            run(first, key=f"{dream.key} first", things="steps")
    rest = others[0] if others else first
    known = rest if rest.done else first
    with top:
        look = _beside(dream, known.result)
    with below:
        _code(dream)
    with progress:
        if first.finished and not rest.finished:
            run(rest, key=f"{dream.key} rest", things="further steps")
            if rest.finished:
                rerun()
        if rest.finished and dream.is_ranked and look is None:
            _search(dream)
            st.session_state[_SEARCHED] = dream.search_key
            rerun()


def _choose(place: Place) -> Dream:
    """All controls: what is to grow above, how below the picture."""
    from dlviz.figures.maximise import CLASS, Wish

    offer, model = place.offer, place.model
    with place.controls:
        kind = choice("What is to grow", KINDS, key="grow", width=190)
        layer, target = "", 0
        if kind == CLASS:
            classes = {str(at): Named(name) for at, name in enumerate(model.classes)}
            target = int(choice("Class", classes, key="class", context=offer.key))
        else:
            layer = choose_layer(offer, model, place.status)
            target = choose_channel(offer, model, layer, place.status)
    side = max(model.input_shape[1:])
    small, context = side <= SMALL, f"{side} {kind}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wish = Wish(
            kind,
            layer,
            target,
            steps=number("Steps", 1, 512 if small else 128, 64 if small else 32, key="steps",
                         context=context, width=110),
            jitter=number("Jitter, pixels", 0, side // 4, side // 16, key="jitter",
                          context=context, width=120),
            blur=number("Blur, pixels", 0.0, 4.0, 0.0, key="blur", step=0.5, width=120),
            smooth=number("Smoothing", 0.0, 100.0, 1.0 if kind == "channel" else 5.0,
                          key="smooth", context=context, width=120),
            canvas=choice("Painted with", CANVASES, key="canvas", width=120),
            colours=choice("Colours", COLOURS, key="hues", width=160),
            seed=number("Seed", 0, 9999, 0, key="seed", width=110),
        )  # fmt: skip
    try:
        searched = pictures_of(model)
    except ValueError:  # a visitor's own pictures that are gone
        searched = None
    return Dream(place, wish, searched)


def _stages(dream: Dream) -> list[Task[Growth]]:
    """The first steps and the others, if any: each goes on where the one before ended."""
    from dlviz.core.maximise import stream_maximise

    wish, model = dream.wish, dream.place.model
    ends = min(wish.steps, 16 if dream.is_small else 3)

    def make() -> Task[list[Task[Growth]]]:
        pixels = dream.searched.pixels[:REAL] if dream.searched else None
        recipe = wish.recipe(24 if dream.is_small else 12)
        grows = stream_maximise(
            model, wish.objective, wish.paint(model, pixels), recipe, seed=wish.seed
        )
        parts = [Task(ends, _part(grows, 0, ends))]
        if ends < wish.steps:
            parts.append(Task(wish.steps - ends, _part(grows, ends)))
        return Task(1, iter([(1, parts)]))

    task = dream.memory.tasks.get(dream.key, make)
    if not task.done:
        task.advance()
    stages: list[Task[Growth]] = task.result
    return stages


def _part(
    grows: Iterator[Growth], begin: int, end: int | None = None
) -> Iterator[tuple[int, Growth]]:
    """The steps of one stage, with how many of them are done."""
    for growth in grows:
        yield growth.done - begin, growth
        if growth.done == end:
            return


def _search(dream: Dream) -> gallery.Look:
    """The strongest real pictures, as the first view looks for them; ``run`` shows progress."""
    return gallery.search(dream.place.offer, dream.place.model, dream.wish.layer)


def _beside(dream: Dream, growth: Growth) -> gallery.Look | None:
    """The film and, beside it, real pictures; returns what a search found, None before it."""
    from dlviz.figures.maximise import answered, scene, words

    model, wish, offer = dream.place.model, dream.wish, dream.place.offer
    look = None
    if dream.is_ranked and st.session_state.get(_SEARCHED) == dream.search_key:
        with dream.place.status:
            look = _search(dream)
    strongest = float(look.top.values[wish.number, 0]) if look else None
    found: Answered = dream.memory.results.get(
        f"{dream.key} answered {growth.done}", lambda: answered(model, wish, growth.pictures)
    )
    of = f"class-{wish.number}" if wish.kind == "class" else f"{wish.layer}-{wish.number}"

    def make() -> dict[str, Any]:
        file = f"{offer.key}-{of}-seed-{wish.seed}"
        return scene(growth, wish, found, strongest=strongest, file=file)

    film, real = st.columns([2, 1])
    with film:
        dream_view(dream.memory.results.get(f"{dream.key} film {growth.done} {strongest}", make))
        seen = f"{look.seen:,} {look.searched.noun}" if look else ""
        if growth.done == wish.steps:
            st.markdown(words(found, strongest, seen))
        st.caption(
            "Grown from almost grey by gradient ascent on the picture’s own numbers. It says what "
            "drives this answer up, not what the unit is for; another seed shows another side."
        )
    with real:
        _real(dream, look)
    return look


def _real(dream: Dream, look: gallery.Look | None) -> None:
    """Nine real pictures: those that excite the channel most, or some of the class."""
    from dlviz.figures.sheets import sheet_of
    from dlviz.figures.walls import as_pictures

    if look is not None:
        nine = gallery.nine_in_steps(look, dream.wish.number)
        titles = [look.searched.title(index) for index in nine.indices]
        names = [f"{rank}. patch, from a picture of: {what}" for rank, what in enumerate(titles, 1)]
        if nine.values[0] <= 0:
            st.info(f"None of {look.seen:,} {look.searched.noun} excites this channel.")
            return
        tiles(nine.patches, names, key="beside", texts=nine.numbers, columns=3)
        st.caption(
            f"The strongest patches among {look.seen:,} {look.searched.noun}, and their answers."
        )
    elif dream.searched is not None and dream.searched.name == HELD_OUT and not dream.is_ranked:
        searched = dream.searched
        of_class = (searched.labels == dream.wish.number).nonzero().flatten()[:9]
        if len(of_class):
            title = searched.titles[dream.wish.number]
            sheet = sheet_of(as_pictures(searched.pixels[of_class]))
            tiles(sheet, [f"Held-out picture of: {title}"] * len(of_class), key="beside", columns=3)
            st.caption(f"Held-out pictures of: {title}.")


def _code(dream: Dream) -> None:
    from dlviz.figures.maximise import code

    offer = dream.place.offer
    with st.expander("Show the code"):
        source = dream.searched.source if dream.searched else ""
        st.code(code(offer.key, dream.wish, pictures=source, own=offer.own), language="python")
