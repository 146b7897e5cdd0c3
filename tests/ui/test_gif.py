"""The browser's GIF encoder under Node; Pillow reads what it wrote."""

import json
import subprocess
from base64 import b64decode, b64encode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dlviz.ui.components.files import bundle
from tests.ui.node import needs_node

pytestmark = needs_node

SCRIPT = f"""
import {{ readFileSync }} from "node:fs";
{bundle("gif_colours.js", "gif.js")}
const value = JSON.parse(readFileSync(0, "utf8"));
"""
ENCODE = """
const bytes = (text) => new Uint8ClampedArray(Uint8Array.from(Buffer.from(text, "base64")));
const files = value.map(({ width, height, frames, delays }) => {
  const colours = new GifColours();
  const pictures = frames.map(bytes);
  for (const rgba of pictures) colours.add(rgba);
  const gif = new GifWriter(width, height, colours.table());
  pictures.forEach((rgba, at) => gif.addFrame(rgba, delays[at]));
  return Buffer.from(gif.finish()).toString("base64");
});
process.stdout.write(JSON.stringify(files));
"""


def in_node(program, value):
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", SCRIPT + program],
        input=json.dumps(value),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def encode(*films, delays=None):
    """uint8 N×H×W×3 each → the bytes of a GIF each, all in one run of Node."""
    given = []
    for film in films:
        count, height, width, _ = film.shape
        alpha = np.full((count, height, width, 1), 255, np.uint8)
        frames = np.concatenate([film, alpha], axis=-1)
        given.append(
            {
                "width": width,
                "height": height,
                "frames": [b64encode(frame.tobytes()).decode() for frame in frames],
                "delays": delays or [100] * count,
            }
        )
    return [b64decode(text) for text in in_node(ENCODE, given)]


def decode(data):
    """The bytes of a GIF → uint8 N×H×W×3, as Pillow shows it frame after frame."""
    frames = []
    with Image.open(BytesIO(data), formats=("GIF",)) as gif:
        for index in range(gif.n_frames):
            gif.seek(index)
            frames.append(np.asarray(gif.convert("RGB")))
    return np.stack(frames)


def checked_blocks(data):
    """Walk a GIF block by block, byte by byte; whatever is not where it belongs fails."""
    at = 13 + 3 * 2 ** (data[10] % 8 + 1)
    while data[at] != 0x3B:
        # An extension's label, or a picture's place and size and the width of its first codes.
        at += {0x21: 2, 0x2C: 11}[data[at]]
        while data[at]:
            at += 1 + data[at]
        at += 1
    assert at == len(data) - 1


def of_table(count, shape, seed=0):
    """Random pixels of ``count`` different colours, every one of them there."""
    generator = np.random.default_rng(seed)
    colours = generator.choice(1 << 24, count, replace=False)
    table = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], -1).astype(np.uint8)
    places = generator.integers(0, count, shape)
    places.flat[:count] = np.arange(count)
    return table[places]


def drawn(count=6, width=200, height=120):
    """Flat cells with smooth text, one more of them filled in each frame: as the lab's pictures."""
    frames = []
    for frame in range(count):
        picture = Image.new("RGB", (width, height), "#ffffff")
        draw = ImageDraw.Draw(picture)
        for place in range(count):
            left = 10 + 30 * place
            shade = (255 - 40 * place, 120 + 20 * place, 30 * place)
            box = (left, 40, left + 28, 68)
            draw.rectangle(box, fill=shade if place <= frame else "#eeeeee", outline="#1d222b")
            draw.text((left + 6, 46), f"{place}", fill="#1d222b", font_size=17)
        frames.append(np.asarray(picture))
    return np.stack(frames)


@pytest.mark.parametrize("colours", [1, 2, 3, 4, 5, 127, 128, 255, 256])
@pytest.mark.parametrize(("width", "height"), [(23, 17), (64, 33)])
def test_up_to_256_colours_are_kept_exactly(colours, width, height):
    film = of_table(colours, (3, height, width), seed=colours)
    (data,) = encode(film)
    np.testing.assert_array_equal(decode(data), film)


def test_the_smallest_picture():
    film = np.array([[[[12, 34, 56]]], [[[12, 34, 56]]], [[[200, 0, 255]]]], np.uint8)
    (data,) = encode(film)
    np.testing.assert_array_equal(decode(data), film)


def test_every_length_of_code_table_ends_well():
    # Noise adds an entry per pixel: 254 to the first longer code, 3,838 to a full table. About
    # 226 codes of 9 bits fill one block of bytes.
    lengths = [*range(1, 40), *range(210, 290), *range(740, 790), *range(3810, 3870), 20_000]
    generator = np.random.default_rng(1)
    films = [generator.integers(0, 6, (1, 1, n, 3), dtype=np.uint8) * 51 for n in lengths]
    films += [of_table(256, (1, 1, n), seed=n) for n in lengths if n >= 256]
    films += [of_table(2, (1, 1, n), seed=n) for n in lengths if n >= 2]
    for film, data in zip(films, encode(*films), strict=True):
        checked_blocks(data)
        np.testing.assert_array_equal(decode(data), film)


