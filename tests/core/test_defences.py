"""Input defences against SciPy, torchvision and Pillow, and attacks through them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.ndimage import gaussian_filter
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.transforms.functional import gaussian_blur

from dlviz.core.attacks import ATTACKS, fgsm
from dlviz.core.data import to_unit
from dlviz.core.defences import DEFENCES as OF_TENSORS
from dlviz.core.defences import Defended, blur, quantise
from dlviz.io.datasets import held_out
from dlviz.io.defences import DEFENCES, jpeg
from dlviz.io.models import load_model
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit

EPS, COUNT = 24 / 255, 40


def pictures(channels: int = 3, height: int = 20, width: int = 33) -> Tensor:
    generator = torch.Generator().manual_seed(channels)
    return torch.rand(4, channels, height, width, generator=generator)


def digits() -> tuple[nn.Module, Tensor, Tensor]:
    model = load_model("fashion_cnn")
    pixels, labels = (part[:COUNT] for part in held_out(model.data))
    return model, to_unit(pixels), labels


# -- what they do ---------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("sigma", [0.25, 1.0, 2.75])
def test_a_blur_is_scipys_and_torchvisions(sigma: float, channels: int) -> None:
    images = pictures(channels)
    found = blur(images, sigma)
    scipys = [
        [gaussian_filter(plane, sigma, mode="mirror", truncate=3.0) for plane in image]
        for image in images.numpy().astype(np.float64)
    ]
    assert torch.allclose(found.double(), torch.tensor(np.array(scipys)), atol=1e-6)
    far = int(3 * sigma + 0.5)
    theirs = gaussian_blur(images, [2 * far + 1] * 2, [sigma, sigma])
    assert torch.allclose(found, theirs, atol=1e-6)


def test_a_blur_fits_a_picture_that_is_smaller_than_itself() -> None:
    images = pictures(1, 5, 4)
    found = blur(images, 4.0)
    assert found.shape == images.shape
    assert found.std() < images.std()
    assert torch.equal(blur(images, 0.0), images)


@pytest.mark.parametrize("bits", range(1, 9))
def test_quantising_leaves_so_many_brightnesses_and_rounds_to_the_nearest(bits: int) -> None:
    every = torch.arange(256) / 255
    found = quantise(every.view(1, 1, 16, 16), bits).flatten()
    levels = torch.linspace(0, 1, 2**bits)
    assert torch.allclose(found.unique(), levels, atol=1e-6)
    nearest = (every[:, None] - levels).abs().amin(dim=1)
    assert torch.allclose((found - every).abs(), nearest, atol=1e-6)
    if bits == 8:
        assert torch.equal((found * 255).round(), torch.arange(256.0))


@pytest.mark.parametrize("quality", [5, 50, 95])
@pytest.mark.parametrize("name", ["coffee", "grey"])
def test_a_jpeg_is_pillows_own(name: str, quality: int, tmp_path) -> None:
    pixels = fit(load_photograph("coffee"), 64)
    pixels = pixels[:1] if name == "grey" else pixels
    file = tmp_path / "picture.jpg"
    shown = pixels.permute(1, 2, 0).squeeze(2).numpy()
    Image.fromarray(shown).save(file, quality=quality)
    expected = np.asarray(Image.open(file))
    found = jpeg(to_unit(pixels)[None].repeat(2, 1, 1, 1), quality)
    assert found.shape == (2, *pixels.shape)
    for each in found:
        again = (each * 255).round().to(torch.uint8).permute(1, 2, 0).squeeze(2)
        assert np.array_equal(again.numpy(), expected)


def test_a_jpeg_of_two_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="not 2"):
        jpeg(pictures(2), 50)


@pytest.mark.parametrize("name", DEFENCES)
def test_a_defence_keeps_shape_range_and_its_input(name: str) -> None:
    defence = DEFENCES[name]
    images = pictures()
    before = images.clone()
    for value in (defence.setting.low, defence.setting.default, defence.setting.high):
        found = defence.apply(images, value)
        assert found.shape == images.shape
        assert found.dtype == images.dtype
        assert 0 <= found.min() <= found.max() <= 1
        one_by_one = [defence.apply(image[None], value) for image in images]
        assert torch.allclose(found, torch.cat(one_by_one), atol=1e-6)
    assert torch.equal(images, before)


def test_all_are_offered_with_words() -> None:
    assert set(OF_TENSORS) < set(DEFENCES)
    for name, defence in DEFENCES.items():
        assert defence.name == name
        assert all(text.endswith(".") for text in (defence.what, defence.beaten))
        assert "arXiv:" in defence.source


# -- the attack through them ----------------------------------------------------------------------


def test_the_gradient_through_a_blur_is_exact() -> None:
    images = pictures(1, 6, 5).double().requires_grad_()
    assert torch.autograd.gradcheck(partial(blur, sigma=1.0), (images.clamp(0.2, 0.8),))


@pytest.mark.parametrize("name", ["quantise", "jpeg"])
def test_what_rounds_is_gone_straight_through(name: str) -> None:
    """The loss is that of what the net sees; its slope is passed on as if nothing had changed."""
    model, images, labels = digits()
    defence = DEFENCES[name]
    defended = Defended(model, defence, defence.setting.default)
    leaf = images.clone().requires_grad_()
    loss = F.cross_entropy(defended(leaf), labels)
    seen = defence.apply(images, defence.setting.default).requires_grad_()
    expected = F.cross_entropy(model(seen), labels)
    assert loss.item() == expected.item()
    (found,) = torch.autograd.grad(loss, leaf)
    (theirs,) = torch.autograd.grad(expected, seen)
    assert torch.equal(found, theirs)
    assert found.abs().max() > 0


@pytest.mark.parametrize("name", DEFENCES)
def test_a_defended_net_is_attacked_like_any_other(name: str) -> None:
    """Inside the ball and [0, 1]; nets and pictures stay as they were; it costs more than noise."""
    model, images, labels = digits()
    before = images.clone()
    weights = {key: value.clone() for key, value in model.state_dict().items()}
    defended = Defended(model, DEFENCES[name], DEFENCES[name].setting.default)
    found = ATTACKS["pgd"].run(defended, images, labels, EPS)
    assert (found - images).abs().max() <= EPS + 1e-6
    assert 0 <= found.min() <= found.max() <= 1
    assert torch.equal(images, before)
    assert all(torch.equal(value, weights[key]) for key, value in model.state_dict().items())
    assert not any(module.training for module in defended.modules())

    def right(pixels: Tensor) -> int:
        with torch.no_grad():
            return int((defended(pixels).argmax(dim=1) == labels).sum())

    naive = ATTACKS["pgd"].run(model, images, labels, EPS)
    assert right(found) <= right(naive)
    assert right(found) < 0.5 * right(images)


def test_without_a_way_back_there_is_nothing_to_climb() -> None:
    """Why straight-through is needed: the true slope of rounding is 0 almost everywhere."""
    model, images, labels = digits()
    defence = OF_TENSORS["quantise"]

    class Rounded(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return model(defence.apply(x, 3))

    assert torch.equal(fgsm(Rounded(), images, labels, EPS), images)
    through = fgsm(Defended(model, defence, 3), images, labels, EPS)
    assert (through - images).abs().max() > EPS / 2


@pytest.mark.parametrize("value", [0, 9, 2.5, True])
def test_a_number_that_the_defence_cannot_take_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="Bits must be a whole number from 1 to 8"):
        Defended(load_model("fashion_cnn"), DEFENCES["quantise"], value)


def test_a_net_in_training_stays_in_training() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(28 * 28, 3)).train()
    net[1].eval()
    defended = Defended(net, DEFENCES["blur"], 1.0)
    assert [module.training for module in net] == [True, False, True]
    _, images, labels = digits()
    fgsm(defended, images, labels % 3, EPS)
    assert [module.training for module in net] == [True, False, True]
