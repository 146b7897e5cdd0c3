"""Downloaded networks on a photograph: strange pictures, damaged files, work done once."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dlviz.figures.detection_wall import PHOTOGRAPH_LABEL
from dlviz.io import downloads, torchvision_detectors, torchvision_segmenters
from dlviz.io.torchvision_detectors import DETECTORS, fetch_detector
from dlviz.io.torchvision_segmenters import fetch_segmenter
from dlviz.ui.tasks import photographs
from tests.io.test_torchvision_detectors import publisher as detectors
from tests.io.test_torchvision_segmenters import publisher as segmenters

__all__ = ["detectors", "segmenters"]


def file(width: int, height: int, mode: str = "RGB", kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new(mode, (width, height)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"some text in a file that is called cat.png", "not a readable PNG, JPEG or WEBP"),
        (file(64, 64)[:60], "damaged or cut off"),
        (file(1, 1), "at least 16 pixels.*yours is 1×1"),
        (file(1, 1280), "at most 20 times as long as wide; yours is 1×1280"),
        (file(420, 20), "yours is 420×20"),
    ],
)
def test_a_picture_that_is_none_is_refused_in_one_sentence(data, sentence) -> None:
    with pytest.raises(ValueError, match=sentence) as told:
        photographs.own_photograph(data)
    assert str(told.value).count(".") == 1


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "I;16", "LA"])
def test_grey_and_transparent_ones_become_rgb(mode) -> None:
    picture = photographs.own_photograph(file(40, 20, mode))
    assert (picture.mode, picture.size) == ("RGB", (40, 20))


def test_what_is_taken_every_detector_can_look_at() -> None:
    module = DETECTORS["faster_rcnn"].build().eval()
    for size in ((16, 16), (320, 16), (16, 320), (6400, 320)):
        picture = photographs.own_photograph(file(*size))
        assert max(picture.size) <= 1280
        torchvision_detectors.find(module, np.asarray(picture), least=0.0)


def test_names_on_a_photograph_are_14_pixels_on_a_telephone() -> None:
    for size in ((451, 300), (1280, 720), (16, 16), (320, 1280)):
        shown = photographs.at_its_size(Image.new("RGB", size))
        assert max(shown.size) <= photographs.WIDE
        assert PHOTOGRAPH_LABEL * 358 / photographs.WIDE >= 14


def test_a_picture_is_looked_at_once_whatever_score_is_asked_for(
    detectors, run_page, monkeypatch
) -> None:
    list(fetch_detector("ssdlite"))
    real, asked = torchvision_detectors.find, []

    def find(module, pixels, *, least):
        asked.append(pixels.shape)
        return real(module, pixels, least=least)

    monkeypatch.setattr(torchvision_detectors, "find", find)
    test = run_page("tasks", task="photo", sure="0.05")
    test.number_input(key="sure").set_value(0.9).run()
    assert not test.exception
    assert len(asked) == 1


def test_a_picture_is_masked_once(segmenters, run_page, monkeypatch) -> None:
    list(fetch_segmenter("lraspp"))
    real, asked = torchvision_segmenters.classes_in, []

    def classes_in(name, module, pixels):
        asked.append(pixels.shape)
        return real(name, module, pixels)

    monkeypatch.setattr(torchvision_segmenters, "classes_in", classes_in)
    test = run_page("tasks", task="masks").run()
    assert len(asked) == 1
    assert len(test.columns) == 2  # which stand below each other on a telephone
    test.selectbox(key="scene").set_value("coffee").run()
    assert len(asked) == 2
    test.selectbox(key="scene").set_value("cat").run()
    assert not test.exception
    assert len(asked) == 2


@pytest.mark.parametrize(("view", "name"), [("photo", "ssdlite"), ("masks", "lraspp")])
def test_a_damaged_file_is_told_and_can_be_fetched_anew(
    view, name, detectors, segmenters, run_page
) -> None:
    table = {
        "photo": torchvision_detectors.DETECTORS,
        "masks": torchvision_segmenters.SEGMENTERS,
    }[view]
    path = table[name].path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half of it")
    test = run_page("tasks", task=view)
    assert ["damaged on disk" in item.value for item in test.error] == [True]
    assert [item.label[:8] for item in test.button if "Download" in item.label] == ["Download"]


@pytest.mark.parametrize(("view", "name"), [("photo", "ssdlite"), ("masks", "lraspp")])
def test_why_nothing_came_stays_to_be_read(
    view, name, detectors, segmenters, run_page, monkeypatch
) -> None:
    def fails(_url, _limit):
        raise OSError("no network")

    monkeypatch.setattr(downloads, "fetch", fails)
    test = run_page("tasks", task=view)
    test.button(key=f"download {name}").click().run()
    assert ["cannot be downloaded now" in item.value for item in test.error] == [True]
    test.run()  # the page's own: a live view, PyTorch that has come
    assert ["cannot be downloaded now" in item.value for item in test.error] == [True]


@pytest.mark.parametrize(("view", "to"), [("photo", "detect"), ("masks", "segment")])
def test_what_is_here_instead_opens_in_the_same_tab(
    view, to, detectors, segmenters, run_page
) -> None:
    test = run_page("tasks", task=view)
    assert "](" not in test.info[0].value
    test.button(key=f"to {to}").click().run()
    assert not test.exception
    assert test.query_params.get("task", "segment") in (to, [to])


@pytest.mark.parametrize("view", ["detect", "photo", "masks"])
def test_every_picture_is_named_for_those_who_hear_the_page(
    view, detectors, segmenters, run_page, real_server
) -> None:
    test = run_page("tasks", task=view)
    names = [image.caption for shown in test.get("image") for image in shown.proto.imgs]
    assert len(names) == {"detect": 8, "photo": 1, "masks": 2}[view]
    assert all(names)