FLAT = """
const [width, height] = value;
const rgba = new Uint8ClampedArray(4 * width * height).fill(90);
const gif = new GifWriter(width, height, [0xffffff, 0x5a5a5a]);
gif.addFrame(rgba, 100);
process.stdout.write(JSON.stringify(Buffer.from(gif.finish()).toString("base64")));
"""


def test_a_full_table_of_ever_longer_runs_begins_anew():
    # Run after run is one pixel longer, and each is used at once: 1 + 2 + … + 4,090 pixels.
    width, height = 3200, 2700
    data = b64decode(in_node(FLAT, [width, height]))
    checked_blocks(data)
    with Image.open(BytesIO(data)) as gif:
        assert gif.size == (width, height)
        assert gif.convert("RGB").getcolors() == [(width * height, (90, 90, 90))]


def test_it_loops_for_ever_and_keeps_the_times():
    film = drawn(6)
    (data,) = encode(film, delays=[500, 333, 17, 0, 4, 10_000])
    assert data[:6] == b"GIF89a"
    with Image.open(BytesIO(data)) as gif:
        assert (gif.n_frames, gif.size, gif.info["loop"]) == (6, (200, 120), 0)
        times = []
        for index in range(gif.n_frames):
            gif.seek(index)
            times.append(gif.info["duration"])
            assert gif.disposal_method == 1, "the next frame is painted over this one"
    assert times == [500, 330, 20, 20, 20, 10_000]


def test_a_frame_that_changes_nothing_still_takes_its_time():
    film = np.repeat(drawn(1), 4, axis=0)
    (still, alone) = encode(film, film[:1])
    np.testing.assert_array_equal(decode(still), film)
    assert len(still) - len(alone) < 3 * 40


def test_only_what_changed_is_stored():
    film = drawn(6)
    together, *apart = encode(film, *(film[at : at + 1] for at in range(6)))
    assert len(together) < 0.4 * sum(map(len, apart))
    assert np.abs(decode(together).astype(int) - film).max() <= 8
    # Two opposite corners change: what lies between them costs next to nothing.
    film = np.repeat(of_table(200, (1, 60, 80)), 2, axis=0)
    film[1, 0, 0], film[1, -1, -1] = film[0, 0, 1], film[0, -1, -2]
    together, alone = encode(film, film[:1])
    assert len(together) < 1.1 * len(alone)
    np.testing.assert_array_equal(decode(together), film)


def test_smooth_text_on_many_colours_stays_close_and_flat_areas_exact():
    generator = np.random.default_rng(3)
    cells = generator.integers(0, 256, (18, 24, 3), dtype=np.uint8)  # 432 flat colours
    picture = Image.fromarray(cells).resize((480, 360), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 300, 480, 360), fill="#ffffff")
    draw.text((10, 310), "−1·3 + 4·0.5 = −1", fill="#1d222b", font_size=24)
    film = np.asarray(picture)[None]
    (data,) = encode(film)
    seen = decode(data)
    np.testing.assert_array_equal(seen[:, 345:], film[:, 345:])
    assert mean_error(seen, film) < 10
    assert np.abs(seen.astype(int) - film).max() < 64


def mean_error(seen, film):
    """The mean distance of a pixel from its colour."""
    return np.linalg.norm(seen.astype(float) - film, axis=-1).mean()


@pytest.mark.parametrize("kind", ["noise", "photograph"])
def test_thousands_of_colours_are_as_near_as_with_pillows_table(kind):
    if kind == "noise":
        film = np.random.default_rng(5).integers(0, 256, (2, 90, 121, 3), dtype=np.uint8)
    else:
        from dlviz.io.photographs import load_photograph

        film = np.stack([load_photograph("coffee")[:150, at : at + 200] for at in (0, 90)])
    (data,) = encode(film)
    seen = decode(data)
    wall = Image.fromarray(np.concatenate(film))
    peer = wall.quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    theirs = np.stack(np.split(np.asarray(peer), len(film)))
    assert mean_error(seen, film) < 1.15 * mean_error(theirs, film)


REFUSED = """
const wrong = [
  () => new GifWriter(0, 5, [1]),
  () => new GifWriter(2.5, 5, [1]),
  () => new GifWriter(5, 65536, [1]),
  () => new GifWriter(5, 5, new GifColours().table()),
  () => new GifWriter(5, 5, new Uint32Array(257)),
  () => new GifWriter(5, 5, [1]).addFrame(new Uint8ClampedArray(99), 10),
  () => new GifWriter(5, 5, [1]).finish(),
];
const told = wrong.map((call) => { try { call(); return ""; } catch (e) { return e.message; } });
process.stdout.write(JSON.stringify(told));
"""


def test_what_cannot_be_a_gif_is_refused_in_a_sentence():
    side, colours, frame = "65,535 pixels a side", "1 to 256 colours", "5×5 pixels of four bytes"
    told = in_node(REFUSED, None)
    expected = [side, side, side, colours, colours, frame, "needs a frame"]
    assert all(part in text for part, text in zip(expected, told, strict=True)), told
