"""The checklist under AppTest: it opens on a failure, and takes a run of one's own."""

from __future__ import annotations

import json

import pytest

from dlviz.core.specs import RunSpec
from dlviz.io.assets import asset_path
from dlviz.runs.jobs import State
from dlviz.runs.records import Record
from dlviz.runs.visitors import Visitor
from tests.ui.experiments.conftest import Open, html, words


def test_it_opens_on_a_recorded_failure_with_its_numbers(open_page: Open) -> None:
    test = open_page(study="checklist")
    assert "Begin with point 3: **The loss diverges**" in words(test)
    shown = html(test)
    assert "leapt to 400" in shown
    assert shown.count('<div class="point ') == 8
    assert len(test.get("plotly_chart")) == 2
    assert "of its training pictures with their labels" in words(test)


@pytest.mark.parametrize("name", ["trouble-vanishing", "digits", "bad"])
def test_every_recorded_run_can_be_asked(open_page: Open, name: str) -> None:
    test = open_page(study="checklist", case=name)
    raw = json.loads(asset_path(f"runs/{name}.json").read_text("utf-8"))
    assert all(item["title"] in words(test) for item in raw["findings"][:1])
    assert html(test).count('<div class="point ') == 8


def test_a_run_of_my_own_is_offered_and_looked_through(open_page: Open, owner: Visitor) -> None:
    steps = tuple((step, 2.3, 0.1, 0.003) for step in range(1, 41))
    kept = Record("ab12", "seed 0", RunSpec(), "CPU", State.DONE, steps, (), (), "", 1.0, 40)
    owner.records.add(kept)
    test = open_page(study="checklist", case="own-ab12")
    assert "Yours, 1: Digits" in str(test.selectbox(key="case").options)
    assert "Can it learn ten pictures by heart?" in html(test)
    assert "was not kept" in html(test)


def test_a_run_that_is_not_here_gets_a_sentence(open_page: Open) -> None:
    assert "ownffff" in words(open_page(study="checklist", case="own-ffff")).replace("-", "")
