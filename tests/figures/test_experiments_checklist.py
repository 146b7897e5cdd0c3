"""The checklist's charts show all that the run's numbers say, the zeros too."""

from __future__ import annotations

from dlviz.core.run_log import learners
from dlviz.figures.experiments_checklist import gradient_bars, loss_curves
from dlviz.runs.cases import recorded_case


def test_a_layer_without_a_gradient_has_its_place_and_says_0() -> None:
    log = recorded_case("trouble-diverging").log
    figure = gradient_bars(log)
    assert figure is not None
    assert list(figure.data[0].x) == [layer.name for layer in learners(log)] == ["dense1", "dense2"]
    assert [(note.x, note.text) for note in figure.layout.annotations] == [("dense1", "0")]


def test_every_layer_with_a_gradient_has_a_bar_and_no_note() -> None:
    figure = gradient_bars(recorded_case("trouble-exploding").log)
    assert figure is not None
    assert all(height > 0 for height in figure.data[0].y)
    assert not figure.layout.annotations


def test_the_losses_say_what_they_go_over() -> None:
    assert loss_curves(recorded_case("trouble-exploding").log).layout.xaxis.title.text == "updates"
