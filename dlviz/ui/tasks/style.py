"""Imitating style: a picture walks downhill until it shows one thing and looks like another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import follow, write
from dlviz.ui.components.style_film import style_film
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.fetching import fetch_button
from dlviz.ui.filters.memory import memory_of
from dlviz.ui.in_sight import style_page
from dlviz.ui.steps import Task, resume, watched
from dlviz.ui.tasks.style_pictures import StylePicture, choose_name, picture_of
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.style import StyleRecipe, StyleWish
    from dlviz.figures.style_grams import GramWall
    from dlviz.io.style_films import StyleFilm
    from dlviz.ui.views import Spot

CONTENT, STYLE = "cat", "brick"
PULLS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
KEEPS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
SIDES = {str(side): Named(f"{side}×{side}") for side in (128, 64, 96, 160, 192, 256)}
BEGINS = {"content": Named("The content picture"), "noise": Named("Grey noise")}
_STARTED = "an imitation was started"


@dataclass(frozen=True, eq=False)
class _Imitated:
    """One wish and its two pictures."""

    wish: StyleWish
    content: StylePicture
    style: StylePicture

    @property
    def key(self) -> str:
        """What its film is kept under."""
        return f"style {self.content.digest} {self.style.digest} {self.wish}"

    @property
    def own(self) -> bool:
        """Whether anything of it is the visitor's own."""
        return self.content.own or self.style.own

    @property
    def task(self) -> Task[StyleFilm]:
        """Its steps, kept with those of the visitor or of all."""
        from dlviz.io.style_films import load_style_net, stream_film

        def make() -> Task[StyleFilm]:
            model = load_style_net(self.wish.net)
            films = stream_film(model, self.content.pixels, self.style.pixels, self.wish)
            return Task(self.wish.recipe.steps, ((film.done, film) for film in films))

        return memory_of(own=self.own).tasks.get(self.key, make)


def show(spot: Spot) -> None:
    """Both pictures and the one between them, its losses, a Start button and all settings."""
    style_page("style_film_page.css")
    top, middle, below = st.container(), st.container(), st.container()
    with spot.controls:
        shows = choose_name("Shows (content)", CONTENT, key="subject")
        looks = choose_name("Looks like (style)", STYLE, key="manner")
        pull = _slider("Style weight", PULLS, 30.0, key="pull")
        keep = _slider("Content weight", KEEPS, 1.0, key="keep")
        pressed = st.button("Start", type="primary", icon=":material/play_arrow:")
    with below:
        net, side, recipe = _settings(pull, keep)
    net, here = _fetched(net, spot)
    asked = _asked(spot, (shows, looks), net, side, recipe)
    if pressed and here:
        _start(asked)
    with top:
        film = _film(asked)
    with middle:
        _words(asked, film)
    with below:
        _code(asked)


def _slider(label: str, scale: tuple[float, ...], usual: float, *, key: str) -> float:
    """A weight on a scale of threes; the address may have it as ``key``."""

    def read(text: str) -> float:
        known = {f"{value:g}": value for value in scale}
        if text not in known:
            raise ValueError(f"{label.lower()} is one of {', '.join(known)}")
        return known[text]

    if sentence := follow(key, read, usual):
        st.info(sentence)
    weight: float = st.select_slider(
        label,
        scale,
        st.session_state[key],
        key=key,
        format_func=lambda item: f"{item:g}",
        width=180,
    )
    write(key, f"{weight:g}", f"{usual:g}")
    return weight


def _settings(pull: float, keep: float) -> tuple[str, int, StyleRecipe]:
    """Network, side of the picture in pixels, and how it is grown."""
    from dlviz.core.style import MOST_STEPS, STYLE_NETS, StyleRecipe

    with st.container(horizontal=True, vertical_alignment="bottom"):
        net = choice("Compared by", STYLE_NETS, key="through", width=260)
        begin = choice("Begins as", BEGINS, key="begin", width=190)
        side = int(choice("Size", SIDES, key="side", width=120))
        steps = number(
            f"Steps (at most {MOST_STEPS})", 1, MOST_STEPS, 100, key="strokes", width=150
        )
        smooth = number("Smoothing weight", 0.0, 1000.0, 10.0, key="smoothing", width=150)
        seed = 0
        if begin == "noise":
            seed = number("Seed", 0, 9999, 0, key="grain", width=110)
    return net, side, StyleRecipe(keep, pull, smooth, steps, begin, seed)


