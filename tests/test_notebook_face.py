"""The face for notebooks, from outside: only public names, each against something independent."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import dlviz
from dlviz.io.models import MODELS as REGISTRY

ROOT = Path(__file__).resolve().parents[1]
MODELS = sorted({*REGISTRY, "mobilenet_v2", "creatures_cnn", "photo_cnn", "fashion_cnn"})
DATA = {
    "mnist": (8000, 2000, 10),
    "fashion_mnist": (10_000, 2000, 10),
    "creatures": (6000, 1500, 8),
}
FUNCTIONS = {
    "trace_convolution": "(image, kernel, *, stride=1, padding=0, dilation=1)",
    "train": "(spec, *, device='cpu')",
    "load_model": "(name)",
    "load_data": "(name)",
    "deconvnet": "(model, images, *, layer, channel)",
    "top_patches": "(model, images, *, layer, k=9, groups=None)",
    "occlusion": "(model, image, *, target, size, stride, fill)",
    "fgsm": "(model, images, labels, eps, *, targeted=False, mask=None)",
    "pgd": (
        "(model, images, labels, eps, *, step, steps, random_start=True, generator=None,"
        " targeted=False, mask=None)"
    ),
}
LECTURE_I = "0111000 0011100 0001110 0001100 0011000 0110000 1100000"
LECTURE_K = "101 010 101"
LECTURE_OUT = "14341 12433 12341 13311 33110"


def table(text: str) -> Tensor:
    return torch.tensor([[float(digit) for digit in row] for row in text.split()])


def pictures(name: str, count: int) -> tuple[Tensor, Tensor]:
    """Pictures of the right shape for a model, real ones where there are some, and answers."""
    model = dlviz.load_model(name)
    if model.data in DATA:
        images, _ = dlviz.load_data(model.data).test
        images = images[:count]
    else:
        generator = torch.Generator().manual_seed(5)
        coarse = torch.rand(count, model.input_shape[0], 8, 8, generator=generator)
        images = F.interpolate(coarse, size=model.input_shape[1:], mode="bilinear")
    with torch.no_grad():
        return images, model(images).argmax(dim=1)


def state(model: nn.Module) -> object:
    """All that a function must leave as it was in a model that others share."""
    return (
        [(name, value._version, value.requires_grad) for name, value in model.state_dict().items()],
        [value.grad for value in model.parameters()],
        [
            (part.training, [len(hooks) for key, hooks in vars(part).items() if "hooks" in key])
            for part in model.modules()
        ],
        [sha256(value.numpy().tobytes()).digest() for value in model.state_dict().values()],
        torch.random.get_rng_state().tolist(),
    )


# -- the names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_names_and_arguments_are_those_that_notebooks_use(name: str) -> None:
    signature = inspect.signature(getattr(dlviz, name))
    bare = signature.replace(
        parameters=[
            parameter.replace(annotation=inspect.Parameter.empty)
            for parameter in signature.parameters.values()
        ],
        return_annotation=inspect.Signature.empty,
    )
    assert str(bare) == FUNCTIONS[name]


# -- trace_convolution ----------------------------------------------------------------------------


def test_the_trace_has_the_lectures_numbers_and_how_they_came_about() -> None:
    trace = dlviz.trace_convolution(table(LECTURE_I), table(LECTURE_K))
    assert trace.output.tolist() == table(LECTURE_OUT).tolist()
    assert trace.windows.shape == trace.products.shape == (5, 5, 3, 3)
    assert trace.windows[1, 2].tolist() == table(LECTURE_I)[1:4, 2:5].tolist()
    assert trace.products[1, 2].tolist() == (table(LECTURE_I)[1:4, 2:5] * table(LECTURE_K)).tolist()


@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("padding", [0, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (1, 1)])
def test_the_trace_equals_conv2d(shape, stride, padding, dilation) -> None:
    generator = torch.Generator().manual_seed(1)
    image = torch.randn(11, 9, generator=generator, dtype=torch.float64)
    kernel = torch.randn(*shape, generator=generator, dtype=torch.float64)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    trace = dlviz.trace_convolution(image, kernel, **options)
    expected = F.conv2d(image[None, None], kernel[None, None], **options)[0, 0]
    assert torch.allclose(trace.output, expected, atol=1e-12)
    assert torch.allclose(trace.products.sum(dim=(2, 3)), expected, atol=1e-12)
    assert torch.equal(trace.windows * kernel, trace.products)


# -- load_data and load_model ---------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_data_are_pixels_in_the_unit_interval_with_a_label_each(name: str) -> None:
    data = dlviz.load_data(name)
    train, test, classes = DATA[name]
    assert len(data.classes) == len(set(data.classes)) == classes
    for (images, labels), count in ((data.train, train), (data.test, test)):
        assert images.ndim == 4
        assert len(images) == len(labels) == count
        assert images.dtype == torch.float32
        assert labels.dtype == torch.int64
        assert 0 <= images.min() < 0.1
        assert 0.9 < images.max() <= 1
        assert sorted(labels.unique().tolist()) == list(range(classes))
    assert data.train[0].shape[1:] == data.test[0].shape[1:]
    known = {hash(image.numpy().tobytes()) for image in data.train[0]}
    shared = sum(hash(image.numpy().tobytes()) in known for image in data.test[0])
    assert shared <= len(data.test[0]) // 1000  # held out means held out (twins happen)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_answers_logits_and_its_layers_can_be_looked_into(name: str) -> None:
    model = dlviz.load_model(name)
    images, labels = pictures(name, 2)
    before = state(model)
    logits = model(images)
    assert logits.shape == (2, len(model.classes))
    assert isinstance(model.module, nn.Module)
    assert torch.allclose(logits, model.module((images - model.mean) / model.std))
    assert model.layers
    for layer in model.layers:
        top = dlviz.top_patches(model, images, layer=layer, k=2)
        assert top.values.shape[1] == 2
        projection = dlviz.deconvnet(model, images, layer=layer, channel=0)
        assert projection.shape == images.shape
    dlviz.fgsm(model, images, labels, 2 / 255)
    side = images.shape[-1] // 2
    dlviz.occlusion(model, images[0], target=int(labels[0]), size=side, stride=side, fill=0.5)
    assert state(model) == before
    assert dlviz.load_model(name) is model


@pytest.mark.parametrize("load", [dlviz.load_model, dlviz.load_data])
@pytest.mark.parametrize("name", ["", "nope", "../models/creatures_cnn", "MNIST", "x" * 5000])
def test_an_unknown_name_is_refused_and_the_known_ones_are_named(load, name: str) -> None:
    with pytest.raises(ValueError, match="known are") as refusal:
        load(name)
    assert len(str(refusal.value)) < 300
    assert ("mnist" if load is dlviz.load_data else "creatures_cnn") in str(refusal.value)


# -- train ----------------------------------------------------------------------------------------

FEW = dlviz.RunSpec(train=dlviz.TrainSpec(epochs=1, batch_size=128))


@pytest.fixture(scope="module")
def snapshots() -> list:
    return list(dlviz.train(FEW))


def accuracy(model: nn.Module) -> float:
    images, labels = dlviz.load_data("mnist").test
    with torch.no_grad():
        return float((model(images).argmax(dim=1) == labels).double().mean())


def test_training_yields_snapshots_and_the_last_one_is_the_trained_classifier(snapshots) -> None:
    model = snapshots[-1].classifier
    assert isinstance(model, dlviz.Classifier)
    assert model.classes == dlviz.load_data("mnist").classes
    assert accuracy(snapshots[0].classifier) < 0.3  # untrained
    assert accuracy(model) > 0.85
    assert accuracy(model) == pytest.approx(snapshots[-1].held_out.accuracy, abs=1e-9)
    assert snapshots[0].step == 0
    assert snapshots[-1].step == -(-8000 // 128)


def test_the_model_that_was_just_trained_goes_through_everything(snapshots) -> None:
    model = snapshots[-1].classifier
    images, labels = (part[:40] for part in dlviz.load_data("mnist").test)
    for layer in model.layers:
        top = dlviz.top_patches(model, images, layer=layer)
        channel = int(top.values[:, 0].argmax())
        assert dlviz.deconvnet(model, images, layer=layer, channel=channel).any()
    fooled = dlviz.fgsm(model, images, labels, 0.3)
    assert (model(fooled).argmax(dim=1) == labels).sum() < (model(images).argmax(1) == labels).sum()


def test_the_same_spec_gives_the_same_bits_whatever_the_global_generator_does(snapshots) -> None:
    before = torch.random.get_rng_state()
    again = list(dlviz.train(FEW))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert [shot.step for shot in again] == [shot.step for shot in snapshots]
    for one, other in zip(snapshots, again, strict=True):
        assert all(torch.equal(one.weights[name], other.weights[name]) for name in one.weights)


# -- deconvnet and top_patches --------------------------------------------------------------------


def chain(model: nn.Module, images: Tensor, layer: str) -> Iterator[tuple[nn.Module, Tensor]]:
    """(module, its input) for every child up to ``layer``, then (the network, the layer's maps)."""
    maps = (images - model.mean) / model.std
    for name, module in model.module.named_children():
        yield module, maps
        maps = module(maps)
        if name == layer:
            break
    yield model, maps


def paper_projection(model: nn.Module, image: Tensor, layer: str, channel: int) -> Tensor:
    """Section 2.1 of Zeiler and Fergus by hand, for one picture 1×C×H×W."""
    *steps, (_, maps) = chain(model, image, layer)
    row, column = divmod(int(maps[0, channel].argmax()), maps.shape[3])
    signal = torch.zeros_like(maps)
    signal[0, channel, row, column] = maps[0, channel, row, column]
    for module, before in reversed(steps):
        if isinstance(module, nn.ReLU):
            signal = signal.clamp_min(0)
        elif isinstance(module, nn.Conv2d):
            size = [
                (there - 1) * step + reach - 2 * pad
                for there, step, reach, pad in zip(
                    signal.shape[2:],
                    module.stride,
                    module.kernel_size,
                    module.padding,
                    strict=True,
                )
            ]
            rest = [whole - part for whole, part in zip(before.shape[2:], size, strict=True)]
            signal = F.conv_transpose2d(
                signal, module.weight, None, module.stride, module.padding, rest
            )
        else:
            _, switches = F.max_pool2d(
                before, module.kernel_size, module.stride, return_indices=True
            )
            unpooled = torch.zeros_like(before).flatten(2)
            unpooled.scatter_add_(2, switches.flatten(2), signal.flatten(2))
            signal = unpooled.view_as(before)
    return signal / model.std


@pytest.mark.parametrize("name", [name for name in MODELS if name != "mobilenet_v2"])
def test_projections_are_the_papers(name: str) -> None:
    model = dlviz.load_model(name)
    images, _ = pictures(name, 3)
    for layer in model.layers:
        *_, (_, maps) = chain(model, images, layer)
        for channel in maps.amax(dim=(0, 2, 3)).topk(2).indices.tolist():
            projections = dlviz.deconvnet(model, images, layer=layer, channel=channel)
            expected = torch.cat(
                [paper_projection(model, image[None], layer, channel) for image in images]
            )
            scale = expected.abs().max()
            assert scale > 0
            assert torch.allclose(projections, expected, atol=float(scale) * 1e-4)


def test_top_patches_are_the_strongest_one_per_image() -> None:
    model = dlviz.load_model("creatures_cnn")
    images, _ = pictures("creatures_cnn", 150)
    for layer in ("relu1", "conv3", "pool3"):
        top = dlviz.top_patches(model, images, layer=layer)
        with torch.no_grad():
            *_, (_, maps) = chain(model, images, layer)
        channels = maps.shape[1]
        assert top.values.shape == top.indices.shape == (channels, 9)
        assert top.positions.shape == (channels, 9, 2)
        assert top.boxes.shape == (channels, 9, 4)
        strongest = maps.amax(dim=(2, 3)).T.sort(dim=1, descending=True).values[:, :9]
        assert torch.allclose(top.values, strongest, atol=1e-4)
        rows, columns = top.positions.unbind(dim=-1)
        there = maps[top.indices, torch.arange(channels)[:, None], rows, columns]
        assert torch.allclose(top.values, there, atol=1e-4)
        assert all(len(set(row)) == 9 for row in top.indices.tolist())


def seen_by(model: nn.Module, layer: str, row: int, column: int) -> tuple[int, int, int, int]:
    """The box of pixels that can move a unit: where a net of ones has a gradient."""
    pixels = torch.ones(1, *model.input_shape, dtype=torch.float64, requires_grad=True)
    maps: Tensor = pixels
    for name, module in model.module.named_children():
        if isinstance(module, nn.Conv2d):
            maps = F.conv2d(
                maps, torch.ones_like(module.weight.double()), None, module.stride, module.padding
            )
        elif isinstance(module, nn.MaxPool2d):
            maps = F.avg_pool2d(maps, module.kernel_size, module.stride)
        if name == layer:
            break
    (gradient,) = torch.autograd.grad(maps[0, 0, row, column], pixels)
    _, _, rows, columns = gradient.nonzero().unbind(dim=1)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "relu3", "pool3"])
