"""The picture's section under AppTest: what it hands to the loupe, and whose picture it is."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dlviz.core.kernels import KERNELS
from dlviz.figures.filtering import WAYS, at_most, filter_photograph
from dlviz.io import pictures
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui import photograph

SOBEL = KERNELS["sobel_x"].at(3)[None]
OWN = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)


def encoded(pixels, kind="PNG"):
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def shown(monkeypatch):
    """Everything that the loupe was asked to show, the newest last."""
    calls = []
    monkeypatch.setattr(photograph, "loupe", lambda data, **words: calls.append((data, words)))
    return calls


def page(kernels, options):
    from dlviz.ui.photograph import photograph_section

    photograph_section(kernels, name="Kernel (its title)", **options)


def opened(kernels=SOBEL, address=None, **options):
    test = AppTest.from_function(page, args=(kernels, options), default_timeout=30)
    for name, value in (address or {}).items():
        test.query_params[name] = value
    return sound(test.run())


def sound(test):
    assert not test.exception, test.exception
    return test


def pixels(data):
    shape = data["planes"], data["height"], data["width"]
    return np.frombuffer(b64decode(data["pixels"]), np.uint8).reshape(shape)


def text_of(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption])


def test_it_opens_on_the_first_photograph_in_grey(shown):
    test = opened()
    data, words = shown[-1]
    cat = at_most(load_photograph(next(iter(PHOTOGRAPHS))))
    assert data == filter_photograph(cat, SOBEL).loupe
    assert words["before"] == "Cat"
    assert words["after"] == "Kernel (its title)"
    assert words["file"] == "cat-kernel-its-title-grey.png"
    assert test.header[0].value == "The same kernel on a picture"
    assert "add up to **0**: flat areas vanish" in text_of(test)
    assert not test.query_params


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("photo", PHOTOGRAPHS)
def test_every_photograph_in_every_way_is_a_link(shown, photo, way):
    three = SOBEL * np.array([1, 0.5, -1.5])[:, None, None]
    test = opened(three, {"photo": photo, "way": way}, dilation=2)
    expected = filter_photograph(at_most(load_photograph(photo)), three, way=way, dilation=2)
    assert shown[-1][0] == expected.loupe
    assert test.selectbox(key="photo").value == photo
    assert WAYS[way].what in text_of(test)


def test_a_choice_is_written_to_the_address(shown):
    test = opened()
    test.selectbox(key="photo").set_value("text").run()
    test.selectbox(key="way").set_value("channels").run()
    assert dict(test.query_params) == {"photo": "text", "way": "channels"}
    assert shown[-1][0]["planes"] == 3
    test.selectbox(key="way").set_value("grey").run()
    assert "way" not in test.query_params


@pytest.mark.parametrize("address", [{"photo": "../../etc", "way": "x" * 999}, {"way": ""}])
def test_a_bad_address_shows_the_default(shown, address):
    opened(address=address)
    assert shown[-1][1]["before"] == "Cat"
    assert shown[-1][0]["planes"] == 1


def test_pooling_has_no_sum_over_colours(shown):
    test = opened(None, {"way": "summed"}, pool=("max_pool", 2, 2))
    assert shown[-1][0]["op"] == "max_pool"
    assert shown[-1][0]["planes"] == 1
    assert len(test.selectbox(key="way").options) == 2
    assert test.header[0].value == "The same pooling on a picture"


def test_a_way_that_pooling_lacks_is_left_when_the_page_turns_to_pooling(shown):
    """The page calls the section with other arguments in one and the same session."""

    def turning():
        import numpy as np
        import streamlit as st

        from dlviz.ui.photograph import photograph_section

        if st.checkbox("pool"):
            photograph_section(None, name="Max", pool=("max_pool", 3, 2))
        else:
            photograph_section(np.ones((1, 3, 3)), name="Ones")

    test = AppTest.from_function(turning, default_timeout=30)
    test.query_params["way"] = "summed"
    sound(test.run())
    assert shown[-1][0]["summed"]
    sound(test.checkbox[0].set_value(True).run())
    assert shown[-1][0]["op"] == "max_pool"
    assert test.selectbox(key="way").value == "grey"
    assert "way" not in test.query_params


@pytest.mark.parametrize(
    ("kernels", "way", "says"),
    [
        (KERNELS["box"].at(3)[None], "grey", "**1**: flat areas stay flat"),
        (KERNELS["box"].at(3)[None], "summed", "**3**: flat areas stay flat"),
        (KERNELS["gabor"].at(7)[None], "channels", "**0**: flat areas vanish"),
        (-KERNELS["x"].at(3)[None], "grey", "**−5**: it gives signed numbers"),
        (np.ones((3, 1, 1)) * [[[1]], [[0]], [[-1]]], "summed", "**0**: grey vanishes"),
        (np.ones((3, 1, 1)) * [[[1]], [[0.5]], [[0]]], "channels", "**1 and 0.5 and 0**: flat"),
    ],
)
def test_the_sentence_fits_the_kernel(shown, kernels, way, says):
    assert f"add up to {says}" in text_of(opened(kernels, {"way": way}))


def test_channels_that_cancel_out_are_said_to(shown):
    against = np.ones((3, 1, 1)) * [[[1]], [[0]], [[-1]]]
    assert "channels' kernels cancel out" in text_of(opened(against, {"way": "grey"}))


@pytest.mark.parametrize("source", ["own", "webcam"])
def test_ones_own_picture_waits_with_the_last_photograph_and_stays_in_the_session(shown, source):
    test = opened(address={"photo": "coffee"})
    test.selectbox(key="photo").set_value(source).run()
    assert shown[-1][1]["before"] == "Coffee"
    assert "Until then: Coffee." in text_of(test)
    widget = test.file_uploader if source == "own" else test.camera_input
    kind = ("PNG", "my.png", "image/png") if source == "own" else ("JPEG", "a.jpg", "image/jpeg")
    data = encoded(OWN, kind[0])
    widget[0].set_value((kind[1], data, kind[2]))
    sound(test.run())
    decoded = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
    assert shown[-1][0] == filter_photograph(decoded, SOBEL).loupe
    assert shown[-1][1]["before"] == "your picture"

    test.selectbox(key="photo").set_value("brick").run()
    assert shown[-1][1]["before"] == "Brick wall"
    test.selectbox(key="photo").set_value(source).run()
    assert shown[-1][1]["before"] == "your picture"

    opened(address={"photo": source})
    assert shown[-1][1]["before"] == "Cat", "another visitor's session knows nothing of it"


def test_a_bad_file_gets_one_sentence_and_the_last_good_picture_stays(shown):
    test = opened(address={"photo": "own"})
    test.file_uploader[0].set_value(("my.png", encoded(OWN), "image/png"))
    test.run()
    test.file_uploader[0].set_value(("bad.png", b"not a picture", "image/png"))
    sound(test.run())
    assert [item.value for item in test.error] == [
        "This is not a readable PNG, JPEG or WEBP picture."
    ]
    assert shown[-1][1]["before"] == "your picture"


def test_a_picture_that_is_too_small_is_said_and_a_photograph_shown(shown):
    test = opened(address={"photo": "own"}, dilation=3)
    shown.clear()
    test.file_uploader[0].set_value(("dot.png", encoded(OWN[:3, :50]), "image/png"))
    sound(test.run())
    assert [item.value for item in test.error] == [
        "A window that reaches over 7×7 pixels does not fit into a picture of 50×3."
    ]
    assert shown[-1][1]["before"] == "Cat"


def test_a_large_upload_is_shown_small(shown):
    test = opened(address={"photo": "own", "way": "channels"})
    large = np.zeros((1500, 900, 3), np.uint8)
    test.file_uploader[0].set_value(("large.webp", encoded(large, "WEBP"), "image/webp"))
    sound(test.run())
    assert pixels(shown[-1][0]).shape == (3, 320, 192)


def test_a_file_is_decoded_once(shown, monkeypatch):
    decoded = []
    real = pictures.read_picture
    monkeypatch.setattr(pictures, "read_picture", lambda data: decoded.append(1) or real(data))
    test = opened(address={"photo": "own"})
    test.file_uploader[0].set_value(("my.png", encoded(OWN), "image/png"))
    test.run()
    test.selectbox(key="way").set_value("channels").run()
    assert shown[-1][1]["before"] == "your picture"
    assert decoded == [1]


def test_nothing_of_a_visitors_is_cached_for_all(shown, monkeypatch):
    asked = []
    real = photograph._small
    monkeypatch.setattr(photograph, "_small", lambda name: asked.append(name) or real(name))
    test = opened(address={"photo": "own"})
    test.file_uploader[0].set_value(("my.png", encoded(OWN), "image/png"))
    test.run()
    assert set(asked) <= set(PHOTOGRAPHS)
    assert asked