def _fetched(net: str, spot: Spot) -> tuple[str, bool]:
    """(the network, whether it is here); until one is that has to be downloaded, the usual one."""
    from dlviz.core.style import STYLE_NETS
    from dlviz.io.torchvision_models import FETCHED, fetch_network, is_fetched

    model = STYLE_NETS[net].model
    if model not in FETCHED:
        return net, True
    with spot.status, st.container(horizontal=True, vertical_alignment="center"):
        usual = next(iter(STYLE_NETS))
        if not is_fetched(model):
            st.markdown(f"{FETCHED[model].what} Until it is here: {STYLE_NETS[usual].title}.")
        here = fetch_button(
            model,
            FETCHED[model].bytes,
            is_here=lambda: is_fetched(model),
            download=lambda: fetch_network(model),
        )
    return (net, True) if here else (usual, False)


def _asked(
    spot: Spot, names: tuple[str, str], net: str, side: int, recipe: StyleRecipe
) -> _Imitated:
    from dlviz.core.style import StyleWish

    content = picture_of(names[0], CONTENT, side, spot.status, key="content")
    style = picture_of(names[1], STYLE, side, spot.status, key="style")
    return _Imitated(StyleWish(net, content.name, style.name, side, recipe), content, style)


def _start(asked: _Imitated) -> None:
    """Grow it from the beginning, or go on with it."""
    tasks = memory_of(own=asked.own).tasks
    known = tasks.peek(asked.key)
    if known and known.finished:
        tasks.drop(asked.key, known)
    st.session_state[_STARTED] = asked.key
    resume(asked.key)


def _film(asked: _Imitated) -> StyleFilm:
    """A film that was grown here, or goes on growing; else a shipped one, or its first picture."""
    from dlviz.io.style_films import shipped_film

    known = memory_of(own=asked.own).tasks.peek(asked.key)
    if st.session_state.get(_STARTED) == asked.key or (known and known.finished):
        task = asked.task
        watched(task, key=asked.key, things="steps", draw=lambda: _draw(asked, task.result))
        return task.result
    film = shipped_film(asked.wish)
    said = "A film made beforehand. **Start** makes it anew, before your eyes."
    if film is None:
        task = asked.task
        if not task.has_begun:
            task.advance()
        film = task.result
        said = f"**Start** changes its pixels in {asked.wish.recipe.steps} steps, before your eyes."
    with st.container():  # as in ``watched``: the film keeps its node and its place
        with st.container(key="watched", horizontal=True, vertical_alignment="center"):
            st.markdown(said)
        _draw(asked, film)
    return film


def _draw(asked: _Imitated, film: StyleFilm) -> None:
    from dlviz.figures.style import style_scene

    pair = (asked.content.pixels, asked.style.pixels)
    style_film(style_scene(film, asked.wish, pair, (asked.content.title, asked.style.title)))


def _words(asked: _Imitated, film: StyleFilm) -> None:
    """What became of the losses, and of the Gram matrices that the style loss is made of."""
    from dlviz.figures.style import style_net_words, style_words

    whole = film.done == asked.wish.recipe.steps
    if whole:
        st.markdown(style_words(film, asked.wish))
    seen, said = st.columns([3, 2])
    with seen:
        if whole:
            wall = _wall(asked, film)
            tiles(wall.sheet, wall.names, key="grams", texts=wall.texts, columns=3)
            st.caption(
                f"Gram matrices of {wall.layer}, {wall.channels}×{wall.channels}, on one scale: "
                "orange where two channels answer alike, blue where they answer oppositely, "
                "neither where one says nothing about the other."
            )
    with said:
        st.markdown(
            "**Content** is what a deep layer answers, place by place. **Style** is which channels "
            "answer together, wherever that is: the Gram matrix "
            "$G_{ij} = \\frac{1}{HW}\\sum_{y,x} F_i(y,x)\\,F_j(y,x)$. A loss is the squared "
            "difference over the square of what is wanted. Only the picture’s pixels learn; the "
            "network stays as it is (Gatys, Ecker and Bethge, 2015, arXiv:1508.06576)."
        )
    st.caption(style_net_words(asked.wish.net))


def _wall(asked: _Imitated, film: StyleFilm) -> GramWall:
    from dlviz.figures.style_grams import gram_wall
    from dlviz.io.style_films import load_style_net

    def make() -> GramWall:
        model = load_style_net(asked.wish.net)
        return gram_wall(model, asked.wish, film, asked.style.pixels, theme=theme())

    # A shipped film has other files than one that was grown here.
    key = f"{asked.key} grams {len(film.frames[-1])} {theme()}"
    wall: GramWall = memory_of(own=asked.own).results.get(key, make)
    return wall


def _code(asked: _Imitated) -> None:
    from dlviz.figures.style import style_code

    with st.expander("Show the code"):
        st.code(style_code(asked.wish, (asked.content.source, asked.style.source)))
