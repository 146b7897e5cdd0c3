"""Patches beside projections: the right pixels, in the right place, on one scale."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.data import to_unit
from dlviz.core.deconvnet import deconvnet
from dlviz.core.patches import top_patches
from dlviz.core.probe import activations
from dlviz.figures import walls
from dlviz.figures.sheets import sheet_of
from dlviz.figures.walls_code import code
from dlviz.io import datasets
from dlviz.io.models import MODELS, load_model
from tests.figures.looking import pictures, small_net


def some_pictures(count=4, side=20, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def test_a_cut_is_the_box_and_a_field_cut_short_keeps_its_place():
    whole = some_pictures(4)
    boxes = [[4, 5, 12, 13], [0, 5, 6, 13], [4, 0, 12, 3], [15, 14, 20, 20]]
    cells = walls.cut(whole, boxes, outside=(1, 2, 3))
    assert cells.shape == (4, 8, 8, 3)
    assert (cells[0] == whole[0, 5:13, 4:12]).all()
    assert (cells[1][:, 2:] == whole[1, 5:13, 0:6]).all()  # cut at the left: stands at the right
    assert (cells[1][:, :2] == (1, 2, 3)).all()
    assert (cells[2][5:] == whole[2, 0:3, 4:12]).all()  # cut at the top: stands at the bottom
    assert (cells[2][:5] == (1, 2, 3)).all()
    assert (cells[3][:6, :5] == whole[3, 14:20, 15:20]).all()
    assert (cells[3][6:] == (1, 2, 3)).all()


def test_cells_are_square_also_where_every_field_is_cut_short():
    whole = some_pictures(2)
    cells = walls.cut(whole, [[0, 3, 5, 12], [12, 0, 20, 6]], outside=(9, 9, 9))
    assert cells.shape == (2, 9, 9, 3)
    assert (cells[0][:, 4:] == whole[0, 3:12, 0:5]).all()
    assert (cells[0][:, :4] == 9).all()
    assert (cells[1][3:, :8] == whole[1, 0:6, 12:20]).all()
    assert (cells[1][:3] == 9).all()
    assert (cells[1][:, 8:] == 9).all()


def test_a_unit_that_sees_no_pixel_has_an_empty_cell():
    cells = walls.cut(some_pictures(2), [[0, 0, 0, 0], [0, 0, 4, 4]], outside=(7, 7, 7))
    assert (cells[0] == 7).all()


def test_the_frame_lies_just_inside_the_box_and_hides_nothing_else():
    whole = some_pictures(1, side=64)
    (framed,) = walls.outlined(whole, [[10, 20, 40, 50]])
    assert framed.shape == (128, 128, 3)
    enlarged = whole[0].repeat(2, axis=0).repeat(2, axis=1)
    same = (framed == enlarged).all(axis=2)
    inner = np.zeros((128, 128), dtype=bool)
    inner[40:100, 20:80] = True
    assert same[~inner].all()
    inner[44:96, 24:76] = False
    assert same[44:96, 24:76].all()
    assert {tuple(c) for c in framed[inner].tolist()} == set(walls.OUTLINE)


def test_a_box_of_one_pixel_at_the_border_is_framed_too():
    whole = np.full((1, 256, 256, 3), 9, dtype=np.uint8)
    (framed,) = walls.outlined(whole, [[0, 100, 1, 101]])
    changed = (framed != 9).any(axis=2)
    assert changed[100, 0]
    assert changed.sum() == 1


@pytest.mark.parametrize("channels", [1, 3])
def test_the_nine_are_the_strongest_with_their_pixels_and_projections(channels):
    model, pixels = small_net(channels), pictures(40, channels)
    top = top_patches(model, pixels, layer="relu2")
    found = walls.drivers(model, pixels, top, layer="relu2", channel=1)

    with torch.no_grad():  # the oracle: run the layers one by one, keep everything
        maps = (to_unit(pixels) - model.mean) / model.std
        for name in ("conv1", "relu1", "pool1", "conv2", "relu2"):
            maps = model.module.get_submodule(name)(maps)
    strongest = maps[:, 1].flatten(1).max(1).values.numpy()
    order = np.argsort(-strongest, kind="stable")[:9]
    assert list(found.indices) == order.tolist()
    assert found.values == pytest.approx(strongest[order], rel=1e-5)

    signal = deconvnet(model, to_unit(pixels[order]), layer="relu2", channel=1)
    assert found.limit == pytest.approx(
        np.quantile(signal.abs()[signal != 0].double().numpy(), 0.995)
    )
    for rank, (x0, y0, x1, y1) in enumerate(top.boxes[1].tolist()):
        inside = signal[rank, :, y0:y1, x0:x1].abs().sum()
        assert inside == pytest.approx(float(signal[rank].abs().sum()), rel=1e-6)
        shown = found.patches[rank]
        left = shown.shape[1] - (x1 - x0) if x0 == 0 else 0
        high = shown.shape[0] - (y1 - y0) if y0 == 0 else 0
        window = np.s_[high : high + y1 - y0, left : left + x1 - x0]
        patch = pixels[order[rank], :, y0:y1, x0:x1].permute(1, 2, 0).numpy()
        assert (shown[window] == patch).all()
        if channels == 3:
            grey = np.clip(signal[rank].permute(1, 2, 0).numpy() / (2 * found.limit) + 0.5, 0, 1)
            difference = found.projections[rank][window] - 255 * grey[y0:y1, x0:x1]
            assert np.abs(difference).max() <= 0.51


def test_a_silent_channel_says_so_and_has_no_scale():
    model, pixels = small_net(), pictures(12)
    top = top_patches(model, pixels, layer="relu2")
    found = walls.drivers(model, pixels, top, layer="relu2", channel=3)
    assert found.limit == 0.0
    assert "silent" in found.words
    shown = walls.wall_of(walls.as_pictures(pixels[top.indices[:, 0]]), top, "dark")
    assert (shown[3] == walls.OUTSIDE["dark"]).all()
    assert (shown[[0, 1, 2, 4]] != walls.OUTSIDE["dark"]).any(axis=(1, 2, 3)).all()
    assert (
        "not what the unit means"
        in walls.drivers(model, pixels, top, layer="relu2", channel=1).words
    )


def test_thumbnails_average_and_never_enlarge():
    large = some_pictures(3, side=64)
    small = walls.thumbnails(large)
    blocks = large.reshape(3, 32, 2, 32, 2, 3).mean(axis=(2, 4))
    assert small.shape == (3, 32, 32, 3)
    assert np.abs(small - blocks).max() <= 1
    assert walls.thumbnails(some_pictures(2, side=20)).shape == (2, 20, 20, 3)


def test_the_saved_picture_shows_the_very_pixels():
    model, pixels = small_net(), pictures(12)
    top = top_patches(model, pixels, layer="relu2")
    found = walls.drivers(model, pixels, top, layer="relu2", channel=0)
    with Image.open(BytesIO(walls.saved_picture(found, "relu2, channel 0"))) as image:
        saved = np.asarray(image.convert("RGB"))
    patch = found.patches[0]
    scale = round(192 / patch.shape[0])
    enlarged = patch.repeat(scale, axis=0).repeat(scale, axis=1)
    region = saved[48 + 8 :, 8:][: enlarged.shape[0], : enlarged.shape[1]]
    assert (region == enlarged).all()
    assert (saved[:48] != 255).any()  # the title


def test_a_sheet_holds_every_picture_at_its_place():
    whole = some_pictures(7, side=5)
    sheet = sheet_of(whole)
    with Image.open(BytesIO(sheet.png)) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert (sheet.count, sheet.across, sheet.width, sheet.height) == (7, 3, 5, 5)
    for index, picture in enumerate(whole):
        y, x = index // sheet.across * 5, index % sheet.across * 5
        assert (pixels[y : y + 5, x : x + 5] == picture).all()


def test_many_channels_in_one_batch_are_what_each_is_alone():
    model, pixels = small_net(), pictures(30)
    top = top_patches(model, pixels, layer="relu2")
    channels = [4, 0, 2]
    found = walls.strongest_projections(
        model, pixels, top, layer="relu2", channels=channels, theme="light"
    )
    for picture, channel in zip(found, channels, strict=True):
        image = to_unit(pixels[top.indices[channel, :1]])
        signal = deconvnet(model, image, layer="relu2", channel=channel)
        alone = walls.signed_pictures(signal, walls.full_colour(signal), "light")[0]
        assert np.abs(picture.astype(int) - alone).max() <= 1


def test_large_pictures_go_back_a_few_at_a_time_and_draw_the_same(monkeypatch):
    model, pixels = small_net(), pictures(30)
    top = top_patches(model, pixels, layer="relu2")
    together = walls.drivers(model, pixels, top, layer="relu2", channel=1)
    assert walls.at_once(pixels) >= 9
    monkeypatch.setattr(walls, "PIXELS", 900)
    assert walls.at_once(pixels) == 2
    apart = walls.drivers(model, pixels, top, layer="relu2", channel=1)
    assert apart.limit == pytest.approx(together.limit)
    assert np.abs(apart.projections.astype(int) - together.projections).max() <= 1


def test_without_switches_there_are_patches_but_no_projections():
    model, pixels = small_net(), pictures(12)
    top = top_patches(model, pixels, layer="relu2")
    found = walls.drivers(model, pixels, top, layer="relu2", channel=1, projected=False)
    whole = walls.drivers(model, pixels, top, layer="relu2", channel=1)
    assert found.projections is None
    assert (found.patches == whole.patches).all()
    assert "no max pooling" in found.words
    with Image.open(BytesIO(walls.saved_picture(found, "relu2, channel 1"))) as image:
        alone = image.width
    with Image.open(BytesIO(walls.saved_picture(whole, "relu2, channel 1"))) as image:
        assert image.width > alone


@pytest.mark.parametrize("random", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_the_shown_code_runs_and_computes_the_same(own, random, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pixels, labels = datasets.held_out("creatures")
    monkeypatch.setattr(datasets, "held_out", lambda _name: (pixels[:30], labels[:30]))
    if own:
        from dlviz.io.checkpoints import write_checkpoint

        all_of_them = MODELS["creatures_cnn"].snapshots()
        ends = [all_of_them[0], all_of_them[-1]]
        (tmp_path / "my-net.safetensors").write_bytes(write_checkpoint(ends))
    space = {}
    name = "my-net" if own else "creatures_cnn"
    exec(code(name, "relu2", 5, own=own, random=random), space)
    model = load_model("creatures_cnn")
    top = top_patches(model, pixels[:30], layer="relu2")
    assert torch.equal(space["top"].values, top.values)
    expected = deconvnet(model, to_unit(pixels[top.indices[5]]), layer="relu2", channel=5)
    assert torch.equal(space["projections"], expected)
    if random:
        first = MODELS["creatures_cnn"].snapshots()[0].classifier
        images = to_unit(pixels[top.indices[5]])
        images = images.contiguous(memory_format=torch.channels_last)  # as projections run
        maps = activations(first, images, ["relu2"])["relu2"]
        rows, columns = top.positions[5].unbind(1)
        assert torch.equal(space["answers"], maps[torch.arange(9), 5, rows, columns])


def test_the_shown_code_for_photographs_takes_one_of_each(monkeypatch):
    pixels, labels = datasets.held_out("photo_crops")
    monkeypatch.setattr(datasets, "held_out", lambda _name: (pixels[:40], labels[:40]))
    space = {}
    exec(code("photo_cnn", "relu1", 3, grouped=True, projected=False), space)
    assert "deconvnet" not in space
    of = labels[space["top"].indices[3]]
    assert sorted(of.tolist()) == list(range(8))
