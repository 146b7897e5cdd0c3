"""Back through a run's snapshots: where the slider stands, what is said, the way to the shelf."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from dlviz.core.data import ImageData
from dlviz.core.snapshots import Score, Snapshot
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.training import Run
from dlviz.runs.jobs import State
from dlviz.runs.visitors import Visitor
from dlviz.ui import data as data_module
from dlviz.ui import scrub
from dlviz.ui.scrub import NEWEST, kept, score_of, told_of

CONV = NetSpec((layer("conv", channels=2, kernel=3), layer("flatten"), layer("dense")))
DENSE = NetSpec((layer("flatten"), layer("dense")))


def pictures() -> ImageData:
    """Bright ones and dark ones; 300 held out, more than one batch."""

    def part(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(seed)
        labels = torch.arange(count) % 2
        noise = torch.randint(0, 156, (count, 1, 8, 8), generator=generator)
        return (noise + 60 * labels.view(-1, 1, 1, 1)).to(torch.uint8), labels

    return ImageData.of("mnist", ("dark", "bright"), part(64, 0), part(300, 1))


def trained(net: NetSpec = CONV, data: str = "mnist", seed: int = 0) -> list[Snapshot]:
    """Snapshots at steps 0, 1, 2, 4, 8, 16."""
    train = TrainSpec(epochs=2, batch_size=8, learning_rate=1e-2, seed=seed)
    run = Run(RunSpec(net, DataSpec(data), train), pictures())
    return [event for event in run if isinstance(event, Snapshot)]


class Jobs:
    """An executor with as much of a run as the panel asks for."""

    def __init__(self) -> None:
        self.found: dict[str, list[Snapshot]] = {}

    def snapshots(self, job: str) -> list[Snapshot]:
        return list(self.found[job])

    def status(self, job: str) -> SimpleNamespace:
        assert job in self.found or self._gone(job)
        return SimpleNamespace(state=State.RUNNING)

    def _gone(self, job: str) -> bool:
        raise KeyError(job)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Jobs:
    jobs = Jobs()
    monkeypatch.setattr(scrub, "server", lambda: SimpleNamespace(executor=jobs))
    monkeypatch.setattr(scrub, "held_out_of", lambda _: (data.test_pixels, data.test_labels))
    data = pictures()
    return jobs


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    visitor = Visitor("A" * 22)
    monkeypatch.setattr(scrub, "visitor", lambda: visitor)
    monkeypatch.setattr(data_module, "visitor", lambda: visitor)
    return visitor


@pytest.fixture
def panel(jobs: Jobs, visitor: Visitor) -> Callable[..., AppTest]:
    def run(job: str | None) -> AppTest:
        page = f"from dlviz.ui.scrub import scrub_panel\n\nscrub_panel({job!r})"
        return sound(AppTest.from_string(page, default_timeout=60).run())

    return run


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.query_params
    return test


def text(test: AppTest) -> str:
    return " ".join(item.value for item in [*test.caption, *test.markdown])


def move(test: AppTest, step: int) -> AppTest:
    return sound(test.select_slider[0].set_value(step).run())


def shelve(test: AppTest) -> Any:
    """The button that puts a snapshot on the shelf."""
    return test.button(key="shelve")


def html(test: AppTest) -> str:
    return " ".join(item.proto.body for item in test.get("html"))


# -- the slider -----------------------------------------------------------------------------------


@pytest.mark.parametrize("job", [None, "gone", "queued"])
def test_before_a_run_one_sentence_says_what_will_be_here(panel, jobs, job) -> None:
    jobs.found["queued"] = []
    test = panel(job)
    assert text(test).startswith("Once a run has begun, its networks at steps 0, 1, 2, 4")
    assert text(test).count(". ") == 0
    assert not test.select_slider
    assert [item.label for item in test.button] == ["Look for newer steps"] * (job == "queued")


def test_the_untrained_network_alone_needs_no_slider(panel, jobs) -> None:
    jobs.found["a"] = trained()[:1]
    test = panel("a")
    assert not test.select_slider
    assert "**Step 0**" in text(test)


def test_it_follows_the_run_until_the_visitor_chooses_and_stays_there_then(panel, jobs) -> None:
    every = trained()
    jobs.found["a"] = every[:3]
    test = panel("a")
    assert list(test.select_slider[0].options) == ["0", "1", NEWEST]
    assert "**Step 2**" in text(test)
    jobs.found["a"] = every[:4]
    assert "**Step 4**" in text(sound(test.run()))
    move(test, 1)
    jobs.found["a"] = every
    sound(test.run())
    assert test.select_slider[0].value == 1
    assert "**Step 1**" in text(test)
    assert "**Step 16**" in text(move(test, NEWEST))


def test_a_browser_that_is_behind_moves_nothing(panel, jobs) -> None:
    """It sends what its slider showed, which must mean the same as when it was drawn."""
    every = trained()
    jobs.found["a"] = every[:4]
    test = panel("a")
    shown = test.select_slider[0].value
    jobs.found["a"] = every
    assert "**Step 16**" in text(move(test, shown))


def test_a_run_begun_anew_is_followed_even_past_what_was_chosen(panel, jobs) -> None:
    every = trained()
    jobs.found["a"] = every
    test = move(panel("a"), 4)
    jobs.found["a"] = every[:2]
    assert "**Step 1**" in text(sound(test.run()))
    jobs.found["a"] = every
    assert "**Step 16**" in text(sound(test.run()))


def test_another_run_is_followed(panel, jobs) -> None:
    jobs.found["a"], jobs.found["b"] = trained(), trained(seed=1)
    page = (
        "import streamlit as st\nfrom dlviz.ui.scrub import scrub_panel\n\n"
        "scrub_panel(st.session_state.get('job', 'a'))"
    )
    test = move(sound(AppTest.from_string(page, default_timeout=60).run()), 4)
    assert "**Step 4**" in text(test)
    test.session_state["job"] = "b"
    assert "**Step 16**" in text(sound(test.run()))


def test_a_snapshot_that_made_room_is_replaced_by_its_neighbour() -> None:
    assert kept(4, [0, 1, 4, 16]) == 4
    assert kept(8, [0, 2, 7, 16]) == 7
    assert kept(15, [0, 2, 7, 16]) == 7
    assert kept(16, [0, 2, 7, 16]) == NEWEST
    assert kept(NEWEST, [0, 2, 7, 16]) == NEWEST
    assert kept(8, [0]) == NEWEST
    assert kept(0, [0]) == NEWEST


# -- what is shown --------------------------------------------------------------------------------


def test_each_step_has_a_picture_of_its_own(panel, jobs) -> None:
    jobs.found["a"] = trained()
    test = panel("a")
    last = html(test)
    assert "data:image/png;base64," in last
    assert "one scale for all steps" in last
    first = html(move(test, 0))
    assert first != last


def test_units_that_see_the_pixels_are_pictures_too(panel, jobs) -> None:
    jobs.found["a"] = trained(DENSE)
    assert "2 units, the weights of each as a picture" in html(panel("a"))


@pytest.mark.parametrize("net", [CONV, DENSE], ids=["conv", "dense"])
def test_the_score_is_plain_torchs_and_the_runs_own(jobs, net) -> None:
    data = pictures()
    *earlier, last = trained(net)
    for snapshot in earlier:
        model, images = snapshot.classifier, data.test_pixels.float() / 255
        logits = model(images)
        found = score_of(snapshot)
        assert found.step == snapshot.step
        assert found.loss == pytest.approx(float(F.cross_entropy(logits, data.test_labels)))
        right = (logits.argmax(1) == data.test_labels).float().mean()
        assert found.accuracy == pytest.approx(float(right))
    again = score_of(Snapshot(last.step, last.epoch, last.weights, last.spec, last.facts))
    assert again.accuracy == last.held_out.accuracy
    assert again.loss == pytest.approx(last.held_out.loss)


def test_a_snapshot_is_judged_once_and_forgotten_with_it(jobs, monkeypatch) -> None:
    asked = []
    data = pictures()

    def held_out(key: str) -> tuple[torch.Tensor, torch.Tensor]:
        asked.append(key)
        return data.test_pixels, data.test_labels

    monkeypatch.setattr(scrub, "held_out_of", held_out)
    snapshot, *_, last = trained()
    before = len(scrub._scores)
    assert score_of(snapshot) == score_of(snapshot)
    assert score_of(last) is last.held_out
    assert asked == ["mnist"]
    assert len(scrub._scores) == before + 1
    del snapshot
    assert len(scrub._scores) == before


def test_pictures_that_are_gone_cost_the_score_alone(panel, jobs, monkeypatch) -> None:
    def gone(key: str) -> None:
        raise ValueError("These pictures are no longer here.")

    monkeypatch.setattr(scrub, "held_out_of", gone)
    jobs.found["a"] = trained()[:3]
    test = panel("a")
    assert "These pictures are no longer here." in text(test)
    assert "data:image/png" in html(test)
    assert not shelve(test).disabled


def test_an_enormous_loss_is_short_and_one_that_is_none_has_no_share_of_right_ones() -> None:
    losses = (0.25, 1.2e12, math.nan, math.inf)
    usual, enormous, *none = [told_of(Score(8, loss, 0.1, 2000)) for loss in losses]
    assert usual == "**10.0 %** of 2\u202f000 held-out pictures right, loss 0.250"
    assert enormous.endswith("right, loss 1.2\u202f×\u202f10¹²")
    assert none == ["The loss on 2\u202f000 held-out pictures is no number."] * 2


# -- onto the shelf -------------------------------------------------------------------------------


def test_a_chosen_snapshot_goes_onto_the_shelf_with_those_before_it_once(
    panel, jobs, visitor
) -> None:
    jobs.found["a"] = every = trained()
    test = move(panel("a"), 4)
    sound(shelve(test).click().run())
    (entry,) = visitor.shelf.entries()
    assert entry.title == "digits, step 4"
    assert [item.step for item in entry.snapshots] == [0, 1, 2, 4]
    assert entry.accuracy == score_of(every[3]).accuracy
    assert entry.spec == every[3].spec
    weights = dict(entry.classifier.module.named_parameters())
    assert all(torch.equal(value, every[3].weights[name]) for name, value in weights.items())
    assert shelve(test).disabled
    assert shelve(test).label == "It is on your shelf"
    assert not shelve(move(test, 2)).disabled


def test_the_last_one_is_there_already_when_the_run_has_ended(panel, jobs, visitor) -> None:
    jobs.found["a"] = every = trained()
    visitor.shelf.add(every[-1].spec, every)
    assert shelve(panel("a")).disabled


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_network_of_no_numbers_is_not_for_the_shelf(panel, jobs, visitor, bad) -> None:
    *earlier, last = trained()
    broken = {name: value.clone() for name, value in last.weights.items()}
    list(broken.values())[-1].view(-1)[0] = bad
    jobs.found["a"] = [*earlier, replace(last, weights=broken)]
    test = panel("a")
    assert "Some of its weights are no numbers any more" in text(test)
    assert "nan" not in text(test)
    assert "shelve" not in [item.key for item in test.button]
    sound(shelve(move(test, 4)).click().run())
    assert [entry.title for entry in visitor.shelf.entries()] == ["digits, step 4"]
