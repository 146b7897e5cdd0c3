"""The panel that lays a visitor's runs over one another: which, what is said, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import stdev

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.specs import DataSpec, RunSpec, TrainSpec
from dlviz.runs.compare import bands
from dlviz.runs.jobs import State
from dlviz.runs.records import Record, Records, record_csv
from dlviz.runs.visitors import Visitor
from dlviz.ui import compare
from dlviz.ui.compare import Group, at_first, epochs_a_step, together_csv, whole

PAGE = "from dlviz.ui.compare import compare_panel\n\ncompare_panel()"
ENDS = (0.90, 0.92, 0.97, 0.91, 0.90)


def record(
    seed: int = 0,
    *,
    rate: float = 1e-3,
    end: int = 40,
    accuracy: float = 0.9,
    state: State = State.DONE,
    every: int = 10,
    loss: float = 0.5,
    message: str = "",
    findings: Sequence[str] = (),
) -> Record:
    """10 steps an epoch, 4 epochs, judged every 10 steps and at its end."""
    steps = [*range(every, end, every), end]
    return Record(
        key=f"{seed}-{rate}-{end}-{accuracy}",
        title=f"seed {seed}",
        spec=RunSpec(train=TrainSpec(seed=seed, learning_rate=rate)),
        device="cpu",
        state=state,
        steps=tuple((step, 1.0, 0.5, rate) for step in range(1, end + 1)),
        scores=tuple((step, loss, accuracy) for step in steps),
        findings=tuple({"name": name, "title": name} for name in findings),
        message=message,
        began=0.0,
        total_steps=40,
    )


def group(*records: Record) -> Group:
    (band,) = bands(records)
    return Group(band)


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Records:
    visitor = Visitor("A" * 22)
    monkeypatch.setattr(compare, "visitor", lambda: visitor)
    return visitor.records


@pytest.fixture
def panel(records: Records) -> Callable[[], AppTest]:
    return lambda: sound(AppTest.from_string(PAGE, default_timeout=60).run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert not test.query_params, "runs are the visitor's: they are not in the address"
    return test


def chosen(test: AppTest) -> list[str]:
    (box,) = test.multiselect
    return list(box.value)


def html(test: AppTest) -> str:
    return " ".join(item.proto.body for item in test.get("html"))


def text(test: AppTest) -> str:
    return " ".join(item.value for item in [*test.caption, *test.markdown])


# -- which runs are shown -------------------------------------------------------------------------


def test_without_a_run_it_says_what_will_be_here(panel) -> None:
    test = panel()
    assert "When a run has ended its curves are kept here" in text(test)
    assert not test.multiselect
    assert not test.button


def test_at_first_the_last_four_or_the_last_series() -> None:
    single = [record(rate=rate) for rate in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)]
    assert at_first(single) == single[1:]
    assert at_first(single[:2]) == single[:2]
    series = [record(seed, rate=0.5) for seed in range(5)]
    assert at_first([*single, *series]) == series
    assert at_first([*single, *series, single[0]]) == [*series, single[0]], "whole, not cut"
    again = [record(end=40), record(end=30)]
    assert at_first([*single[:1], *again]) == [single[0], *again], "one seed is no series"


def test_new_runs_are_shown_until_the_visitor_has_chosen(panel, records) -> None:
    first = records.add(record(rate=0.1))
    test = panel()
    assert chosen(test) == [first.key]
    second = records.add(record(rate=0.2))
    assert chosen(sound(test.run())) == [first.key, second.key]
    sound(test.multiselect[0].set_value([second.key]).run())
    third = records.add(record(rate=0.3))
    assert chosen(sound(test.run())) == [second.key]
    sound(test.multiselect[0].set_value([third.key, second.key]).run())
    assert chosen(sound(test.run())) == [third.key, second.key], "in the order of choosing"
    records.remove(third.key)
    assert chosen(sound(test.run())) == [second.key]


def test_another_offer_is_another_box(panel, records) -> None:
    """A browser that is behind sends what was offered before, to a box that is not there."""
    records.add(record(rate=0.1))
    test = panel()
    before = test.multiselect[0]
    second = records.add(record(rate=0.2))
    sound(test.run())
    assert len(chosen(test)) == 2
    assert test.multiselect[0].key != before.key
    sound(test.multiselect[0].set_value([second.key]).run())
    assert chosen(sound(test.run())) == [second.key]


def test_taking_off_the_newest_is_a_choice(panel, records) -> None:
    first = records.add(record(rate=0.1))
    test = panel()
    records.add(record(rate=0.2))
    sound(test.run())
    sound(test.multiselect[0].set_value([first.key]).run())
    assert chosen(sound(test.run())) == [first.key]
    records.add(record(rate=0.3))
    assert chosen(sound(test.run())) == [first.key]


def test_none_chosen_stays_none(panel, records) -> None:
    records.add(record())
    test = panel()
    sound(test.multiselect[0].set_value([]).run())
    assert "Choose one run or more" in text(sound(test.run()))
    assert not test.get("plotly_chart")


def test_forgotten_runs_are_gone_and_the_others_stay(panel, records) -> None:
    kept, gone = records.add(record(rate=0.1)), records.add(record(rate=0.2))
    test = panel()
    sound(test.multiselect[0].set_value([gone.key]).run())
    (button,) = test.button
    sound(button.click().run())
    assert records.entries() == [kept]
    sound(test.run())


# -- what is said ---------------------------------------------------------------------------------


def test_two_single_runs_are_anecdotes_and_one_is_not_compared(panel, records) -> None:
    records.add(record(rate=0.1))
    assert "anecdote" not in text(panel())
    records.add(record(rate=0.2))
    assert "One run is an anecdote" in text(panel())


def test_a_series_is_one_line_with_mean_and_deviation(panel, records) -> None:
    for seed, accuracy in enumerate(ENDS):
        records.add(record(seed, accuracy=accuracy))
    test = panel()
    assert "1, 2, 3, 4, 5: Digits – a small CNN, rate 0.001, 5 seeds" in html(test)
    assert f"92.0 % ± {100 * stdev(ENDS):.1f}" in html(test)
    assert "0, 1, 2, 3, 4" in html(test)
    assert "anecdote" not in text(test)
    assert "mean of runs that are equal but for their seed" in text(test)
    assert len(test.get("plotly_chart")) == 2


def test_a_diverged_run_tells_why_and_what_was_seen(panel, records) -> None:
    said = "The loss stopped being a number."
    bad = record(end=20, loss=80.0, state=State.FAILED, message=said, findings=["Diverging"])
    records.add(bad)
    test = panel()
    assert f"failed after 2 epochs: {said}" in html(test)
    assert "Diverging" in html(test)
    assert "(failed)" in html(test)
    assert "Losses above 5 are cut off" in text(test)


def test_the_table_has_the_settings_that_differ_and_no_other(panel, records) -> None:
    records.add(record(rate=0.1))
    other = record(rate=0.2)
    spec = replace(other.spec, data=DataSpec("fashion_mnist"))
    records.add(replace(other, spec=spec, device="cuda"))
    said = html(panel())
    for words in ("learning rate", "0.1", "0.2", "data set", "fashion_mnist", "device", "cuda"):
        assert words in said
    assert "momentum" not in said
    assert "at the end the babysitter saw" in said  # what it saw before is not kept


def test_a_run_that_was_never_judged_is_told_without_a_chart(panel, records) -> None:
    records.add(replace(record(end=3, state=State.STOPPED), scores=()))
    test = panel()
    assert not test.get("plotly_chart")
    assert "first look at the held-out pictures" in text(test)
    assert "stopped after 0.3 epochs" in html(test)


# -- what is computed -----------------------------------------------------------------------------


def test_a_run_stopped_early_does_not_bend_the_mean() -> None:
    """It is judged once more where it stopped, at a step that the others have not."""
    found = group(record(0, accuracy=0.8), record(1, end=17, accuracy=0.2, state=State.STOPPED))
    points = whole(found.band.accuracy, found.records)
    assert [(point.step, point.count) for point in points] == [(10, 2), (20, 1), (30, 1), (40, 1)]
    assert found.last(2) == [0.8], "the result is of those that came to their end"
    assert group(record(end=17, accuracy=0.2, state=State.STOPPED)).last(2) == [0.2]


def test_the_axis_counts_epochs_of_the_planned_run() -> None:
    stopped = record(end=20, state=State.STOPPED)
    assert epochs_a_step(stopped) == pytest.approx(0.1)
    assert [point.epoch for point in group(stopped).curve(group(stopped).band.loss).points] == [
        1,
        2,
    ]
    assert epochs_a_step(replace(stopped, total_steps=0)) == pytest.approx(4 / 20)


def test_untrained_nets_do_not_flatten_the_curves() -> None:
    found = record()
    found = replace(found, scores=((0, 2.3, 0.1), *found.scores))
    points = group(found).curve(group(found).band.accuracy).points
    assert [point.epoch for point in points] == [1, 2, 3, 4]
    early = replace(found, scores=found.scores[:1])
    assert len(group(early).curve(group(early).band.accuracy).points) == 1


def test_the_same_seed_twice_counts_once() -> None:
    again = group(record(0, accuracy=0.8), record(0, accuracy=0.9), record(1, accuracy=0.7))
    assert again.last(2) == [0.9, 0.7]
    assert "3 runs, 2 seeds" in again.title
    assert "2 runs, all with seed 0" in group(record(), record(end=30)).title
    assert group(record(), record(end=30)).is_single


def test_one_file_has_all_runs_with_their_titles() -> None:
    runs = [record(0, end=20), replace(record(1, end=12), title='2: a, "b"')]
    rows = list(csv.reader(io.StringIO(together_csv(runs))))
    assert rows[0] == ["run", *record_csv(runs[0]).splitlines()[0].split(",")]
    assert [row[0] for row in rows[1:]] == ["seed 0"] * 20 + ['2: a, "b"'] * 12
    alone = list(csv.reader(io.StringIO(record_csv(runs[1]))))
    assert [row[1:] for row in rows[21:]] == alone[1:]


def test_every_run_can_be_downloaded_and_all_in_one(panel, records) -> None:
    for rate in (0.1, 0.2):
        records.add(record(rate=rate))
    labels = [item.proto.label for item in panel().get("download_button")]
    assert labels == ["All 2 as one CSV", "Run 1 as CSV", "Run 2 as CSV"]
