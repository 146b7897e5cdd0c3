"""The training page under AppTest: controls, addresses, and what the buttons ask of the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.networks import OFFERED, PRESETS, TROUBLE
from dlviz.core.specs import (
    MAX_BATCH,
    MAX_EPOCHS,
    MAX_RATE,
    AugmentSpec,
    DataSpec,
    Intervention,
    NetSpec,
    RunSpec,
    TrainSpec,
    layer,
)
from dlviz.runs.jobs import State
from dlviz.runs.visitors import Visitor
from dlviz.ui.network import net_link
from dlviz.ui.server import Server
from tests.runs.studio import Studio, running_at, until, until_state
from tests.ui.conftest import become

PAGE = Path(__file__).resolve().parents[2] / "pages" / "training.py"
MINE, THEIRS = "A" * 22, "B" * 22
DEFAULT = {"rate": 0.003, "batch": 64, "epochs": 4, "seed": 0}
SEEDS = "Repeat with 5 seeds"
Open = Callable[..., AppTest]


@pytest.fixture
def server(new_server: Callable[[int], Server]) -> Server:
    return new_server(1)


@pytest.fixture
def open_page(server: Server, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Run the page as with torch loaded, as one visitor (AppTest has no cookies)."""
    monkeypatch.setattr("dlviz.ui.engine.need_torch", lambda _lab: None)

    def mine() -> Visitor:
        return server.visitors.get(MINE)

    become(monkeypatch, mine)
    monkeypatch.setattr("dlviz.ui.console.visitor_id", lambda: (MINE, True))
    # The studio's snapshots are words; tests/ui/test_scrub_panel.py has real ones.
    monkeypatch.setattr("dlviz.ui.scrub._snapshots", lambda _job: [])

    def run(**address: Any) -> AppTest:
        test = AppTest.from_file(str(PAGE), default_timeout=60)
        for name, value in address.items():
            test.query_params[name] = value
        return sound(test.run())

    return run


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def numbers(test: AppTest) -> dict[str, float]:
    """What the run's own numbers say; other panels have numbers too."""
    return {str(item.key): item.value for item in test.number_input if item.key in DEFAULT}


def button(test: AppTest, label: str) -> Any:
    (found,) = [item for item in test.button if item.label == label]
    return found


def enabled(test: AppTest) -> set[str]:
    """The run's buttons that can be pressed."""
    known = {"Start", "Start anew", SEEDS, "Pause", "Resume", "One step", "Rewind", "Stop"}
    return {item.label for item in test.button if not item.disabled and item.label in known}


def live(test: AppTest) -> dict[str, Any]:
    """What the live view was given."""
    (view,) = [item for item in test.get("bidi_component") if "dlviz_live" in str(item.proto)]
    return dict(json.loads(view.proto.json))


def test_it_opens_on_the_default_preset_with_its_limits_stated(open_page: Open) -> None:
    test = open_page()
    assert [item.value for item in test.title] == ["How does a network learn?"]
    assert test.selectbox(key="preset").value == next(iter(PRESETS)) == "digits"
    train = PRESETS["digits"].spec.train
    assert numbers(test) == DEFAULT
    assert numbers(test) == {
        "rate": train.learning_rate,
        "batch": train.batch_size,
        "epochs": train.epochs,
        "seed": train.seed,
    }
    labels = {str(item.key): item.label for item in test.number_input}
    assert str(MAX_BATCH) in labels["batch"]
    assert str(MAX_EPOCHS) in labels["epochs"]
    assert not test.query_params
    assert enabled(test) == {"Start", SEEDS}
    assert "Your model shelf" in [item.value for item in test.subheader]
    assert any("pictures that are never trained on" in item.value for item in test.caption)
    assert PRESETS["digits"].expect in [item.value for item in test.caption]


@pytest.mark.parametrize("name", OFFERED)
def test_every_preset_opens_with_a_recorded_run_of_its_own(open_page: Open, name: str) -> None:
    test = open_page(preset=name)
    assert test.selectbox(key="preset").value == name
    shown = live(test)
    assert shown["job"] is None
    assert shown["recorded"]["state"] == "done"
    assert OFFERED[name].expect in [item.value for item in test.caption]
    assert not any("updates**" in item.value for item in test.markdown)  # none is too short
    assert "recorded" in shown["hint"]
    found = [finding["name"] for finding in shown["recorded"]["findings"]]
    if name.startswith(TROUBLE):
        assert name.removeprefix(TROUBLE) in found
    elif name == "bad":
        assert found == ["underfitting"]
    else:
        assert not found
        assert shown["recorded"]["scores"][-1][2] > 0.8