def test_boxes_are_half_open_clipped_and_exact(layer: str) -> None:
    model = dlviz.load_model("creatures_cnn")
    images, _ = pictures("creatures_cnn", 60)
    top = dlviz.top_patches(model, images, layer=layer, k=3)
    x0, y0, x1, y1 = top.boxes.unbind(dim=-1)
    assert bool(((x0 >= 0) & (y0 >= 0) & (x1 <= 64) & (y1 <= 64)).all())
    assert bool(((x0 < x1) & (y0 < y1)).all())
    places = {
        tuple(place): tuple(box)
        for place, box in zip(
            top.positions.flatten(0, 1).tolist(), top.boxes.flatten(0, 1).tolist(), strict=True
        )
    }
    for place in sorted(places)[:: max(1, len(places) // 12)]:
        assert places[place] == seen_by(model, layer, *place)


# -- occlusion, fgsm, pgd -------------------------------------------------------------------------


def test_occlusion_is_the_probability_with_each_square_covered() -> None:
    model = dlviz.load_model("creatures_cnn")
    images, labels = pictures("creatures_cnn", 1)
    target, size, stride, fill = int(labels[0]), 20, 11, 0.4
    found = dlviz.occlusion(model, images[0], target=target, size=size, stride=stride, fill=fill)
    corners = range(0, 64 - size + 1, stride)
    assert found.shape == (len(corners), len(corners)) == (5, 5)
    for i, y in enumerate(corners):
        for j, x in enumerate(corners):
            covered = images.clone()
            covered[..., y : y + size, x : x + size] = fill
            expected = torch.softmax(model(covered), dim=1)[0, target]
            assert found[i, j] == pytest.approx(float(expected), abs=1e-5)


def uphill(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The sign of the loss's gradient, by autograd."""
    pixels = images.clone().requires_grad_()
    logits = model(pixels)
    loss = -torch.log_softmax(logits, dim=1)[torch.arange(len(labels)), labels].sum()
    return torch.autograd.grad(loss, pixels)[0].sign()


@pytest.mark.parametrize("targeted", [False, True])
@pytest.mark.parametrize("name", ["creatures_cnn", "fashion_cnn"])
def test_fgsm_is_one_step_along_autograds_sign(name: str, targeted: bool) -> None:
    model = dlviz.load_model(name)
    images, labels = pictures(name, 8)
    labels = (labels + 1) % len(model.classes) if targeted else labels
    kept = images.clone()
    found = dlviz.fgsm(model, images, labels, 0.03, targeted=targeted)
    step = uphill(model, images, labels) * (-0.03 if targeted else 0.03)
    assert torch.allclose(found, (images + step).clamp(0, 1), atol=1e-6)
    assert torch.equal(images, kept)
    assert found.requires_grad is False


@pytest.mark.parametrize("targeted", [False, True])
def test_pgd_without_a_random_start_is_many_such_steps_in_the_ball(targeted: bool) -> None:
    model = dlviz.load_model("creatures_cnn")
    images, labels = pictures("creatures_cnn", 6)
    labels = (labels + 1) % 8 if targeted else labels
    options = {"step": 0.01, "steps": 4, "random_start": False, "targeted": targeted}
    found = dlviz.pgd(model, images, labels, 0.025, **options)
    expected = images
    for _ in range(4):
        expected = expected + uphill(model, expected, labels) * (-0.01 if targeted else 0.01)
        expected = torch.minimum(torch.maximum(expected, images - 0.025), images + 0.025)
        expected = expected.clamp(0, 1)
    # Where a gradient is zero up to rounding its sign is anybody's guess.
    assert ((found - expected).abs() > 1e-5).double().mean() < 1e-3


def test_pgd_starts_at_random_inside_the_ball_from_the_callers_generator() -> None:
    model = dlviz.load_model("creatures_cnn")
    images, labels = pictures("creatures_cnn", 4)
    before = torch.random.get_rng_state()

    def attack(seed: int | None) -> Tensor:
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        return dlviz.pgd(model, images, labels, 0.03, step=1e-6, steps=1, generator=generator)

    first, again, other = attack(1), attack(1), attack(2)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(attack(None), attack(None))
    moved = (first - images).abs()
    assert moved.max() <= 0.03 + 1e-6
    assert moved.max() > 0.025
    assert 0 <= first.min() <= first.max() <= 1
    assert torch.equal(torch.random.get_rng_state(), before)


# -- the README's lines ---------------------------------------------------------------------------

# As a notebook does it: the value of a last line that is an expression is shown.
NOTEBOOK = """
import ast, sys
tree = ast.parse(sys.stdin.read())
last = tree.body[-1]
if isinstance(last, ast.Expr):
    tree.body[-1] = ast.Expr(ast.Call(ast.Name("print", ast.Load()), [last.value], []))
exec(compile(ast.fix_missing_locations(tree), "README.md", "exec"), {"__name__": "__main__"})
"""


def notebook_section() -> str:
    """The README's text below the heading "In a notebook", up to the next heading."""
    section, inside, fenced = "", False, False
    for line in (ROOT / "README.md").read_text("utf-8").splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            inside = line.strip("# ") == "In a notebook"
        elif inside:
            section += line + "\n"
    assert section, "README.md has no section “In a notebook”"
    return section


def test_the_readmes_notebook_lines_run_and_show_something() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", notebook_section(), re.M | re.S)
    code = "".join(blocks)
    assert "import dlviz" in code
    command = [sys.executable, "-c", NOTEBOOK]
    done = subprocess.run(
        command, input=code, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_readme_shows_every_name(name: str) -> None:
    assert re.search(rf"\b{name}\b", notebook_section())
