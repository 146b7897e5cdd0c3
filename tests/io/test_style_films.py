"""The shipped films of imitated style: what they are of, and that they can be made again."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from dlviz.core.style import STYLE_NETS, StyleRecipe, StyleWish, stream_imitation
from dlviz.core.tasks_cards import TASKS_CARDS
from dlviz.io import style_films
from dlviz.io.assets import asset_path
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit
from dlviz.io.style_films import (
    FILE,
    KEPT_PICTURES,
    STYLE_FILMS,
    load_style_net,
    make_film,
    read_film,
    shipped_film,
    write_films,
)


def pair(wish):
    return [fit(load_photograph(name), wish.size) for name in (wish.content, wish.style)]


def left(name):
    """Share of the style loss that is left at the end of a film."""
    losses = read_film(name).losses
    return losses[-1].style / losses[0].style


@pytest.mark.parametrize("name", STYLE_FILMS)
def test_a_film_is_whole_and_small(name):
    film, wish = read_film(name), STYLE_FILMS[name]
    assert film.steps[0] == 0
    assert film.steps[-1] == film.done == wish.recipe.steps
    assert len(film.frames) == len(film.steps) == KEPT_PICTURES
    assert len(film.losses) == wish.recipe.steps + 1
    for frame in film.frames:
        with Image.open(BytesIO(frame), formats=("WEBP",)) as picture:
            assert picture.size == (wish.size, wish.size)
    assert asset_path(FILE).stat().st_size <= 120_000


@pytest.mark.parametrize("name", ["brick", "random"])
def test_its_first_steps_come_out_again(name):
    wish, film = STYLE_FILMS[name], read_film(name)
    layers, model = STYLE_NETS[wish.net].layers, load_style_net(wish.net)
    for found in stream_imitation(model, *pair(wish), layers, wish.recipe):
        if found.done == 3:
            break
    for loss, kept in zip(found.losses, film.losses, strict=False):
        assert loss.content == pytest.approx(kept.content, rel=1e-3, abs=1e-6)
        assert loss.style == pytest.approx(kept.style, rel=1e-3)


@pytest.mark.acceptance
def test_a_whole_film_comes_out_again():
    made, film = make_film(STYLE_FILMS["brick"], *pair(STYLE_FILMS["brick"])), read_film("brick")
    assert made.steps == film.steps
    assert made.losses[-1].style == pytest.approx(film.losses[-1].style, rel=0.05)
    assert made.losses[-1].content == pytest.approx(film.losses[-1].content, rel=0.05)


def test_what_the_cards_say_is_what_the_films_show():
    assert f"{100 * left('coffee'):.1f} % of the style loss" in TASKS_CARDS["cup"].answer
    assert f"Less: {100 * left('random'):.1f} %" in TASKS_CARDS["random_style"].answer
    assert f"network’s {100 * left('brick'):.1f} %" in TASKS_CARDS["random_style"].question
    assert f"with {100 * left('texture'):.1f} % of the style" in TASKS_CARDS["texture"].answer


def test_only_what_was_made_beforehand_is_shipped():
    assert shipped_film(StyleWish()) is read_film("brick")
    assert shipped_film(StyleWish(recipe=StyleRecipe(kept=9))) is read_film("brick")
    for other in (
        StyleWish(style="stars"),
        StyleWish(size=64),
        StyleWish(recipe=StyleRecipe(style_weight=100.0)),
    ):
        assert shipped_film(other) is None


def test_films_survive_the_file(tmp_path, monkeypatch):
    (tmp_path / "taught").mkdir()
    monkeypatch.setattr(style_films, "ASSETS", tmp_path)
    monkeypatch.setattr("dlviz.io.assets.ASSETS", tmp_path)
    wish = StyleWish("photo_cnn", size=32, recipe=StyleRecipe(steps=2))
    film = make_film(wish, *pair(wish))
    write_films({"one": film, "two": replace(film, frames=film.frames[::-1])})
    back = read_film.__wrapped__("two")
    assert back.frames == film.frames[::-1]
    assert back.steps == film.steps
    assert back.losses[-1].style == pytest.approx(film.losses[-1].style)


def test_the_random_network_is_one_and_not_the_trained_one():
    random = load_style_net("random")
    assert random is load_style_net("random")
    trained = load_style_net("mobilenet_v2")
    first = "features.0.0.weight"
    assert not random.module.state_dict()[first].equal(trained.module.state_dict()[first])
