"""One room for both labs' pictures: what may be chosen, and what becomes of one's own."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.data import to_unit
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui import pictures as room
from dlviz.ui.components import sketch


@pytest.fixture
def chosen(monkeypatch):
    """Every picture that was chosen, the newest last."""
    found = []
    real = room.choose_picture

    def noted(*arguments, **options):
        found.append(real(*arguments, **options))
        return found[-1]

    for module in ("adversarial.subject", "filters.maps"):
        monkeypatch.setattr(f"dlviz.ui.{module}.choose_picture", noted)
    return found


@pytest.fixture(params=["adversarial", "filters"])
def open_lab(request, run_page, chosen):
    """The page of either lab, on a view that looks at one picture and does little else."""
    view = {"view": "maps"} if request.param == "filters" else {"scene": "meaning"}
    return partial(run_page, request.param, **view)


@pytest.fixture
def open_attack(run_page, chosen):
    return partial(run_page, "adversarial", scene="meaning")


def png(array):
    file = BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def upload(test, data):
    test.file_uploader[0].set_value(("mine.png", data, "image/png")).run()
    assert not test.exception, test.exception


def captions(test):
    return " ".join(item.value for item in test.caption)


def offered(test):
    return test.selectbox(key="picture").options


@pytest.mark.parametrize(
    ("model", "first", "drawn"),
    [
        ("creatures_cnn", "Held-out picture", False),
        ("fashion_cnn", "Held-out picture", True),
        ("photo_cnn", "Held-out picture", False),
    ],
)
def test_every_net_is_offered_its_own_data_photographs_and_the_visitors_hands(
    open_lab, model, first, drawn
):
    options = offered(open_lab(model=model))
    assert options[0] == first
    assert {entry.title for entry in PHOTOGRAPHS.values()} <= set(options)
    assert ("Draw one …" in options) == drawn
    assert {"Your own picture …", "Your camera …"} <= set(options)


def test_a_net_without_data_opens_on_the_coffee_in_this_lab(open_attack, chosen):
    test = open_attack()
    assert "Held-out picture" not in offered(test)
    assert chosen[-1].name == "coffee"
    assert chosen[-1].right == {"espresso", "cup", "coffee mug"}
    assert set(test.query_params) == {"scene"}


@pytest.mark.parametrize("name", ["creatures_cnn", "fashion_cnn", "photo_cnn"])
def test_the_first_picture_is_named_rightly_and_surely_and_leaves_a_gradient(
    open_attack, chosen, name
):
    open_attack(model=name)
    model = load_model(name)
    share, answer = model.probabilities(to_unit(chosen[-1].pixels)[None])[0].max(dim=0)
    assert int(answer) == chosen[-1].label
    assert 0.5 <= float(share) < 1


@pytest.mark.parametrize("photo", ["camera", "own", "nonsense"])
def test_an_older_link_still_opens_its_photograph(open_attack, chosen, photo):
    test = open_attack(photo=photo)
    assert "photo" not in test.query_params
    assert chosen[-1].name == {"camera": "camera"}.get(photo, "coffee")
    assert bool(test.file_uploader) == (photo == "own")


def test_what_is_true_of_a_picture_is_known_where_somebody_knows(open_attack, chosen):
    open_attack(model="photo_cnn", picture="cat")
    assert chosen[-1].right == {load_model("photo_cnn").classes[chosen[-1].label]} == {"cat"}
    open_attack(model="creatures_cnn", picture="cat")
    assert chosen[-1].right == frozenset()  # no class of the net's fits
    assert chosen[-1].label is None
    open_attack(model="creatures_cnn", image="7")
    label = int(held_out("creatures")[1][7])
    assert chosen[-1].label == label
    assert chosen[-1].right == {load_model("creatures_cnn").classes[label]}
    assert not chosen[-1].own


@pytest.mark.parametrize(("model", "side"), [("creatures_cnn", 64), ("fashion_cnn", 28)])
def test_a_file_of_the_input_size_is_taken_to_the_last_bit(open_lab, chosen, model, side):
    noise = np.random.default_rng(0).integers(0, 256, (side, side, 3)).astype(np.uint8)
    if side == 28:
        noise[...] = noise[..., :1]
    test = open_lab(model=model, picture="own")
    upload(test, png(noise))
    wanted = torch.from_numpy(noise).permute(2, 0, 1)
    assert torch.equal(chosen[-1].pixels, wanted[: len(chosen[-1].pixels)])
    assert chosen[-1].own
    assert chosen[-1].right is None
    assert f"Taken as it is: the file has the network’s own input size, {side}×{side}." in (
        captions(test)
    )


def test_another_file_says_what_was_done_to_it_and_outlives_a_look_elsewhere(open_attack, chosen):
    test = open_attack(model="creatures_cnn", picture="own")
    assert "Until then: held-out picture." in captions(test)
    upload(test, png(load_photograph("camera")[:100]))
    assert "Its centre square, resized from 512×100 to 64×64." in captions(test)
    before = chosen[-1]
    test.selectbox(key="picture").set_value("cat").run()
    assert chosen[-1].name == "cat"
    test.selectbox(key="picture").set_value("own").run()
    assert chosen[-1].key == before.key
    test.selectbox(key="model").set_value("fashion_cnn").run()  # begins with its own pictures
    test.selectbox(key="picture").set_value("own").run()
    assert chosen[-1].pixels.shape == (1, 28, 28)
    assert "to 28×28" in captions(test)


def drawing():
    """A standing bar in a corner: uint8 28×28."""
    ink = np.zeros((28, 28), np.uint8)
    ink[1:15, 2:5] = 200
    return ink


@pytest.fixture
def hand(monkeypatch):
    """The ink that the browser sends; None sends nothing."""
    sent = {"ink": None}

    class Result:
        def __init__(self):
            self.ink = sent["ink"]

    monkeypatch.setattr(sketch, "_mount", lambda **_options: Result())
    return sent


def test_a_drawing_is_the_picture_stroke_by_stroke_and_stays(open_lab, chosen, hand):
    test = open_lab(model="fashion_cnn", picture="drawn")
    assert "Until then: held-out picture." in captions(test)
    hand["ink"] = b64encode(drawing().tobytes()).decode()
    test.run()
    assert torch.equal(chosen[-1].pixels[0], torch.from_numpy(drawing()))
    assert chosen[-1].own
    assert "my-drawing.png" in chosen[-1].source
    hand["ink"] = None  # the sheet is a new one, after a look at another page
    test.run()
    assert chosen[-1].name == "my-drawing"
    hand["ink"] = b64encode(bytes(784)).decode()
    test.run()
    assert "Until then: held-out picture." in captions(test)


@pytest.mark.parametrize("sent", ["no base64!", b64encode(b"short").decode(), 7, "A" * 10**6])
def test_what_is_no_drawing_is_passed_over(open_attack, hand, sent):
    hand["ink"] = sent
    test = open_attack(model="fashion_cnn", picture="drawn")
    assert not test.exception
    assert "Until then: held-out picture." in captions(test)


def test_a_drawing_for_colours_is_not_offered_and_a_link_to_it_is_told(open_attack):
    test = open_attack(model="creatures_cnn", picture="drawn")
    assert "“drawn” as picture" in test.info[0].value


def test_the_code_of_a_saved_drawing_reads_the_same_pixels(open_attack, chosen, hand, tmp_path,
                                                           monkeypatch):  # fmt: skip
    hand["ink"] = b64encode(drawing().tobytes()).decode()
    open_attack(model="fashion_cnn", picture="drawn")
    Image.fromarray(np.stack([drawing()] * 3, axis=2)).save(tmp_path / "my-drawing.png")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(chosen[-1].source, names)
    assert torch.equal(names["pixels"], chosen[-1].pixels)
