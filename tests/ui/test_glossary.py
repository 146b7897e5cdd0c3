"""The glossary under AppTest: anchors, search, the rule with one's own numbers, links that hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.glossary import BLOCKS
from dlviz.ui import glossary as shown
from dlviz.ui.pages import EVERY, page_file

Open = Callable[..., AppTest]


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every link that the page has; AppTest knows one page."""
    made: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "streamlit.page_link", lambda page, **how: made.append({"page": page, **how})
    )
    return made


def words(test: AppTest) -> str:
    assert not test.exception, test.exception
    return " ".join(str(item.value) for item in [*test.markdown, *test.info, *test.warning])


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_opens_by_its_anchor(run_page: Open, links: list[Any], name: str) -> None:
    test = run_page("glossary", block=name)
    assert BLOCKS[name].what in words(test)
    assert " weights" in words(test)
    (image,) = [item.proto.body for item in test.get("html") if "<img" in item.proto.body]
    assert "data:image/png;base64," in image
    assert [link["label"] for link in links] == [label for _, label, _ in BLOCKS[name].links]


def test_the_numbers_of_a_rule_can_be_changed(run_page: Open, links: list[Any]) -> None:
    test = run_page("glossary")
    assert "3×32×32 → 16×32×32**, 448 weights" in words(test)
    assert [item.proto.label for item in test.get("download_button")] == ["Save picture"]
    test.number_input(key="kernel").set_value(5).run()
    assert "16×30×30" in words(test)
    assert "(3·5·5 + 1)·16 = 1\u202f216" in words(test)
    test.number_input(key="side").set_value(1).run()
    assert "does not fit" in words(test)


def test_searching_leaves_what_has_the_words(run_page: Open, links: list[Any]) -> None:
    test = run_page("glossary")

    def tiles() -> list[str]:
        (wall,) = [item for item in test.get("bidi_component") if "tiles" in str(item.proto)]
        return list(json.loads(wall.proto.json)["texts"])

    assert len(tiles()) == len(BLOCKS)
    test.text_input[0].set_value("pooling").run()
    assert "Max pooling" in tiles()
    assert len(tiles()) < len(BLOCKS)
    test.text_input[0].set_value("<b>none</b>").run()
    assert "No block has" in words(test)


def test_an_unknown_block_gets_a_sentence(run_page: Open, links: list[Any]) -> None:
    assert "“transformer”" in words(run_page("glossary", block="transformer"))


def test_a_link_from_another_page_leads_to_the_block(links: list[dict[str, Any]]) -> None:
    shown.glossary_link("relu")
    (link,) = links
    assert link["page"] == page_file("glossary")
    assert link["query_params"] == {"block": "relu"}
    assert link["label"] == "What is ReLU?"
    with pytest.raises(KeyError):
        shown.glossary_link("transformer")


def _ways() -> list[tuple[str, Mapping[str, str]]]:
    found = {
        (page, tuple(way.items())) for block in BLOCKS.values() for page, _, way in block.links
    }
    return [
        (page, dict(way)) for page, way in sorted(found) if page in ("experiments", "convolution")
    ]


@pytest.mark.parametrize(("page", "way"), _ways())
def test_a_way_into_a_lab_is_understood_there(
    run_page: Open, links: list[Any], page: str, way: dict[str, str]
) -> None:
    assert page in EVERY
    assert "asks for what is not there" not in words(run_page(page, **way))
