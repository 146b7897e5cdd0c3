"""Imitating style under AppTest: the film that it opens on, Start and Stop, links, own pictures."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dlviz.core.style import STYLE_NETS
from dlviz.core.tasks_cards import TASKS_CARDS
from dlviz.io.style_films import read_film
from dlviz.ui.components import style_film as component
from dlviz.ui.filters import memory

SMALL = {"through": "photo_cnn", "side": "64", "strokes": "4"}


@pytest.fixture
def films(monkeypatch):
    """What the page gave to the film, the newest last."""
    given = []
    real = component._mount

    def mount(*, key, data, **options):
        given.append(data)
        return real(key=key, data=data, **options)

    monkeypatch.setattr(component, "_mount", mount)
    return given


@pytest.fixture
def open_view(monkeypatch, run_page, films):
    """The view, nothing computed yet."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    return partial(run_page, "tasks", task="style")


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


def start(test):
    """Press Start."""
    return next(item for item in test.button if item.label == "Start").click().run()


def finish(test):
    """AppTest ticks no fragments: do the rest of the only task, and run the page again."""
    (task,) = memory.SHARED.tasks._values.values()
    while not task.finished:
        task.advance()
    return test.run()


def test_it_opens_on_a_shipped_film_and_computes_nothing(open_view, films):
    test = open_view()
    assert films[-1]["steps"] == list(read_film("brick").steps)
    assert films[-1]["titles"] == ["Cat", "Brick wall"]
    assert "After 100 steps **2.9 %** of the style loss is left" in texts(test)
    assert "A film made beforehand" in texts(test)
    assert len(memory.SHARED.tasks) == 0
    assert set(test.query_params) <= {"task"}


def test_start_grows_it_and_stop_holds_it(open_view, films):
    test = open_view(**SMALL)
    assert films[-1]["steps"] == [0]
    assert "**Start** changes its pixels in 4 steps" in texts(test)
    assert "of the style loss is left" not in texts(test)
    test = start(test)
    assert films[-1]["steps"][-1] >= 1
    test = next(item for item in test.button if item.label == "Stop").click().run()
    assert "Stopped after" in texts(test)
    held = films[-1]["steps"][-1]
    test = test.run()
    assert films[-1]["steps"][-1] == held < 4
    test = next(item for item in test.button if item.label == "Go on").click().run()
    test = finish(test)
    assert films[-1]["steps"] == [0, 1, 2, 3, 4]
    assert "All **4** steps are done." in texts(test)
    assert "After 4 steps" in texts(test)
    assert "Gram matrices of relu3, 96×96" in texts(test)
    start(test)  # once more, from the beginning
    assert films[-1]["steps"][-1] < 4


def test_settings_stand_in_the_address_and_reach_the_film(open_view, films):
    address = {**SMALL, "subject": "coffee", "manner": "stars", "pull": "300", "keep": "0.1"}
    address |= {"smoothing": "2.5", "begin": "noise", "grain": "7"}
    test = open_view(**address)
    assert films[-1]["weights"] == [0.1, 300, 2.5]
    assert films[-1]["titles"] == ["Coffee", "Galaxies"]
    assert films[-1]["side"] == 64
    first = films[-1]["frames"][0]
    for name, value in address.items():
        assert test.query_params[name] in (value, [value])
    test = test.number_input(key="grain").set_value(8).run()
    assert films[-1]["frames"][0] != first
    assert "manual_seed(8)" in test.code[0].value


@pytest.mark.parametrize(
    "name", ["subject", "manner", "pull", "keep", "through", "begin", "side", "strokes"]
)
def test_a_link_to_what_is_not_there_gets_one_sentence(open_view, name):
    test = open_view(**{**SMALL, name: "99999x"})
    assert "The link asks for what is not there" in texts(test)


def test_no_weight_at_all_is_refused_in_a_sentence(open_view):
    test = open_view(**SMALL, pull="0", keep="0", smoothing="0")
    assert "one at least must be above 0" in test.error[0].value


def test_a_network_to_download_gives_way_until_it_is_here(open_view, films):
    test = open_view(through="vgg16")
    assert any(item.label.startswith("Download") for item in test.button)
    assert films[-1]["file"] == "cat-as-brick-mobilenet_v2"
    assert STYLE_NETS["mobilenet_v2"].title in texts(test)


def png(size=(90, 60)):
    buffer = BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_ones_own_picture_stays_in_the_session(open_view, films):
    test = open_view(**SMALL, subject="own")
    assert "Until then: Cat." in texts(test)
    before = films[-1]["frames"][0]
    test = test.file_uploader[0].upload("mine.png", png(), "image/png").run()
    assert films[-1]["titles"][0] == "Your picture"
    assert films[-1]["frames"][0] != before
    start(test)
    assert len(memory.SHARED.tasks) == 1  # of the cat, before
    assert 'Path("my-content.png")' in test.code[0].value


def test_what_is_no_picture_is_refused_in_a_sentence(open_view, films):
    test = open_view(**SMALL, manner="own")
    test = test.file_uploader[0].upload("mine.png", b"no picture", "image/png").run()
    assert "not a readable" in test.error[0].value
    assert films[-1]["titles"][1] == "Brick wall"


@pytest.mark.parametrize(
    "name", [name for name, card in TASKS_CARDS.items() if card.settings.get("task") == "style"]
)
def test_a_card_opens_on_a_film(open_view, films, name):
    card = TASKS_CARDS[name]
    address = {key: value for key, value in card.settings.items() if key != "task"}
    test = open_view(**address)
    assert films[-1]["steps"][-1] == 100
    assert "of the style loss is left" in texts(test)
    open_view(**{**address, **card.then})
    assert films[-1]["losses"]
