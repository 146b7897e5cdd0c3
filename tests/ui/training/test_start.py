"""The training page under AppTest: what is trained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlviz.core.networks import OFFERED, PRESETS
from dlviz.core.specs import (
    MAX_RATE,
    AdversarialSpec,
    AugmentSpec,
    DataSpec,
    Intervention,
    NetSpec,
    RunSpec,
    TrainSpec,
    layer,
)
from dlviz.runs.jobs import State
from dlviz.ui.network import net_link
from dlviz.ui.server import Server
from tests.runs.studio import Studio, until_state
from tests.ui.training.page import SEEDS, Open, button, enabled, job_of, live, sound, specs_of


def test_every_setting_of_the_page_is_in_what_starts(open_page: Open, server: Server) -> None:
    net = NetSpec((layer("flatten"), layer("dense", units=20), layer("tanh"), layer("dense")))
    test = open_page(
        **{"rate": "0.02", "batch": "32", "epochs": "3", "seed": "9", "optimiser": "sgd"},
        **{"schedule": "cosine", "decay": "0.001", "momentum": "0.5", "patience": "2"},
        **{"rms": "6.4", "data": "fashion_mnist", "pixels": "shuffled", "share": "10.0"},
        **{"shift": "2", "rotate": "15.0", "net": net_link(net)},
        **{"against": "pgd", "against_eps": "8", "against_steps": "3"},
    )
    sound(button(test, "Start").click().run())
    (spec,) = specs_of(server)
    assert spec.net == net
    assert spec.data == DataSpec("fashion_mnist", shuffled=True, share=0.1)
    assert spec.train == TrainSpec(
        **{"optimiser": "sgd", "learning_rate": 0.02, "momentum": 0.5, "weight_decay": 0.001},
        **{"batch_size": 32, "epochs": 3, "seed": 9, "schedule": "cosine", "patience": 2},
        **{"filter_rms": 6.4, "augment": AugmentSpec(shift=2, rotate=15.0)},
        adversarial=AdversarialSpec("pgd", 8, 3),
    )


@pytest.mark.parametrize("name", OFFERED)
def test_a_preset_starts_exactly_as_it_is_written(
    open_page: Open, server: Server, name: str
) -> None:
    test = open_page(preset=name)
    sound(button(test, "Start").click().run())
    assert specs_of(server) == (OFFERED[name].spec,)


def test_five_seeds_are_a_series_that_differs_in_nothing_else(
    open_page: Open, server: Server
) -> None:
    test = open_page(seed="3")
    sound(button(test, SEEDS).click().run())
    specs = specs_of(server)
    assert [spec.train.seed for spec in specs] == [3, 4, 5, 6, 7]
    assert len({replace(spec, train=replace(spec.train, seed=0)) for spec in specs}) == 1


@pytest.mark.parametrize(("label", "count"), [("Start", 1), (SEEDS, 5)])
def test_an_edit_that_comes_together_with_the_press_counts(
    open_page: Open, server: Server, label: str, count: int
) -> None:
    """Streamlit makes one run of the page of messages that come while it is busy."""
    test = open_page()
    test.number_input(key="batch").set_value(32)
    sound(button(test, label).click().run())
    assert [spec.train.batch_size for spec in specs_of(server)] == [32] * count
    assert live(test)["job"] == job_of(server)


def test_a_press_that_comes_together_with_a_mistake_starts_nothing(
    open_page: Open, server: Server
) -> None:
    test = open_page()
    test.query_params["net"] = net_link(NetSpec((layer("dense"),)))
    sound(button(test, "Start").click().run())
    assert not server.executor._jobs
    assert any("Layer 1 of the network" in item.value for item in test.warning)
    del test.query_params["net"]
    sound(test.run())
    assert not server.executor._jobs


def test_a_network_with_a_mistake_cannot_be_started_and_says_why(open_page: Open) -> None:
    test = open_page(net=net_link(NetSpec((layer("dense"),))))
    assert not enabled(test)
    assert "Layer 1 of the network" in button(test, "Start").help
    (sentence,) = [item.value for item in test.warning]  # a phone shows no help
    assert "Layer 1 of the network" in sentence


def test_the_learning_rate_acts_at_once_on_the_run_that_it_belongs_to(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    sound(test.number_input(key="rate").set_value(0.01).run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=2)
    (change,) = server.executor.status(job_of(server)).interventions
    assert (change.name, change.value) == ("learning_rate", 0.01)


def test_the_learning_rate_of_another_preset_leaves_the_run_alone(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    sound(test.selectbox(key="preset").set_value("logistic").run())
    sound(test.number_input(key="rate").set_value(0.01).run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=2)
    assert not server.executor.status(job_of(server)).interventions


def test_a_series_keeps_its_rate_and_the_page_says_so(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, SEEDS).click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    sound(test.number_input(key="rate").set_value(0.01).run())
    (sentence,) = [item.value for item in test.warning]
    assert "counts for the next Start" in sentence
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=2)
    assert not server.executor.status(job_of(server)).interventions


def test_what_is_shown_is_told_from_what_is_chosen(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    sound(button(test, "Stop").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.STOPPED)
    assert live(sound(test.run()))["hint"].startswith("Stopped")
    sound(test.number_input(key="seed").set_value(4).run())
    assert live(test)["hint"].startswith("Stopped")  # another seed is the same experiment
    sound(test.selectbox(key="preset").set_value("logistic").run())
    assert live(test)["hint"].startswith("Your last run, with other settings")


def test_a_changed_preset_promises_nothing(open_page: Open) -> None:
    test = open_page(batch="32")
    told = " ".join(item.value for item in test.caption)
    assert PRESETS["digits"].expect not in told
    assert "Predict it" in told
    assert live(test)["hint"].startswith("Recorded with the preset's settings")


def test_pictures_that_are_awaited_hold_the_start(open_page: Open) -> None:
    test = open_page()
    sound(test.selectbox(key="data").set_value("upload").run())
    assert not enabled(test)
    assert "not here yet" in button(test, "Start").help
    sound(test.selectbox(key="data").set_value("fashion_mnist").run())
    assert "Start" in enabled(test)


def test_a_single_update_is_told_as_one(open_page: Open) -> None:
    test = open_page(share="0.5", epochs="1")
    assert any(" once: only **1 update**" in item.value for item in test.markdown)


def test_too_few_updates_are_told_and_mended(open_page: Open, server: Server) -> None:
    test = open_page(share="1.0", epochs="2")  # 80 pictures, two batches of 64
    assert any("only **4 updates**" in item.value for item in test.markdown)
    sound(button(test, "Make it more").click().run())
    assert not any("updates**" in item.value for item in test.markdown)
    sound(button(test, "Start").click().run())
    (spec,) = specs_of(server)
    assert (spec.train.batch_size, spec.train.epochs) == (8, 20)  # 10 batches, 20 times
    assert spec.data.share == 0.01


def test_every_preset_has_settings_of_its_own(open_page: Open) -> None:
    test = open_page()
    sound(test.number_input(key="rate").set_value(0.5).run())
    sound(test.selectbox(key="preset").set_value("zfnet").run())
    assert test.number_input(key="rate").value == PRESETS["zfnet"].spec.train.learning_rate


def test_a_link_with_a_whole_spec_starts_it(open_page: Open, server: Server) -> None:
    spec = RunSpec(
        NetSpec((layer("flatten"), layer("dense"))),
        DataSpec(share=0.5),
        TrainSpec(epochs=1, seed=5),
        (Intervention(3, "learning_rate", 0.1),),
    )
    test = open_page(spec=spec.to_link())
    assert test.selectbox(key="preset").value == "linked"
    sound(button(test, "Start").click().run())
    assert specs_of(server) == (spec,)


@pytest.mark.parametrize("rate", [MAX_RATE, 0.00003])
def test_a_link_with_any_rate_that_a_spec_may_have_starts_with_it(
    open_page: Open, server: Server, rate: float
) -> None:
    net = NetSpec((layer("flatten"), layer("dense")))
    spec = RunSpec(net, train=TrainSpec(learning_rate=rate))
    test = open_page(spec=spec.to_link())
    sound(button(test, "Start").click().run())
    assert next(iter(server.executor._jobs.values())).spec == spec


def test_a_links_words_are_no_markup(open_page: Open) -> None:
    """A picture of another host in the caption would be a request to it."""
    spec = RunSpec(NetSpec((layer("flatten"), layer("dense"))), DataSpec("![x](//y)"))
    test = open_page(spec=spec.to_link())
    shown = [*test.caption, *test.info, *test.markdown]
    assert not any("![x](" in item.value for item in shown)
