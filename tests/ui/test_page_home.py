"""The home page under AppTest: what dlviz is, a real result per lab, a way in."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.io.lesson_map import lectures
from dlviz.ui import engine
from dlviz.ui.engine import Engine
from dlviz.ui.heroes import CAPTIONS
from dlviz.ui.pages import EVERY, page_file

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


def ways(test: AppTest) -> list[Any]:
    return list(test.get("page_link"))


def html(test: AppTest) -> list[str]:
    return [item.proto.body for item in test.get("html")]


def shown(lecture: str) -> list[str]:
    """The labs whose pictures stand in a lecture's map, in its order."""
    return [part.lab for part in lectures()[lecture].parts]


def test_it_says_what_dlviz_is_and_that_one_model_goes_through_all(started: list[str]) -> None:
    test = home()
    assert len(test.title) == 1
    words = test.markdown[0].value
    assert "dlviz" in words
    assert "One model goes through all" in words


@pytest.mark.parametrize("lecture", lectures())
def test_every_line_of_a_lecture_is_a_way_into_a_prepared_view_in_its_order(
    started: list[str], lecture: str
) -> None:
    test = home(lecture=lecture)
    found = [(link.proto.page, link.proto.label, link.proto.query_string) for link in ways(test)]
    wanted = []
    for part in lectures()[lecture].parts:
        lab = EVERY[part.lab]
        wanted.append((part.lab, f"**{lab.title}: {lab.question}**", ""))
        wanted += [
            (line.page, f"**{line.heading}** {line.claim}", urlencode(dict(line.settings)))
            for line in part.lines
        ]
    assert found == wanted
    assert [item.value for item in test.subheader] == [
        part.title for part in lectures()[lecture].parts
    ]


def test_each_part_has_the_picture_of_its_lab(started: list[str]) -> None:
    test = home()
    pictures = [body for body in html(test) if "<img" in body]
    assert [body.split('alt="')[1].split('"')[0] for body in pictures] == [
        CAPTIONS[lab].replace("'", "&#x27;") for lab in shown("101")
    ]
    assert all('src="data:image/webp;base64,' in body for body in pictures)
    assert len(set(pictures)) == len(pictures)
    captions = [item.value for item in test.caption]
    assert [text for text in captions if "every line" not in text] == [
        EVERY[lab].does for lab in shown("101")
    ]


def test_what_is_left_out_is_said_with_the_reason(started: list[str]) -> None:
    said = " ".join(item.value for item in home().markdown)
    assert all(slide in said and why in said for slide, why in lectures()["101"].outside.items())


def test_another_lecture_stays_in_the_address_and_one_that_is_not_gets_a_sentence(
    started: list[str],
) -> None:
    assert home(lecture="intro").query_params["lecture"] in ("intro", ["intro"])
    test = home(lecture="<b>x</b>")
    assert [item.value for item in test.info] == [
        "The link asks for what is not there: a lecture “bxb”."
    ]
    assert len(ways(test)) == len(ways(home()))


def test_torch_is_asked_for_after_the_page_is_painted(started: list[str]) -> None:
    home()
    assert started == ["start"]


def test_every_page_is_a_file_named_as_its_address() -> None:
    for lab in EVERY:
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
    assert len(test.warning) == len(shown("101"))
    assert all("missing" in item.value for item in test.warning)
    assert len(ways(test)) > len(shown("101"))
