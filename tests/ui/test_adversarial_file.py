"""The view of saved files under AppTest: it runs for every model and attack, and says what is."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import pytest
from PIL import Image

from dlviz.core.attacks import ATTACKS
from dlviz.figures import saved_file
from dlviz.io.models import MODELS
from dlviz.ui.adversarial import studies


@pytest.fixture
def open_page(monkeypatch, run_page):
    """Nothing is kept; the survey is of two pictures with two attacks."""
    monkeypatch.setattr(studies, "SHARED", studies.Newest(8))
    real = saved_file.survey

    def short(model, pixels, eps, names, *, right=None):
        assert {"fgsm", "deepfool"} <= set(names)
        return real(model, pixels[:2], eps, ["fgsm", "deepfool"], right=right and right[:2])

    monkeypatch.setattr(saved_file, "survey", short)
    return partial(run_page, "adversarial", scene="file")


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.html])


def test_it_opens_on_an_espresso_whose_file_fools(open_page):
    test = open_page()
    assert "filed fooled" in texts(test)
    assert "espresso has become consomme" in texts(test)
    assert "by at most **2** of 255 steps" in texts(test)
    assert "DeepFool fools with 1 of 2 pictures, and with none of them from their files" in (
        texts(test)
    )
    assert len(test.get("download_button")) == 3


@pytest.mark.parametrize("name", [name for name in MODELS if name != "mobilenet_v2"])
def test_every_model_and_attack_is_shown(open_page, name):
    test = open_page(model=name)
    for attack in ATTACKS:
        test.selectbox(key="attack").set_value(attack).run()
        assert not test.exception, test.exception
        assert f'ATTACKS["{attack}"]' in test.code[0].value
        assert test.number_input(key="eps").disabled is (not ATTACKS[attack].has_eps)


def test_a_file_that_comes_back_is_compared(open_page):
    test = open_page(model="fashion_cnn", attack="deepfool")

    def bring(data: bytes) -> str:
        test.file_uploader[-1].set_value(("back.png", data, "image/png")).run()
        assert not test.exception, test.exception
        return " ".join([texts(test), *(item.value for item in test.error)])

    def png(side: int) -> bytes:
        buffer = BytesIO()
        Image.new("L", (side, side), 9).save(buffer, "PNG")
        return buffer.getvalue()

    assert "not the pixels of *x′*" in bring(png(28))
    assert "nothing is resized here: 28×28" in bring(png(29))
    assert "not a readable" in bring(b"no picture")


@pytest.mark.parametrize(
    "address", [{"attack": "<b>", "eps": "1e9"}, {"attack": "sticker", "eps": "-1"}]
)
def test_a_spoilt_address_is_the_default_and_a_sentence(open_page, address):
    test = open_page(model="fashion_cnn", **address)
    assert test.selectbox(key="attack").value == "fgsm"
    assert test.number_input(key="eps").value == 40
    assert len(test.info) == 2
