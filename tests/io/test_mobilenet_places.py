"""A classifier read at each place: the mean of what it says there is what it says of the whole."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from dlviz.core.tasks_cards import TASKS_CARDS
from dlviz.figures.photo_masks import marked_places, places_code
from dlviz.io.mobilenet import imagenet_categories
from dlviz.io.mobilenet_places import likeliest, place_logits, resized
from dlviz.io.models import load_model
from dlviz.io.photographs import load_photograph

SAID = {"cat": ("Egyptian cat", 75, 150), "coffee": ("espresso", 67, 150)}


@pytest.mark.parametrize("name", ["cat", "astronaut"])
def test_the_mean_over_places_is_what_torchvision_says_of_the_whole(name: str) -> None:
    picture = Image.fromarray(load_photograph(name)).convert("RGB")
    logits = place_logits(picture)
    theirs = load_model("mobilenet_v2")(resized(picture))[0]
    torch.testing.assert_close(logits.mean((1, 2)), theirs, rtol=1e-4, atol=1e-4)
    assert likeliest(logits)[0] == int(theirs.argmax())


@pytest.mark.parametrize("name", list(SAID))
def test_what_the_card_says(name: str, capsys) -> None:
    picture = Image.fromarray(load_photograph(name)).convert("RGB")
    whole, places = likeliest(place_logits(picture))
    title, count, of = SAID[name]
    assert imagenet_categories()[whole] == title
    assert (int((places == whole).sum()), places.size) == (count, of)
    exec(places_code(name), {})
    assert capsys.readouterr().out == f"{title}: {count} of {of} places\n"


def test_the_cards_nose_is_no_cat() -> None:
    answer = TASKS_CARDS["never_told"].answer
    assert "At 75, " in answer
    assert "67 of 150 say espresso" in answer
    picture = Image.fromarray(load_photograph("cat")).convert("RGB")
    _, places = likeliest(place_logits(picture))
    nose = places[7, 8:11]  # rows 210 to 240 of 300, columns 241 to 331 of 451
    assert {imagenet_categories()[number] for number in nose} == {"tiger cat", "tabby"}
    assert "At the nose it says tiger cat and tabby" in answer


@pytest.mark.parametrize("size", [(16, 16), (320, 16), (16, 320), (1280, 720)])
def test_any_picture_that_is_taken_is_read(size) -> None:
    picture = Image.new("RGB", size, "gray")
    whole, places = likeliest(place_logits(picture))
    shown = marked_places(picture, places == whole)
    assert shown.shape == (size[1], size[0], 3)
