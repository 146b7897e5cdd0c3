"""The home page under AppTest: what dlviz is, a real result per lab, a way in."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui import engine
from dlviz.ui.engine import Engine
from dlviz.ui.heroes import CAPTIONS
from dlviz.ui.pages import LABS, page_file

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Home must ask for torch in the background; here nothing is imported."""
    asked: list[str] = []
    monkeypatch.setattr(Engine, "start", lambda _self: asked.append("start"))
    monkeypatch.setattr(engine, "ENGINE", Engine())
    return asked


def home(**address: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "dlviz" / "ui" / "main.py"), default_timeout=60)
    for name, value in address.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def html(test: AppTest) -> list[str]:
    return [item.proto.body for item in test.get("html")]


def test_it_says_what_dlviz_is_and_that_one_model_goes_through_all(started: list[str]) -> None:
    test = home()
    assert len(test.title) == 1
    (words,) = [item.value for item in test.markdown]
    assert "dlviz" in words
    assert "one model goes through all" in words


def test_there_is_a_picture_and_a_way_into_every_lab_in_visible_order(started: list[str]) -> None:
    test = home()
    links = test.get("page_link")
    assert [link.proto.page for link in links] == list(LABS)
    for link, lab in zip(links, LABS.values(), strict=True):
        assert lab.title in link.proto.label
        assert lab.question in link.proto.label
    pictures = [body for body in html(test) if "<img" in body]
    assert [body.split('alt="')[1].split('"')[0] for body in pictures] == [
        CAPTIONS[lab].replace("'", "&#x27;") for lab in LABS
    ]
    assert all('src="data:image/webp;base64,' in body for body in pictures)
    assert len(set(pictures)) == len(LABS)
    captions = [item.value for item in test.caption]
    assert captions == [lab.does for lab in LABS.values()]


def test_torch_is_asked_for_after_the_page_is_painted(started: list[str]) -> None:
    home()
    assert started == ["start"]


def test_every_page_is_a_file_named_as_its_address() -> None:
    for lab in LABS:
        assert page_file(lab).is_file()
        assert page_file(lab).stem == lab


@pytest.mark.parametrize(
    "address",
    [
        {"rate": "<script>alert(1)</script>"},
        {"model": "../../etc/passwd", "preset": "x" * 5000},
        {"epochs": "1e999", "batch": "-5", "": ""},
        {"🦉": "\u202e", "eps": "NaN"},
    ],
)
def test_whatever_is_in_the_address_it_is_the_same_page(
    started: list[str], address: dict[str, str]
) -> None:
    assert html(home(**address)) == html(home())


def test_a_missing_picture_is_one_sentence_and_the_page_goes_on(
    started: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from dlviz.io import assets
    from dlviz.ui import heroes

    heroes._data_address.cache_clear()
    icon = assets.asset_path("icon.png")
    (tmp_path / "icon.png").write_bytes(icon.read_bytes())
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    test = home()
    assert len(test.warning) == len(LABS)
    assert all("missing" in item.value for item in test.warning)
    assert len(test.get("page_link")) == len(LABS)
