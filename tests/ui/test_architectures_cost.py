"""Accuracy against cost: the chosen network's numbers, and what a click on the chart chooses."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui.architectures import cost


def said(test: AppTest) -> str:
    return " ".join(element.value for element in test.markdown)


def test_the_chosen_network_has_its_numbers_and_a_way_on(
    run_page: Callable[..., AppTest],
) -> None:
    test = run_page("architectures", part="cost")
    assert "**VGG16** (2014): **71.6 %** right, 138 million parameters" in said(test)
    test.toggle(key="again").set_value(True)
    test.selectbox(key="marked").set_value("resnet50").run()
    assert not test.exception
    assert "**ResNet-50** (2015): **80.9 %** right" in said(test)
    assert test.query_params["marked"] in ("resnet50", ["resnet50"])
    test.button(key="its layers").click().run()
    assert test.query_params["part"] in ("net", ["net"])
    assert test.query_params["zoo"] in ("resnet50", ["resnet50"])
    assert not any(
        button.key == "its layers"
        for button in run_page("architectures", part="cost", marked="swin_t").button
    )


def test_a_click_on_a_mark_chooses_it_twice_over(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {"marked": "vgg16"}
    monkeypatch.setattr(cost, "st", SimpleNamespace(session_state=state))
    for points, chosen in (
        ([{}], "vgg16"),  # the line of the front
        ([{"customdata": ["swin_t", "Swin-T"]}], "swin_t"),
        ([], "swin_t"),  # the browser takes its selection back
    ):
        state["cost_chart"] = {"selection": {"points": points}}
        cost._choose()
        assert state["marked"] == chosen
    state["marked"] = "vgg16"
    cost._choose()
    assert state["marked"] == "swin_t"
