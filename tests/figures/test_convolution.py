"""What the convolution page shows, against SciPy and the lecture's own numbers."""

import contextlib
import io
import itertools
import json

import numpy as np
import pytest
from scipy.signal import correlate2d

from dlviz.core.kernels import KERNELS
from dlviz.figures.convolution import code, filter_photograph, size_formula, stepper_data
from dlviz.io.grids import GRIDS

SETTINGS = list(itertools.product((1, 2, 3), (0, 1, 2)))


def test_the_lectures_table():
    data = stepper_data("lecture", "x")
    assert np.reshape(data["output"], (5, 5)).tolist() == [
        [1, 4, 3, 4, 1],
        [1, 2, 4, 3, 3],
        [1, 2, 3, 4, 1],
        [1, 3, 3, 1, 1],
        [3, 3, 1, 1, 0],
    ]
    # It opens in the middle row, on its largest number.
    assert data["start"] == 13


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("grid", GRIDS)
def test_every_preset_at_every_setting_equals_scipy(grid, kernel):
    for stride, padding in SETTINGS:
        data = stepper_data(grid, kernel, stride=stride, padding=padding)
        padded = np.pad(GRIDS[grid].at(7)[0], padding)
        expected = correlate2d(padded, KERNELS[kernel].at(3), "valid")[::stride, ::stride]
        assert (data["rows"], data["columns"]) == expected.shape
        assert np.allclose(data["output"], expected.ravel(), rtol=0, atol=1e-12)
        assert np.allclose(np.sum(data["products"], axis=(1, 2)), data["output"])
        assert data["image"] == padded.tolist()
        assert 0 <= data["start"] < len(data["output"])
        assert data["difference"] < 1e-12
        shown = size_formula(grid, kernel, stride=stride, padding=padding)
        assert f"= {expected.shape[0]} " in shown


def test_the_data_is_plain_json_and_small():
    data = stepper_data("ramp", "gaussian", padding=2)
    assert json.loads(json.dumps(data)) == data
    assert len(json.dumps(data)) < 40_000


def test_the_difference_would_be_seen(monkeypatch):
    """The number beside "equal to conv2d" is measured, not claimed."""
    from dlviz.figures import convolution

    honest = convolution.F.conv2d
    monkeypatch.setattr(convolution.F, "conv2d", lambda *a, **k: honest(*a, **k) + 0.5)
    assert stepper_data("lecture", "x")["difference"] == 0.5


@pytest.fixture(scope="module")
def photograph():
    return np.random.default_rng(1).integers(0, 256, (20, 31, 3), dtype=np.uint8)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_filtered_photograph_equals_scipy(photograph, kernel):
    weights = KERNELS[kernel].at(3)
    grey = photograph / 255.0 @ np.array([0.299, 0.587, 0.114])
    answer = correlate2d(grey, weights, "valid")
    result = filter_photograph(photograph, kernel)
    assert result.before.shape == result.after.shape == (18, 29, 3)
    assert np.abs(result.before[..., 0] - grey[1:-1, 1:-1] * 255).max() <= 0.5 + 1e-9
    total = weights.sum()
    if abs(total) > 1e-9:
        expected = np.clip(answer / total, 0, 1) * 255
        assert np.abs(result.after - expected[..., None]).max() <= 0.5 + 1e-9
    else:
        strong = np.abs(answer) > 0.2 * np.abs(answer).max()
        orange = result.after[..., 0].astype(int) - result.after[..., 2]
        assert (np.sign(orange)[strong] == np.sign(answer)[strong]).all()


def test_the_theme_decides_the_colour_of_zero(photograph):
    flat = np.full_like(photograph, 90)
    assert (filter_photograph(flat, "laplacian").after == 255).all()
    assert (filter_photograph(flat, "laplacian", theme="dark").after < 60).all()


@pytest.mark.parametrize("kernel", ["x", "box"])
def test_the_shown_code_runs_and_prints_the_same_numbers(kernel):
    printed = io.StringIO()
    scope: dict[str, object] = {}
    with contextlib.redirect_stdout(printed):
        exec(code("lecture", kernel, stride=2, padding=1), scope)
    expected = stepper_data("lecture", kernel, stride=2, padding=1)["output"]
    assert np.allclose(np.ravel(scope["output"]), expected, atol=1e-6)
    assert "tensor" in printed.getvalue()
