"""The loupe's script under Node against Python and SciPy."""

import re
from base64 import b64decode
from functools import partial

import numpy as np
import pytest
from scipy.signal import correlate2d

from dlviz.core.kernels import KERNELS
from dlviz.figures.colours import SIGNED
from dlviz.figures.filtering import filter_photograph
from dlviz.ui.components.loupe import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
PHOTOGRAPH = np.random.default_rng(1).integers(0, 256, (22, 27, 3), dtype=np.uint8)
THREE = np.random.default_rng(2).normal(size=(3, 4, 4))
EDGES = KERNELS["sobel_x"].at(3)[None]
SETTINGS = {
    "blur": (KERNELS["gaussian"].at(5)[None], {}),
    "edges": (EDGES, {}),
    "dilated": (EDGES, {"dilation": 3}),
    "even": (THREE, {"dilation": 2}),
    "edges of colours": (EDGES, {"way": "channels"}),
    "colours": (np.abs(THREE), {"way": "channels"}),
    "summed": (THREE, {"way": "summed"}),
    "summed to a picture": (KERNELS["sharpen"].at(3)[None], {"way": "summed"}),
    "max": (None, {"pool": ("max_pool", 3, 2)}),
    "max of colours": (None, {"pool": ("max_pool", 2, 3), "way": "channels"}),
    "mean": (None, {"pool": ("average_pool", 5, 2)}),
    "mean of colours": (None, {"pool": ("average_pool", 3, 3), "way": "channels"}),
}


in_loupe = partial(in_node, script())


def filtered(name, theme="light"):
    kernels, options = SETTINGS[name]
    return filter_photograph(PHOTOGRAPH, kernels, theme=theme, **options)


