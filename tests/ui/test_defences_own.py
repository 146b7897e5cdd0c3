"""Nets that a visitor has trained, plainly and against an attack, stand side by side: for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlviz.core.architectures import mlp
from dlviz.core.specs import AdversarialSpec, DataSpec, RunSpec, TrainSpec
from dlviz.core.training import Run, Snapshot
from dlviz.io.datasets import data_for
from dlviz.io.own_pictures import from_drawings
from dlviz.runs.shelf import Entry
from dlviz.runs.visitors import Visitor
from dlviz.ui.adversarial import defences_trained
from dlviz.ui.filters import memory
from dlviz.ui.models import address_of
from dlviz.ui.newest import Newest
from tests.ui.test_own_model import bars


@pytest.fixture
def twins(mine: Visitor) -> tuple[Entry, Entry]:
    """A visitor with two classes of drawn pictures: a plain net, and one trained against PGD."""
    data = DataSpec(mine.pictures.add(from_drawings(bars())))
    plain = RunSpec(mlp(16), data, TrainSpec(epochs=8, batch_size=8))
    hostile = replace(plain.train, adversarial=AdversarialSpec("pgd", 40, 3), seed=1)
    found = []
    for spec in (plain, replace(plain, train=hostile)):
        run = Run(spec, data_for(data, mine.pictures))
        *_, last = (event for event in run if isinstance(event, Snapshot))
        found.append(mine.shelf.add(spec, [last]))
    return found[0], found[1]


@pytest.mark.parametrize("chosen", [0, 1])
def test_ones_own_nets_are_twins_whichever_is_chosen(chosen, twins, run_page, monkeypatch) -> None:
    links: list[dict] = []
    monkeypatch.setattr(defences_trained.st, "page_link", lambda *_, **how: links.append(how))
    monkeypatch.setattr(memory, "SHARED", memory.Memory(Newest(8), Newest(32)))
    model = address_of(twins[chosen])
    test = run_page("adversarial", scene="defences", model=model, at="40")
    assert test.selectbox(key="model").value == model
    assert test.selectbox(key="twin").value == address_of(twins[1 - chosen])
    said = " ".join(item.value for item in [*test.markdown, *test.info, *test.error])
    assert "at ε = 40/255 PGD leaves" in said
    (html,) = [item.proto.body for item in test.get("html") if "<table" in item.proto.body]
    assert "net 1</th>" in html.partition("net 2 (against 3-step PGD, ε 40/255)</th>")[0]
    assert "What it costs" in said
    assert len(memory.SHARED.results) == len(memory.SHARED.tasks) == 0
    spec = RunSpec.from_link(links[0]["query_params"]["spec"])
    assert bool(spec.train.adversarial.words) == (chosen == 0)


def test_two_nets_of_one_name_have_numbers_of_their_own(twins, mine, run_page, monkeypatch) -> None:
    monkeypatch.setattr(defences_trained.st, "page_link", lambda *_, **_how: None)
    monkeypatch.setattr(memory, "SHARED", memory.Memory(Newest(8), Newest(32)))
    entry = twins[1]
    others = twins[0], mine.shelf.add(entry.spec, entry.snapshots)
    first, second = (address_of(entry) for entry in (entry, others[1]))
    for one in (*others, entry):
        mine.shelf.rename(one.key, "Mine")
    test = run_page("adversarial", scene="defences", model=first, twin=second, at="40")
    (html,) = [item.proto.body for item in test.get("html") if "<table" in item.proto.body]
    said = "Mine (against 3-step PGD, ε 40/255)"
    assert f"<th>{said}</th><th>{said} (2)</th>" in html
    test = run_page("adversarial", scene="many", model=first, beside=second)
    assert "Mine (2)" in test.get("plotly_chart")[0].proto.spec


def test_an_input_defence_takes_a_net_of_two_classes_and_shares_nothing(
    twins, run_page, monkeypatch
) -> None:
    monkeypatch.setattr(memory, "SHARED", memory.Memory(Newest(8), Newest(32)))
    for name in ("blur", "jpeg"):
        model = address_of(twins[0])
        test = run_page("adversarial", scene="defences", defence=name, model=model, measured="1")
        assert any("pictures: right" in item.proto.body for item in test.get("html"))
        assert "read_checkpoint" in test.code[0].value
    assert len(memory.SHARED.results) == len(memory.SHARED.tasks) == 0
