"""The charts show what was measured, the sentences say it, the program prints it."""

import re
from contextlib import redirect_stdout
from io import BytesIO, StringIO

import numpy as np
import pytest
from PIL import Image

from dlviz.core.kernels import KERNELS
from dlviz.core.translation import FURTHEST, Translation, measure, pooled, response, scene, shifted
from dlviz.figures.board import INK, PAPER
from dlviz.figures.colours import magnitude_colours
from dlviz.figures.translation import (
    chart,
    code,
    follow_sentence,
    following,
    percent,
    pictures,
    saved,
    stay_sentence,
    staying,
)
from dlviz.io.photographs import load_photograph

SOBEL = KERNELS["sobel_x"].at(3)
NONE = (0.0,) * 17


@pytest.fixture(scope="module")
def wide():
    return scene(load_photograph("text"))


@pytest.fixture(scope="module")
def found(wide):
    return measure(wide, SOBEL)


@pytest.mark.parametrize("lines", [following, staying])
@pytest.mark.parametrize("shift", [0, 5, FURTHEST])
def test_a_chart_shows_every_number_of_every_line(found, lines, shift):
    figure = chart(lines(found), shift)
    shown = {line.name: line for line in figure.data}
    assert set(shown) == set(lines(found))
    for name, values in lines(found).items():
        assert list(shown[name].x) == list(range(17))
        np.testing.assert_allclose(shown[name].y, np.array(values) * 100)
        low, high = figure.layout.yaxis.range
        assert low < 0 <= max(shown[name].y) < high
    (rule,) = figure.layout.shapes
    assert (rule.x0, rule.x1) == (shift, shift)
    for look in ("color", "dash"):
        assert len({line.line[look] for line in figure.data}) == len(figure.data)
    assert len({line.marker.symbol for line in figure.data}) == len(figure.data)


def test_the_lines_are_the_measured_ones(found):
    assert following(found) == {
        "stride 1": found.follows[1],
        "stride 2": found.follows[2],
        "stride 4": found.follows[4],
        "stride 1, zeros around": found.bordered,
    }
    assert staying(found) == {
        "map": found.stays[1],
        "2×2 max": found.stays[2],
        "8×8 max": found.stays[8],
        "global max": found.maximum,
        "global average": found.average,
    }


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0 %"),
        (1e-16, "0 %"),
        (1e-9, "< 0.1 %"),
        (0.0006, "0.1 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (0.815, "82 %"),
        (1.2214, "122 %"),
    ],
)
def test_only_what_is_exact_is_called_nothing(value, words):
    assert percent(value).replace("\N{NO-BREAK SPACE}", " ") == words


def said(text):
    """The numbers in bold."""
    return re.findall(r"\*\*(.+?)\*\*", text)


def test_the_sentences_say_the_numbers_of_the_shift(found):
    text = follow_sentence(found, 6)
    lines = found.follows[1], found.follows[2], found.follows[4], found.bordered, found.inside
    assert said(text) == [percent(line[6]) for line in lines]
    assert "6 is a multiple of 2" in text
    assert "6 is no multiple of 4" in text
    text = stay_sentence(found, 6)
    lines = *(found.stays[window] for window in (1, 2, 8)), found.maximum, found.average
    assert said(text) == [percent(line[6]) for line in lines]
    assert "less, but it does not stay" in text
    for sentence in (follow_sentence, stay_sentence):
        assert said(sentence(found, 0)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((0.8, 0.6, 0.2), "less, but it does not stay"),
        ((0.2, 0.1, 0.3), "it does not stay, and here pooling does not even help"),
        ((0.8, 0.6, 0.0), "less, and the largest window hides this shift"),
        ((0.0, 0.0, 0.0), "a flat map cannot show a shift"),
    ],
)
def test_no_sentence_claims_what_was_not_measured(changes, words):
    stays = {window: (0.0, change) for window, change in zip((1, 2, 8), changes, strict=True)}
    text = stay_sentence(Translation({}, NONE, NONE, stays, NONE, NONE), 1)
    assert words in text


@pytest.mark.parametrize("shift", [0, 3])
def test_the_pictures_are_the_maps_of_the_shifted_picture(wide, shift):
    shown = pictures(wide, SOBEL, shift)
    side = len(wide)
    assert {picture.shape for picture in shown.values()} == {(side, side, 3)}
    before, itself, coarse, pool = shown.values()
    grey = np.rint(shifted(wide[:, FURTHEST:], shift) * 255)
    np.testing.assert_array_equal(before[..., 1], grey)
    answer = response(shifted(wide[:, FURTHEST:], shift), SOBEL)
    limit = np.quantile(answer, 0.995)
    np.testing.assert_array_equal(itself, magnitude_colours(answer, limit))
    np.testing.assert_array_equal(coarse[::4, ::4], magnitude_colours(answer[::4, ::4], limit))
    np.testing.assert_array_equal(pool[7::8, 7::8], magnitude_colours(pooled(answer, 8), limit))


def test_a_map_of_one_bright_pixel_has_colours_too():
    wide = np.zeros((64, 64 + FURTHEST))
    wide[5, FURTHEST + 5] = 1.0
    picture = pictures(wide, np.ones((1, 1)), 0)["Its map f(x)"]
    assert (picture[5, 5] != picture[0, 0]).any()


@pytest.mark.parametrize("theme", PAPER)
def test_the_saved_file_holds_all_pictures_under_their_titles(wide, theme):
    shown = pictures(wide, SOBEL, 3)
    with Image.open(BytesIO(saved(shown, theme=theme))) as image:
        sheet = np.asarray(image)
    side = len(wide)
    assert sheet.shape[0] > side
    panels = np.split(sheet, len(shown), axis=1)
    for panel, picture in zip(panels, shown.values(), strict=True):
        np.testing.assert_array_equal(panel[-side:, -side:], picture)
        assert (panel[:-side] == PAPER[theme]).all(axis=-1).mean() > 0.5
        assert (panel[:-side] == INK[theme]).all(axis=-1).any()


@pytest.mark.parametrize(("name", "size", "shift"), [("sobel_x", 3, 1), ("box", 4, 6), ("x", 1, 0)])
def test_the_program_prints_the_same_changes(wide, name, size, shift):
    kernel = KERNELS[name].at(size)
    program = code(kernel, "text", load_photograph("text").shape[:2], shift)
    out = StringIO()
    with redirect_stdout(out):
        exec(compile(program, "code", "exec"), {})
    printed = dict(re.findall(r"^(.+): ([\d.]+)%$", out.getvalue(), re.MULTILINE))
    found = measure(wide, kernel)
    lines = {**following(found), **staying(found)}
    assert set(printed) == set(lines)
    for name_of_line, line in lines.items():
        assert float(printed[name_of_line]) == pytest.approx(100 * line[shift], abs=0.0501)
