"""Dropout, batch norm and initialisation under AppTest: recorded runs, and the visitor's own."""

from __future__ import annotations

import pytest

from dlviz.core.experiments import EXPERIMENTS, SEEDS, seeded
from dlviz.io.experiments import read_experiments
from dlviz.runs.jobs import State
from dlviz.runs.records import Record
from dlviz.runs.visitors import Visitor
from dlviz.ui.experiments.links import FURTHER
from dlviz.ui.server import Server
from tests.ui.experiments.conftest import Open, html, words


def record(name: str, arm: int, seed: int, share: float, state: State = State.DONE) -> Record:
    spec = seeded(EXPERIMENTS[name].arms[arm].spec, seed)
    return Record(f"{arm}{seed}", "", spec, "CPU", state, (), ((9, 1.0, share),), (), "", 1.0, 9)


@pytest.mark.parametrize(
    ("view", "settings", "shown"),
    [
        ("dropout", {}, ("400", "0.939 (0.871 to 1.007)", "the setting, not the seed")),
        ("batch_norm", {}, ("94.6 %", "the setting, not the seed")),
        ("batch_norm", {"speed": "norm_small"}, ("93.8 %", "within noise")),
        ("initialisation", {}, ("92.4 %", "σ = 0.3 against He’s")),
    ],
)
def test_a_view_opens_on_recorded_bands(
    open_page: Open, view: str, settings: dict[str, str], shown: tuple[str, ...]
) -> None:
    test = open_page(study=view, **settings)
    said = words(test) + html(test)
    assert all(text in said for text in shown)
    assert len(test.get("plotly_chart")) == 2


def test_one_seed_is_an_anecdote(open_page: Open) -> None:
    test = open_page(counted="1")
    assert "seed 0 alone" in words(test)
    test.number_input(key="counted").set_value(5).run()
    assert "5 seeds" in words(test)


def test_running_both_live_submits_every_arm_with_every_seed(
    open_page: Open, server: Server, owner: Visitor
) -> None:
    test = open_page(study="batch_norm")
    (start,) = [item for item in test.button if item.label == "Run both live"]
    start.click().run()
    (job,) = server.executor._jobs.values()
    assert job.specs == EXPERIMENTS["norm_large"].series()
    assert owner.job == job.id
    assert test.selectbox(key="whose").value == "yours"
    assert "No pair of yours has come to its end yet" in words(test)
    assert "Stop" in {item.label for item in test.button}
    test.run()
    (end,) = [item for item in test.button if item.label == "Stop"]
    end.click().run()
    assert words(test)


def test_my_own_pairs_take_the_place_of_the_recorded_ones(open_page: Open, owner: Visitor) -> None:
    for seed, (one, other) in enumerate([(0.5, 0.8), (0.52, 0.81)]):
        owner.records.add(record("dropout", 0, seed, one))
        owner.records.add(record("dropout", 1, seed, other))
    owner.records.add(record("dropout", 0, 4, 0.9))  # has no partner
    owner.records.add(record("dropout", 1, 3, 0.9, State.STOPPED))  # is no result
    test = open_page(whose="yours", measure="accuracy")
    said = words(test)
    assert "2 seeds: held-out accuracy +29.5 points" in said
    assert "51.0 %" in html(test)


def test_a_training_of_another_kind_is_not_interrupted(open_page: Open, server: Server) -> None:
    server.visitors.get("A" * 22).job = server.executor.submit(
        "A" * 22, EXPERIMENTS["initialisation"].arms[0].spec
    )
    test = open_page()
    (start,) = [item for item in test.button if item.label == "Run both live"]
    assert start.disabled


def test_nonsense_in_the_address_gets_a_sentence_each(open_page: Open) -> None:
    test = open_page(study="nothing", measure="beauty", counted="9", whose="theirs")
    said = words(test)
    for text in ("a view “nothing”", "“beauty”", "from 1 to 5", "“theirs”"):
        assert text in said
    assert len(read_experiments()["dropout"][0]) == SEEDS


@pytest.mark.parametrize(("page", "way"), [(page, way) for page, _, way, _ in FURTHER])
def test_the_cards_below_lead_to_views_that_are_there(
    open_page: Open, run_page: Open, page: str, way: dict[str, str]
) -> None:
    test = run_page(page, **way)
    assert "asks for what is not there" not in words(test)
    assert all(str(test.session_state[key]) == text for key, text in way.items())