def test_a_link_brings_all_controls_back(open_page: Open, server: Server) -> None:
    test = open_page(preset="clothes", rate="0.01", batch="128", epochs="2", seed="7")
    assert numbers(test) == {"rate": 0.01, "batch": 128, "epochs": 2, "seed": 7}
    sound(button(test, "Start").click().run())
    spec = next(iter(server.executor._jobs.values())).spec
    train = spec.train
    assert (train.learning_rate, train.batch_size, train.epochs, train.seed) == (0.01, 128, 2, 7)
    assert spec.net == PRESETS["clothes"].spec.net
    assert spec.data == PRESETS["clothes"].spec.data


BAD = {
    "rate": ("abc", "-1", "101", "nan", "inf", "-inf", "1e999", "", "0x10", "<script>", "9" * 500),
    "batch": ("-5", "0", "1025", "1e9", "inf", "1e999", "NaN", "", "٣٢٣٢٣", "9" * 500, "🦉"),
    "epochs": ("1e9", "201", "0", "-1", "Infinity", "nan", "9" * 5000, "' OR 1=1"),
    "seed": ("-1", str(2**31), "1e400", "x", "9" * 400),
    "preset": ("<script>alert(1)</script>", "../../etc", "", "DIGITS", "x" * 5000, "\u202e"),
    "edit": ("<script>", "", "Data", "x" * 5000),
}


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(name, value, id=f"{name}={value[:20]}") for name in BAD for value in BAD[name]],
)
def test_a_bad_value_in_the_address_is_the_default_and_the_page_goes_on(
    open_page: Open, name: str, value: str
) -> None:
    test = open_page(**{name: value})
    assert numbers(test) == DEFAULT
    assert test.selectbox(key="preset").value == "digits"
    assert enabled(test) == {"Start", SEEDS}
    assert live(test)["recorded"]
    (sentence,) = [item.value for item in test.info]
    assert sentence.startswith("The link asks for what is not there")


def test_many_bad_values_at_once(open_page: Open, server: Server) -> None:
    test = open_page(rate="abc", batch="-5", epochs="1e9", preset="<script>", seed=["1", "x"])
    assert {**numbers(test), "seed": 0} == DEFAULT
    sound(button(test, "Start").click().run())
    assert len(server.executor._jobs) == 1


def test_the_chosen_preset_is_in_the_address_and_the_default_is_not(open_page: Open) -> None:
    """Numbers are written there by the browser: tests/browser/test_addresses.py."""
    test = open_page()
    sound(test.selectbox(key="preset").set_value("logistic").run())
    assert test.query_params == {"preset": "logistic"}
    sound(test.selectbox(key="preset").set_value("digits").run())
    assert not test.query_params


# -- the run --------------------------------------------------------------------------------------


def job_of(server: Server) -> str:
    job = server.visitors.get(MINE).job
    assert job is not None
    return job


