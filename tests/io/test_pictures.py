"""Strangers' pictures: what is read is right, what is refused is refused in one sentence."""

from __future__ import annotations

import struct
import time
import zlib
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from dlviz.io.pictures import MAX_BYTES, MAX_PIXELS, PictureError, fit, read_picture

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (24, 40, 3), dtype=np.uint8)


def encode(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int, raw: bytes) -> bytes:
    """A PNG by hand, so that the header may lie."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def refused(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.count(".") == 1
    return sentence


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [("PNG", {}, 0), ("WEBP", {"lossless": True}, 0), ("JPEG", {"quality": 95}, 3)],
)
def test_reads_each_format(kind: str, options: dict[str, object], tolerance: int) -> None:
    ramp = np.tile(np.arange(0, 240, 6, dtype=np.uint8)[None, :, None], (24, 1, 3))
    read = read_picture(encode(Image.fromarray(ramp), kind, **options))
    assert read.mode == "RGB"
    assert np.abs(np.asarray(read).astype(int) - ramp).max() <= tolerance


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused(kind: str) -> None:
    assert "PNG, JPEG or WEBP" in refused(encode(Image.fromarray(COLOURS), kind))


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"<svg/>", bytes(500)]
)
def test_empty_and_bare_headers_are_refused(data: bytes) -> None:
    assert "PNG, JPEG or WEBP" in refused(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_truncation_is_refused(kind: str) -> None:
    data = encode(Image.fromarray(COLOURS), kind)
    assert read_picture(data).size == (40, 24)
    # The last four bytes of a PNG are a checksum of nothing, so pixels are all there.
    whole = len(data) - (4 if kind == "PNG" else 0)
    for end in [*range(0, whole, 37), *range(whole - 20, whole)]:
        refused(data[:end])


def test_too_many_bytes_are_refused_before_opening() -> None:
    assert "10 MB" in refused(encode(Image.fromarray(COLOURS)) + bytes(MAX_BYTES))


@pytest.mark.parametrize(
    ("width", "height"),
    [(5000, 4001), (MAX_PIXELS + 1, 1), (30_000, 30_000), (2**31 - 1, 2**31 - 1)],
)
def test_bombs_are_refused_from_the_header(width: int, height: int) -> None:
    data = png(width, height, 8, 2, bytes(1000))
    start = time.perf_counter()
    assert "20 megapixels" in refused(data)
    assert time.perf_counter() - start < 0.5


def test_honest_20_megapixels_are_read() -> None:
    rows = b"".join(b"\0" + bytes(5000 // 8) for _ in range(4000))
    assert read_picture(png(5000, 4000, 1, 0, rows)).size == (5000, 4000)


def test_16_bit_grey_is_scaled_not_saturated() -> None:
    deep = np.array([[0, 128, 129, 256, 32768, 40000, 65534, 65535]], np.uint16)
    read = np.asarray(read_picture(encode(Image.fromarray(deep))))
    expected = np.round(deep / 257).astype(np.uint8)
    assert (read == expected[..., None]).all()


def test_16_bit_colour_and_alpha() -> None:
    row = b"\0" + struct.pack(">4H", 40000, 20000, 65535, 65535) + struct.pack(">4H", 9, 9, 9, 0)
    read = np.asarray(read_picture(png(2, 1, 16, 6, row)))
    assert np.abs(read[0, 0].astype(int) - np.array([40000, 20000, 65535]) / 257).max() <= 1
    assert read[0, 1].tolist() == [255, 255, 255]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_orientation_as_pillow_applies_it(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, object] = {"lossless": True} if kind == "WEBP" else {}
    data = encode(Image.fromarray(COLOURS), kind, exif=exif, **options)
    expected = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    assert (np.asarray(read_picture(data)) == np.asarray(expected)).all()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("exif", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0junk", b"Exif\0\0"])
def test_broken_exif_does_not_cost_the_picture(exif: bytes) -> None:
    assert read_picture(encode(Image.fromarray(COLOURS), "JPEG", exif=exif)).size == (40, 24)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_alpha_is_put_on_white(kind: str) -> None:
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 0], rgba[0, :, 3] = 200, (0, 128, 255)
    read = read_picture(encode(Image.fromarray(rgba), kind, lossless=True, exact=True))
    share = rgba[..., 3:] / 255
    expected = rgba[..., :3] * share + 255 * (1 - share)
    assert np.abs(np.asarray(read) - expected).max() <= 1


def test_transparent_palette_grey_and_rgb_colours() -> None:
    palette = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    palette.putpalette([10, 20, 30, 40, 50, 60])
    read = np.asarray(read_picture(encode(palette, transparency=0)))
    assert read.tolist() == [[[255, 255, 255], [40, 50, 60]]]
    grey = Image.fromarray(np.array([[7, 8]], np.uint8))
    assert np.asarray(read_picture(encode(grey, transparency=7)))[0, :, 0].tolist() == [255, 8]
    deep = Image.fromarray(np.array([[700, 65535 - 257]], np.uint16))
    read = np.asarray(read_picture(encode(deep, transparency=700)))
    assert read[0, :, 0].tolist() == [255, 254]


def test_cmyk_one_bit_and_grey_become_rgb() -> None:
    read = np.asarray(read_picture(encode(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG")))
    assert np.abs(read.astype(int) - [255, 0, 0]).max() <= 4
    assert np.asarray(read_picture(encode(Image.new("1", (2, 2), 1)))).min() == 255
    assert np.asarray(read_picture(encode(Image.new("LA", (2, 2), (90, 255))))).max() == 90


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_first_frame_of_an_animation(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "lime")]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    assert np.abs(np.asarray(read_picture(data)).astype(int) - [255, 0, 0]).max() <= 4


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_random_damage_is_an_answer_or_a_sentence(kind: str) -> None:
    """Flipped bytes never raise anything but PictureError."""
    data, sentences = encode(Image.fromarray(COLOURS), kind), []
    for _ in range(150):
        damaged = bytearray(data)
        for place in RNG.integers(0, len(data), 3):
            damaged[place] = RNG.integers(256)
        try:
            assert read_picture(bytes(damaged)).mode == "RGB"
        except PictureError as error:
            sentences.append(str(error))
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)


def test_fit_is_resize_then_centre_crop() -> None:
    smooth = Image.fromarray(COLOURS).resize((300, 200), Image.Resampling.BICUBIC)
    ours = fit(smooth, 100)
    assert ours.dtype == torch.uint8
    assert ours.shape == (3, 100, 100)
    resized = smooth.resize((150, 100), Image.Resampling.BICUBIC).crop((25, 0, 125, 100))
    theirs = torch.from_numpy(np.array(resized)).permute(2, 0, 1)
    assert (ours[:, :, 2:-2].int() - theirs[:, :, 2:-2].int()).abs().max() <= 1
    assert torch.equal(fit(np.asarray(smooth), 100), ours)


def test_fit_of_a_very_long_picture_stays_small() -> None:
    assert fit(Image.new("RGB", (200_000, 1), "red"), 64).float().mean((1, 2)).tolist() == [
        255,
        0,
        0,
    ]


@pytest.mark.parametrize("size", [0, -1, 1025])
def test_fit_names_its_limit(size: int) -> None:
    with pytest.raises(ValueError, match="1024"):
        fit(Image.new("RGB", (4, 4)), size)
