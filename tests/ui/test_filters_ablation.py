"""The ablation view under AppTest: recorded rows at once, chosen ones trained here."""

from dataclasses import replace
from functools import partial

import pytest

from dlviz.core import ablation as core
from dlviz.core.ablation import BASES, Base, Outcome, seeded, train, variants
from dlviz.io.ablations import read_ablation
from dlviz.io.datasets import data_for
from dlviz.ui.filters import ablation
from dlviz.ui.rate_finder import Crowd


@pytest.fixture
def open_view(run_page):
    return partial(run_page, "filters", view="ablation")


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


def button(test, label):
    return next(item for item in test.button if item.label == label)


@pytest.fixture
def quick(monkeypatch):
    """The digits' base with 100 pictures and one epoch."""
    base = BASES["digits"]
    spec = replace(
        base.spec,
        data=replace(base.spec.data, share=0.0125),
        train=replace(base.spec.train, epochs=1),
    )
    monkeypatch.setitem(core.BASES, "digits", Base(base.title, spec))
    return spec


@pytest.mark.parametrize("name", list(BASES))
def test_it_opens_on_the_recorded_table(open_view, name):
    test = open_view(net=name)
    assert not test.info
    assert not test.exception
    said, spec = texts(test), BASES[name].spec
    assert "Recorded, not computed now" in said
    assert "without layers 3 and 4 22.1 %" in said
    kept = read_ablation(name)
    for row in variants(spec.net).values():
        errors = [kept.of(seeded(spec, row.net, seed))[1] for seed in range(3)]
        low, high = 100 * min(errors), 100 * max(errors)
        mean = 100 * (sum(errors) / 3)
        assert f"| {row.title} | " in said
        assert f"| {mean:.1f} ({low:.1f}–{high:.1f}) |" in said
    assert button(test, "Run it here").disabled


def test_chosen_rows_are_trained_here(open_view, quick):
    test = open_view(net="digits", rows="whole,without-2", seeds="2")
    assert "Not enough has been trained to compare." in texts(test)  # of this base nothing is kept
    button(test, "Run it here").click().run()
    assert not test.exception
    said = texts(test)
    data = data_for(quick.data)
    for name in ("whole", "without-2"):
        row = variants(quick.net)[name]
        found = []
        for seed in range(2):
            *_, (_, outcome) = train(seeded(quick, row.net, seed), data)
            found.append(outcome.held_out)
        low, mean, high = (100 * one for one in (min(found), sum(found) / 2, max(found)))
        assert f"| {row.title} ◆ |" in said
        assert f"| {mean:.1f} ({low:.1f}–{high:.1f}) |" in said
    assert "Rows marked ◆ were trained here" in said
    assert "('whole', 'without-2')" in test.code[0].value
    assert "range(2)" in test.code[0].value
    # Other rows are another question: what was recorded is shown again.
    test.number_input(key="seeds").set_value(1).run()
    assert "◆" not in texts(test)


def test_stop_shows_the_trainings_that_are_over(open_view, quick, monkeypatch):
    def part(task, **_options):
        while not task.result.get("whole"):
            task.advance()
        return task.result

    test = open_view(net="digits", rows="whole,without-2", seeds="3")
    monkeypatch.setattr(ablation.Task, "result", property(lambda task: task._result or {}))
    monkeypatch.setattr(ablation, "run", part)
    button(test, "Run it here").click().run()
    assert texts(test).count("◆ |") == 1


def test_who_comes_too_many_is_told(open_view, quick, monkeypatch):
    monkeypatch.setattr(ablation, "_crowd", Crowd(0))
    test = open_view(net="digits", rows="whole", seeds="1")
    button(test, "Run it here").click().run()
    assert "try again in a moment" in test.warning[0].value
    monkeypatch.setattr(ablation, "_crowd", Crowd(1))
    button(test, "Try again").click().run()
    assert not test.warning
    assert "◆" in texts(test)


def test_a_training_without_numbers_is_told_in_a_sentence(open_view, quick, monkeypatch):
    broken = replace(
        quick, train=replace(quick.train, optimiser="sgd", learning_rate=100.0, epochs=9)
    )
    monkeypatch.setitem(core.BASES, "digits", Base("Digits", broken))
    test = open_view(net="digits", rows="whole", seeds="1")
    button(test, "Run it here").click().run()
    assert not test.exception
    assert test.warning


@pytest.mark.parametrize("address", [{"net": "x"}, {"rows": "whole,nothing"}, {"seeds": "99"}])
def test_a_link_to_what_is_not_there_gets_one_sentence(open_view, address):
    test = open_view(**address)
    assert len(test.info) == 1


def test_one_seed_is_called_an_anecdote():
    from dlviz.core.ablation import Size
    from dlviz.figures.ablation import Row, sentence

    def row(*errors):
        ends = tuple(Outcome(seed, 0.0, error) for seed, error in enumerate(errors))
        return Row("a row", Size(1, 1), ends)

    counts = {"learnt": 10, "judged": 20, "noun": "cats"}
    assert "one run is an anecdote" in sentence({"whole": row(0.1), "a": row(0.2)}, **counts)
    near = sentence({"whole": row(0.1, 0.2), "a": row(0.15, 0.3)}, **counts)
    assert "the ranges overlap" in near
    far = sentence({"whole": row(0.1, 0.2), "a": row(0.25, 0.3), "b": row(0.05, 0.01)}, **counts)
    assert "every seed is worse" in far
    assert "every seed is better" in far