def test_start_pause_step_resume_stop_rewind_and_the_buttons_that_make_sense(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    job = job_of(server)
    studio.let(0, 2)
    until_state(server.executor, job, State.RUNNING, step=2)
    sound(test.run())
    assert enabled(test) == {"Pause", "One step", "Rewind", "Stop"}
    sound(button(test, "Pause").click().run())
    studio.let(0)
    until_state(server.executor, job, State.PAUSED, step=3)
    sound(test.run())
    assert enabled(test) == {"Resume", "One step", "Rewind", "Stop"}
    studio.let(0)
    sound(button(test, "One step").click().run())
    until_state(server.executor, job, State.PAUSED, step=4)
    sound(button(test, "Resume").click().run())
    until_state(server.executor, job, State.RUNNING)
    studio.let(0)
    until_state(server.executor, job, State.RUNNING, step=5)
    sound(button(test, "Stop").click().run())
    studio.let(0)
    until_state(server.executor, job, State.STOPPED)
    sound(test.run())
    assert enabled(test) == {"Start anew", SEEDS, "Rewind"}
    assert "Stopped" in live(test)["hint"]
    sound(button(test, "Rewind").click().run())
    until_state(server.executor, job, State.PAUSED, step=0)
    sound(test.run())
    assert "same initial weights" in live(test)["hint"]
    assert enabled(test) == {"Resume", "One step", "Rewind", "Stop"}


def test_the_live_view_gets_the_right_to_watch_this_run(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    shown = live(test)
    assert shown["job"] == job_of(server)
    assert shown["path"] == "/dlviz/live"
    assert shown["session"] is None  # the cookie says who it is
    assert server.may_watch(MINE, shown["job"], shown["token"])
    assert not server.may_watch(THEIRS, shown["job"], shown["token"])


def test_without_cookies_the_page_tells_the_channel_who_it_is(
    open_page: Open, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page()
    monkeypatch.setattr("dlviz.ui.console.visitor_id", lambda: (MINE, False))
    sound(button(test, "Start").click().run())
    assert live(test)["session"] == MINE


def test_a_second_tab_shows_the_same_run(open_page: Open, server: Server, studio: Studio) -> None:
    sound(button(open_page(), "Start").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    other = open_page()
    assert live(other)["job"] == job_of(server)
    assert enabled(other) == {"Pause", "One step", "Rewind", "Stop"}


def test_two_starts_at_once_are_one_run_and_a_sentence(
    open_page: Open, server: Server, studio: Studio
) -> None:
    one, other = open_page(), open_page()
    sound(button(one, "Start").click().run())
    sound(button(other, "Start").click().run())
    assert [item.value for item in other.warning] == [
        "Your last run is still going: stop it before a new one."
    ]
    assert len(server.executor._jobs) == 1


def test_a_full_house_queues_the_run_and_says_its_place(
    open_page: Open, server: Server, studio: Studio
) -> None:
    running_at(server.executor, studio, THEIRS, 1, 1)
    test = open_page()
    sound(button(test, "Start").click().run())
    until(lambda: server.executor.status(job_of(server)).position == 1)
    sound(test.run())
    assert live(test)["state"] == "queued"
    assert "Stop" in enabled(test)
    assert "Pause" not in enabled(test)


def test_when_too_many_wait_the_sentence_says_when_to_try_again(
    open_page: Open, server: Server, studio: Studio
) -> None:
    server.executor._max_jobs = 1
    running_at(server.executor, studio, THEIRS, 1, 1)
    test = open_page()
    sound(button(test, "Start").click().run())
    (sentence,) = [item.value for item in test.warning]
    assert "try again" in sentence
    assert enabled(test) == {"Start", SEEDS}
    sound(test.run())
    assert not test.warning


def test_a_run_that_is_gone_is_told_in_a_sentence(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    sound(test.run())
    server.executor.release(MINE)
    sound(button(test, "Pause").click().run())
    (sentence,) = [item.value for item in test.warning]
    assert "no longer there" in sentence
    assert enabled(test) == {"Start", SEEDS}


@pytest.mark.parametrize(
    ("error", "words"),
    [(OverflowError(), "It was too much."), (ZeroDivisionError(), "ZeroDivisionError")],
)
def test_a_run_that_fails_is_told_and_can_be_started_anew(
    open_page: Open, server: Server, studio: Studio, error: Exception, words: str
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    studio.orders[0].put(error)
    until_state(server.executor, job_of(server), State.FAILED)
    assert words in server.executor.status(job_of(server)).message
    sound(test.run())
    assert {"Start anew", SEEDS, "Rewind"} == enabled(test)


# -- what is trained ------------------------------------------------------------------------------


def specs_of(server: Server) -> tuple[RunSpec, ...]:
    (job,) = server.executor._jobs.values()
    return job.specs


def test_every_setting_of_the_page_is_in_what_starts(open_page: Open, server: Server) -> None:
    net = NetSpec((layer("flatten"), layer("dense", units=20), layer("tanh"), layer("dense")))
    test = open_page(
        **{"rate": "0.02", "batch": "32", "epochs": "3", "seed": "9", "optimiser": "sgd"},
        **{"schedule": "cosine", "decay": "0.001", "momentum": "0.5", "patience": "2"},
        **{"rms": "6.4", "data": "fashion_mnist", "pixels": "shuffled", "share": "10.0"},
        **{"shift": "2", "rotate": "15.0", "net": net_link(net)},
    )
    sound(button(test, "Start").click().run())
    (spec,) = specs_of(server)
    assert spec.net == net
    assert spec.data == DataSpec("fashion_mnist", shuffled=True, share=0.1)
    assert spec.train == TrainSpec(
        **{"optimiser": "sgd", "learning_rate": 0.02, "momentum": 0.5, "weight_decay": 0.001},
        **{"batch_size": 32, "epochs": 3, "seed": 9, "schedule": "cosine", "patience": 2},
        **{"filter_rms": 6.4, "augment": AugmentSpec(shift=2, rotate=15.0)},
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
