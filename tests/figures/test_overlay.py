"""Curves of several runs: what is drawn, what is written, and that it can be told apart."""

from statistics import stdev

import pytest

from dlviz.figures.colours import CLASS_COLOURS
from dlviz.figures.overlay import (
    HIGHEST_LOSS,
    Curve,
    Point,
    accuracy_chart,
    is_cut,
    legend,
    look_of,
    loss_chart,
    loss_spread,
    percent_spread,
    table,
)

ONE = Curve("one", (Point(0.25, 0.5, 0.5, 0.5), Point(1.0, 0.9, 0.9, 0.9)))
MANY = Curve("many", (Point(0.5, 0.1, 0.2, 0.4, 5), Point(1.0, 0.3, 0.5, 0.6, 5)))


def lines(figure):
    return [trace for trace in figure.data if trace.fill is None]


def filled(figure):
    return [trace for trace in figure.data if trace.fill == "toself"]


def test_a_run_is_a_line_over_epochs_without_a_band():
    figure = loss_chart([ONE])
    (line,) = figure.data
    assert list(line.x) == [0.25, 1.0]
    assert list(line.y) == [0.5, 0.9]


def test_a_band_goes_along_the_highest_and_back_along_the_lowest():
    (band,) = filled(accuracy_chart([ONE, MANY]))
    assert list(zip(band.x, band.y, strict=True)) == [(0.5, 40), (1, 60), (1, 30), (0.5, 10)]
    _, line = lines(accuracy_chart([ONE, MANY]))
    assert list(line.y) == [20, 50]


def test_the_hover_tells_mean_lowest_and_highest_in_the_charts_unit():
    one, many = lines(accuracy_chart([ONE, MANY]))
    assert one.text[0] == "50.0 %"
    assert many.text[0] == "20.0 %, mean of 5 runs from 10.0 to 40.0 %"
    assert lines(loss_chart([MANY]))[0].text[1] == "0.500, mean of 5 runs from 0.300 to 0.600"


def test_a_line_keeps_its_look_in_charts_legend_and_table():
    curves = [Curve(str(index), ONE.points) for index in range(8)]
    looks = [look_of(index) for index in range(8)]
    for figure in (loss_chart(curves), accuracy_chart(curves)):
        drawn = [(line.line.color, line.line.dash) for line in lines(figure)]
        assert drawn == [(colour, dash or "solid") for colour, dash in looks]
    for html in (legend([("x", "y")] * 8), table(["x"] * 8, [])):
        painted = [part for part in html.split("<") if "swatch" in part]
        assert len(painted) == 8
        for (colour, dash), part in zip(looks, painted, strict=True):
            assert colour in part
            assert ("gradient" in part) == bool(dash)


def test_twenty_lines_differ_and_their_colours_are_okabe_and_itos():
    looks = [look_of(index) for index in range(20)]
    assert len(set(looks)) == 20
    assert {colour for colour, _ in looks} < set(CLASS_COLOURS)


def test_a_band_has_its_lines_colour():
    figure = loss_chart([ONE, MANY])
    (band,), colour = filled(figure), lines(figure)[1].line.color
    rgb = ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    assert band.fillcolor.startswith(f"rgba({rgb},")


def test_a_diverged_run_does_not_flatten_the_others():
    wild = Curve("wild", (Point(0.5, 1e6, 1e6, 1e6),))
    assert is_cut([ONE, wild])
    assert tuple(loss_chart([ONE, wild]).layout.yaxis.range) == (0, HIGHEST_LOSS)
    assert not is_cut([ONE])
    assert loss_chart([ONE]).layout.yaxis.range is None


def test_a_run_without_a_point_has_no_line():
    assert not loss_chart([Curve("none", ())]).data


@pytest.mark.parametrize("chart", [loss_chart, accuracy_chart])
def test_nothing_is_smaller_than_fourteen_pixels(chart):
    layout = chart([ONE, MANY]).layout
    sizes = [layout.font.size, layout.hoverlabel.font.size, layout.title.font.size]
    for axis in (layout.xaxis, layout.yaxis):
        sizes.append(axis.tickfont.size)
        sizes.append(axis.title.font.size)
    assert all(size is not None and size >= 14 for size in sizes)


def test_titles_are_text_whatever_stands_in_them():
    bad = "<b>x</b> %{y}"
    (line,) = loss_chart([Curve(bad, ONE.points)]).data
    assert "<b>" not in line.hovertemplate
    assert "%{y}" not in line.hovertemplate
    for html in (legend([(bad, bad)]), table([bad], [(bad, [bad])])):
        assert "<b>" not in html
        assert "&lt;b&gt;x" in html


def test_the_spread_is_the_mean_and_the_sample_deviation():
    shares = [0.970, 0.972, 0.968, 0.975, 0.970]
    assert percent_spread(shares) == f"97.1 % ± {100 * stdev(shares):.1f}"
    assert percent_spread(shares) == "97.1 % ± 0.3"
    assert percent_spread([0.5]) == "50.0 %"
    assert loss_spread([0.1, 0.2]) == "0.150 ± 0.071"
    assert loss_spread([]) == "–"
    assert loss_spread([1.2e12]) == "1.2\u202f×\u202f10¹²"
    assert loss_spread([0.1, 1.2e12]) == "up to 1.2\u202f×\u202f10¹²"


def test_the_table_has_a_head_for_each_line_and_a_row_for_each_setting():
    html = table(["1", "2"], [("seed", ["0", "1"]), ("momentum", ["0.9", "0.5"])])
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 2
    assert html.index("seed") < html.index("momentum") < html.index("0.5")