def expected_parts(data):
    """Every plane's map by SciPy, or by slices for pooling."""
    shape = data["planes"], data["height"], data["width"]
    planes = np.frombuffer(b64decode(data["pixels"]), np.uint8).reshape(shape).astype(float)
    size, dilation, stride = data["size"], data["dilation"], data["stride"]
    parts = []
    for index, plane in enumerate(planes):
        if data["kernels"] is None:
            windows = np.lib.stride_tricks.sliding_window_view(plane, (size, size))
            windows = windows[::stride, ::stride].reshape(
                -(-(shape[1] - size + 1) // stride), -1, size**2
            )
            parts.append(windows.max(-1) if data["op"] == "max_pool" else windows.mean(-1))
        else:
            spread = np.zeros((dilation * (size - 1) + 1,) * 2)
            spread[::dilation, ::dilation] = data["kernels"][index]
            parts.append(correlate2d(plane, spread, "valid"))
    return np.array(parts)


@pytest.fixture(scope="module")
def computed():
    """What the script makes of every setting: parts and answers at all places, the map's bytes."""
    data = {name: filtered(name).loupe for name in SETTINGS}
    tables = {theme: table.ravel().tolist() for theme, table in SIGNED.items()}
    return in_loupe(
        """Object.fromEntries(Object.entries(value.settings).map(([name, data]) => {
          const scene = sceneOf(data);
          const places = [];
          for (let row = 0; row < scene.rows; row += 1) {
            for (let column = 0; column < scene.columns; column += 1) places.push([row, column]);
          }
          return [name, {
            shape: [scene.rows, scene.columns],
            offset: scene.offset,
            parts: places.map((place) => partsOf(scene, ...place)),
            answers: places.map((place) => answersOf(scene, ...place)),
            light: [...bytesAfter(scene, value.tables.light)],
            dark: [...bytesAfter(scene, value.tables.dark)],
            before: [...bytesBefore(scene)],
            centred: places.every(([row, column]) => {
              const pixel = (place) => scene.offset + place * scene.stride;
              const found = answerAt(scene, pixel(row), pixel(column));
              return found[0] === row && found[1] === column;
            }),
            corners: [answerAt(scene, -9, -9), answerAt(scene, 999, 999)],
          }];
        }))""",
        {"settings": data, "tables": tables},
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_every_number_equals_scipy(computed, name):
    found, data = computed[name], filtered(name).loupe
    expected = expected_parts(data)
    assert found["shape"] == list(expected.shape[1:])
    parts = np.array(found["parts"]).T.reshape(expected.shape)
    assert np.abs(parts - expected).max() < 1e-12 * max(1, np.abs(expected).max())
    answers = np.array(found["answers"]).T.reshape(-1, *expected.shape[1:])
    wanted = expected.sum(axis=0, keepdims=True) if data["summed"] else expected
    assert answers.shape == wanted.shape
    assert np.abs(answers - wanted).max() < 1e-12 * max(1, np.abs(wanted).max())


@pytest.mark.parametrize("theme", SIGNED)
@pytest.mark.parametrize("name", SETTINGS)
def test_both_sides_paint_the_same_bytes(computed, name, theme):
    found, python = computed[name], filtered(name, theme)
    data = python.loupe
    painted = np.reshape(found[theme], (*found["shape"], 4))
    assert (painted[..., 3] == 255).all()
    large = painted[..., :3].repeat(data["stride"], axis=0).repeat(data["stride"], axis=1)
    rows, columns = python.after.shape[:2]
    assert (large[:rows, :columns] == python.after).all()
    whole = np.reshape(found["before"], (data["height"], data["width"], 4))
    aside = found["offset"]
    assert (whole[aside:, aside:, :3][:rows, :columns] == python.before).all()


@pytest.mark.parametrize("name", SETTINGS)
def test_a_pixel_belongs_to_the_answer_that_is_drawn_on_it(computed, name):
    assert computed[name]["centred"]
    rows, columns = computed[name]["shape"]
    assert computed[name]["corners"] == [[0, 0], [rows - 1, columns - 1]]


def test_the_bundle_has_one_default_export_and_no_import():
    assert len(re.findall(r"^export default ", script(), re.MULTILINE)) == 1
    assert not re.findall(r"^import ", script(), re.MULTILINE)


@pytest.mark.parametrize("kernel", KERNELS)
def test_written_kernels_are_the_kernels(kernel):
    """Read back, text over divisor is the weight: to the last digit, or to two decimals."""
    sizes = range(KERNELS[kernel].least, 8)
    kernels = [KERNELS[kernel].at(size) for size in sizes]
    all_written = in_loupe("value.map(kernelTexts)", [[weights.tolist()] for weights in kernels])
    for size, weights, written in zip(sizes, kernels, all_written, strict=True):
        numbers = []
        for text in written["texts"][0]:
            above, _, below = text.replace("−", "-").partition("/")
            numbers.append(float(above) / float(below or 1))
        close = 0.005 if kernel == "gabor" else 1e-9
        assert np.abs(np.array(numbers) / written["divisor"] - weights.ravel()).max() <= close
        if kernel == "gaussian" and size == 5:
            assert written["divisor"] == 256
            assert written["texts"][0][:5] == ["1", "4", "6", "4", "1"]


@pytest.mark.parametrize(
    ("name", "row", "column"), [("edges", 3, 4), ("summed", 0, 0), ("max", 2, 1), ("mean", 0, 2)]
)
def test_what_is_said_holds_the_numbers(name, row, column):
    data = filtered(name).loupe
    text = in_loupe(
        "spokenAt(sceneOf(value.data), ...value.place)", {"data": data, "place": [row, column]}
    )
    reach = data["dilation"] * (data["size"] - 1) + 1
    middle = [place * data["stride"] + (reach - 1) // 2 + 1 for place in (row, column)]
    assert text.startswith(f"row {middle[0]}, column {middle[1]}. ")
    parts = expected_parts(data)[:, row, column]
    numbers = [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]
    last = parts.sum() if data["summed"] else parts[-1]
    assert numbers[-1] == pytest.approx(last, abs=0.005)
    if name == "edges":
        assert "; sum = " in text
        assert len(numbers) == 2 + 9 + 1
    if name == "summed":
        said = [float(found.replace("−", "-")) for found in re.findall(r"sum ≈ (\S+\d)", text)]
        assert said == pytest.approx(parts, abs=0.005)
        assert "red: sum" in text
    if name == "max":
        assert "max = " in text
        assert max(numbers[2:11]) == numbers[-1]


def test_the_winner_is_the_first_of_the_largest():
    windows = [[[1, 2], [3, 0]], [[7, 7], [7, 7]], [[0, 0], [0, 5]]]
    assert in_loupe("value.map(winnerOf)", windows) == [[1, 0], [0, 0], [1, 1]]


def test_how_a_number_became_a_colour_is_said_where_that_is_not_plain():
    cases = [
        [{"signed": True, "by": 300}, [12], [0, 0, 9]],
        [{"signed": False, "by": 1}, [12], [12, 12, 12]],
        [{"signed": False, "by": 1}, [-30], [0, 0, 0]],
        [{"signed": False, "by": 5}, [640], [128, 128, 128]],
        [{"signed": False, "by": 1}, [1, 2, 3], [1, 2, 3]],
        [{"signed": False, "by": 2.5}, [0], [0, 0, 0]],
    ]
    said = in_loupe("value.map((one) => shownText(...one))", cases)
    assert said == [
        "",
        "",
        "shown as 0",
        "÷ 5: shown as 128",
        "shown as 1, 2, 3",
        "÷ 2.50: shown as 0",
    ]
    sums = in_loupe("value.map(sumOfParts)", [[12, -4, 30.5], [-1, 0, 0]])
    assert sums == ["12 − 4 + 30.50", "−1 + 0 + 0"]
