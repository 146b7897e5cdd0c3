"""The colour scales: symmetric, monotone in lightness, with 0 in the middle."""

import numpy as np
import pytest

from dlviz.figures.colours import (
    CLASS_COLOURS,
    MAGNITUDE,
    SIGNED,
    STEPS,
    class_colour,
    magnitude_colours,
    signed_colours,
)


def lightness(table):
    """CIE L* of sRGB bytes, n×3 → n (the formula of IEC 61966-2-1 and CIE 1976)."""
    part = np.asarray(table) / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return 116 * np.cbrt(np.maximum(luminance, 1e-9)) - 16


def test_zero_is_white_and_signs_have_their_colours():
    blue, white, orange = signed_colours([-3.0, 0.0, 3.0])
    assert tuple(white) == (255, 255, 255)
    assert blue[2] > blue[0] + 80
    assert orange[0] > orange[2] + 80


@pytest.mark.parametrize("theme", SIGNED)
def test_signed_scale_is_monotone_away_from_zero_and_balanced(theme):
    light = lightness(SIGNED[theme])
    middle = STEPS // 2
    outward = -1 if theme == "light" else 1
    assert (outward * np.diff(light[middle:]) > -0.3).all()
    assert (outward * np.diff(light[middle::-1]) > -0.3).all()
    # Equal strength, equal weight: neither sign shouts louder.
    assert np.abs(light - light[::-1]).max() < 16


def test_magnitudes_get_lighter_all_the_way():
    light = lightness(MAGNITUDE)
    assert (np.diff(light) > -0.3).all()
    assert light[-1] - light[0] > 70
    assert (magnitude_colours([0.0, 2.0]) == MAGNITUDE[[0, -1]]).all()


def test_the_limit_is_the_largest_magnitude_unless_given():
    values = np.array([[-1.0, 0.5], [2.0, 0.0]])
    assert (signed_colours(values) == signed_colours(values, 2.0)).all()
    assert (signed_colours([5.0], 2.0) == signed_colours([2.0], 2.0)).all()
    assert signed_colours(values).shape == (2, 2, 3)
    assert (signed_colours(np.zeros((2, 2))) == 255).all()


@pytest.mark.parametrize(
    ("values", "limit", "theme"),
    [([1.0], 0.0, "light"), ([1.0], np.inf, "light"), ([np.nan], 1.0, "light"), ([1.0], 1.0, "x")],
)
def test_what_has_no_colour_is_refused(values, limit, theme):
    with pytest.raises(ValueError, match=r"colour|limit|theme"):
        signed_colours(values, limit, theme)


def test_class_colours_are_those_of_okabe_and_ito():
    published = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    assert published < set(CLASS_COLOURS)
    assert len(set(CLASS_COLOURS)) == 8
    assert class_colour(9) == CLASS_COLOURS[1]
