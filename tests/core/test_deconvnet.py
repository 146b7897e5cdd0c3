"""The deconvnet against the paper's three steps written out: unpool, rectify, filter."""

from __future__ import annotations

import threading

import pytest
import torch
from captum.attr import NeuronDeconvolution
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.deconvnet import deconvnet, has_switches


def scatter_unpool(signal: Tensor, switches: Tensor, shape: torch.Size) -> Tensor:
    """Unpooling that adds up where overlapping windows have their maximum at one place."""
    flat = torch.zeros(*shape[:2], shape[2] * shape[3])
    flat.scatter_add_(2, switches.flatten(2), signal.flatten(2))
    return flat.view(shape)


def _beyond(conv: nn.Conv2d, after: torch.Size, before: torch.Size) -> list[int]:
    """Rows and columns that conv_transpose2d would leave out of an input of size ``before``."""
    return [
        before[axis]
        - ((after[axis] - 1) * conv.stride[axis - 2] - 2 * conv.padding[axis - 2])
        - conv.kernel_size[axis - 2]
        for axis in (2, 3)
    ]


def explicit(model: Classifier, image: Tensor, layer: str, channel: int, *, torchs_unpool: bool):
    """Zeiler and Fergus for one picture (1×C×H×W) of a chain, with no autograd."""
    x = (image - model.mean) / model.std
    steps = []
    for name, module in model.module.named_children():
        before = x
        switches = None
        if isinstance(module, nn.MaxPool2d):
            x, switches = F.max_pool2d(
                x, module.kernel_size, module.stride, module.padding, return_indices=True
            )
        else:
            x = module(x.clone())
        steps.append((module, before.shape, switches))
        if name == layer:
            break
    place = int(x[0, channel].flatten().argmax())
    signal = torch.zeros_like(x)
    signal[0, channel].view(-1)[place] = x[0, channel].flatten()[place]
    for module, shape, switches in reversed(steps):
        if isinstance(module, nn.MaxPool2d) and torchs_unpool:
            signal = F.max_unpool2d(
                signal, switches, module.kernel_size, module.stride, output_size=shape[2:]
            )
        elif isinstance(module, nn.MaxPool2d):
            signal = scatter_unpool(signal, switches, shape)
        elif isinstance(module, nn.Conv2d):
            # With a stride several input sizes give one output size: name the one we came from.
            signal = F.conv_transpose2d(
                signal,
                module.weight,
                stride=module.stride,
                padding=module.padding,
                output_padding=_beyond(module, signal.shape, shape),
            )
        elif isinstance(module, nn.BatchNorm2d):
            scale = module.weight / (module.running_var + module.eps).sqrt()
            signal = signal * scale.view(1, -1, 1, 1)
        else:
            signal = signal.clamp(min=0)
    return signal / model.std


LAYERS = ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2"]


@pytest.mark.parametrize("kind", ["plain", "batch_norm", "inplace", "relu6"])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("torchs_unpool", [True, False])
def test_equals_unpool_rectify_filter(kind, layer, torchs_unpool, make_net, make_images):
    model, images = make_net(kind), make_images(4)
    for channel in (0, 3, 7):
        ours = deconvnet(model, images, layer=layer, channel=channel)
        assert ours.shape == images.shape
        for image, projection in zip(images, ours, strict=True):
            wanted = explicit(model, image[None], layer, channel, torchs_unpool=torchs_unpool)
            torch.testing.assert_close(projection[None], wanted, rtol=1e-5, atol=1e-5)
    assert ours.abs().max() > 0


@pytest.mark.parametrize("layer", LAYERS)
def test_overlapping_pools_add_up(layer, make_net, make_images):
    model, images = make_net("overlapping"), make_images(4)
    for channel in (0, 3, 7):
        ours = deconvnet(model, images, layer=layer, channel=channel)
        for image, projection in zip(images, ours, strict=True):
            wanted = explicit(model, image[None], layer, channel, torchs_unpool=False)
            torch.testing.assert_close(projection[None], wanted, rtol=1e-5, atol=1e-5)


def big_net(batch_norm: bool) -> Classifier:
    """Like AlexNet: 7×7 stride 2 first, then 5×5 and 3×3, pools that do not overlap."""
    torch_generator = torch.Generator().manual_seed(3)
    layers: list[nn.Module] = []
    sizes = [(3, 12, 7, 2), (12, 16, 5, 1), (16, 20, 3, 1)]
    for before, after, kernel, stride in sizes:
        conv = nn.Conv2d(before, after, kernel, stride, padding=kernel // 2)
        conv.weight.data.normal_(std=(2 / conv.weight[0].numel()) ** 0.5, generator=torch_generator)
        conv.bias.data.normal_(std=0.1, generator=torch_generator)
        layers.append(conv)
        if batch_norm:
            norm = nn.BatchNorm2d(after)
            norm.running_mean.normal_(std=0.1, generator=torch_generator)
            norm.running_var.uniform_(0.5, 2, generator=torch_generator)
            layers.append(norm)
        layers += [nn.ReLU(inplace=True), nn.MaxPool2d(2)]
    return Classifier(
        nn.Sequential(*layers),
        "ab",
        (0.5, 0.4, 0.3),
        (0.3, 0.2, 0.1),
        layers=[str(index) for index in range(len(layers))],
        input_shape=(3, 64, 64),
    )


@pytest.mark.parametrize("batch_norm", [False, True])
def test_an_alexnet_like_net(batch_norm, make_images):
    model, images = big_net(batch_norm), make_images(2, size=64)
    for layer in model.layers[-4:]:
        for channel in (1, 11):
            ours = deconvnet(model, images, layer=layer, channel=channel)
            for image, projection in zip(images, ours, strict=True):
                wanted = explicit(model, image[None], layer, channel, torchs_unpool=True)
                limit = 1e-5 * max(1.0, float(wanted.abs().max()))
                torch.testing.assert_close(projection[None], wanted, rtol=0, atol=limit)


@pytest.mark.filterwarnings("ignore:Setting backward hooks")
@pytest.mark.parametrize("kind", ["plain", "batch_norm", "overlapping"])
def test_equals_captum_where_captum_is_right(kind, make_net, make_images):
    model, images = make_net(kind), make_images(1)
    for layer in ("conv2", "pool2"):
        maps = explicit_map(model, images, layer)[0, 5]
        row, column = divmod(int(maps.argmax()), maps.shape[1])
        captum = NeuronDeconvolution(model, model.module.get_submodule(layer))
        reference = captum.attribute(images.clone().requires_grad_(), (5, row, column))
        ours = deconvnet(model, images, layer=layer, channel=5)
        torch.testing.assert_close(ours, reference.detach() * maps[row, column])


def explicit_map(model: Classifier, images: Tensor, layer: str) -> Tensor:
    x = (images - model.mean) / model.std
    for name, module in model.module.named_children():
        x = module(x.clone())
        if name == layer:
            break
    return x


@pytest.mark.filterwarnings("ignore:Setting backward hooks")
def test_relu6_is_rectified_where_captum_silently_gives_the_gradient(make_net, make_images):
    model, images = make_net("relu6"), make_images(1)
    maps = explicit_map(model, images, "pool2")[0, 5]
    row, column = divmod(int(maps.argmax()), maps.shape[1])
    captum = NeuronDeconvolution(model, model.module.pool2)
    theirs = captum.attribute(images.clone().requires_grad_(), (5, row, column)).detach()
    wanted = images.clone().requires_grad_()
    value = explicit_map(model, wanted, "pool2")[0, 5, row, column]
    (gradient,) = torch.autograd.grad(value, wanted)
    torch.testing.assert_close(theirs, gradient)
    ours = deconvnet(model, images, layer="pool2", channel=5) / value.detach()
    difference = (ours - theirs).norm() / theirs.norm()
    assert difference > 0.1


def test_of_equal_activations_the_first_in_reading_order_is_projected():
    conv = nn.Conv2d(1, 1, 1, bias=False)
    conv.weight.data.fill_(2)
    chain = nn.Sequential(conv, nn.ReLU())
    model = Classifier(chain, "a", [0.0], [1.0], layers=["0", "1"], input_shape=(1, 3, 3))
    images = torch.zeros(2, 1, 3, 3)
    images[0, 0, 0, 2] = images[0, 0, 1, 0] = images[0, 0, 2, 2] = 0.5
    images[1, 0, 2, 1] = 0.25
    projection = deconvnet(model, images, layer="1", channel=0)
    expected = torch.zeros(2, 1, 3, 3)
    expected[0, 0, 0, 2] = 2 * 0.5 * 2  # the activation's own value, back through the filter
    expected[1, 0, 2, 1] = 2 * 0.25 * 2
    assert torch.equal(projection, expected)
    flat = torch.full((1, 1, 3, 3), 0.5)
    assert deconvnet(model, flat, layer="1", channel=0).nonzero().tolist() == [[0, 0, 0, 0]]


def test_a_batch_is_one_by_one(make_net, make_images):
    model, images = make_net("batch_norm"), make_images(5)
    together = deconvnet(model, images, layer="relu2", channel=2)
    for index in range(5):
        alone = deconvnet(model, images[index : index + 1], layer="relu2", channel=2)
        torch.testing.assert_close(together[index : index + 1], alone, rtol=1e-5, atol=1e-6)


def test_functional_relus_are_rectified(make_net, make_images):
    class Functional(nn.Module):
        def __init__(self, chain: nn.Module) -> None:
            super().__init__()
            self.conv1, self.conv2 = chain.conv1, chain.conv2

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x), inplace=True), 2)
            return self.conv2(x).relu_()

    model, images = make_net(), make_images(2)
    functional = Classifier(
        Functional(model.module),
        model.classes,
        model.mean.flatten().tolist(),
        model.std.flatten().tolist(),
        layers=["conv1", "conv2"],
        input_shape=(3, 24, 24),
    )
    torch.testing.assert_close(
        deconvnet(functional, images, layer="conv2", channel=4),
        deconvnet(model, images, layer="conv2", channel=4),
    )


@pytest.mark.parametrize("kind", ["batch_norm", "inplace", "relu6"])
def test_model_images_and_generator_stay_as_they_were(kind, make_net, make_images, fingerprint):
    model, images = make_net(kind), make_images(2).requires_grad_()
    given = images.detach().clone()
    before = fingerprint(model)
    projection = deconvnet(model, images, layer="pool2", channel=0)
    assert fingerprint(model) == before
    assert images.grad is None
    assert torch.equal(images.detach(), given)
    assert not projection.requires_grad


def test_the_caller_may_have_gradients_off(make_net, make_images):
    model, images = make_net("inplace"), make_images(2)
    expected = deconvnet(model, images, layer="pool2", channel=1)
    with torch.no_grad():
        assert torch.equal(deconvnet(model, images, layer="pool2", channel=1), expected)
    with torch.inference_mode():
        inside = deconvnet(model, make_images(2), layer="pool2", channel=1)
    assert torch.equal(inside, expected)


def test_two_threads_on_one_model_equal_solo(make_net, make_images):
    model = make_net("relu6")
    jobs = [("pool2", 3, make_images(2, seed=1)), ("conv2", 5, make_images(3, seed=2))]

    def project(index: int) -> Tensor:
        layer, channel, images = jobs[index]
        return deconvnet(model, images, layer=layer, channel=channel)

    alone = [project(index) for index in range(2)]
    results: list[list[Tensor]] = [[], []]
    gradients: list[Tensor] = []

    def plain_gradient() -> Tensor:
        images = make_images(2).requires_grad_()
        return torch.autograd.grad(model(images).square().sum(), images)[0]

    reference = plain_gradient()

    def work(index: int) -> None:
        results[index] = [project(index) for _ in range(10)]

    def bystand() -> None:
        gradients.extend(plain_gradient() for _ in range(20))

    threads = [threading.Thread(target=work, args=(index,)) for index in range(2)]
    threads.append(threading.Thread(target=bystand))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(many) for many in results] == [10, 10]
    for solo, many in zip(alone, results, strict=True):
        assert all(torch.equal(one, solo) for one in many)
    assert len(gradients) == 20
    assert all(torch.equal(gradient, reference) for gradient in gradients)


def test_a_net_without_relu_is_refused(make_net, make_images):
    for layer in ("conv1", "pool2"):
        with pytest.raises(ValueError, match="no ReLU"):
            deconvnet(make_net("smooth"), make_images(1), layer=layer, channel=0)


def test_a_layer_before_the_first_relu_is_not_refused(make_net, make_images):
    assert deconvnet(make_net(), make_images(1), layer="conv1", channel=0).abs().max() > 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layer": "conv9", "channel": 0}, "No layer 'conv9'"),
        ({"layer": "conv2", "channel": 12}, "0 to 11"),
        ({"layer": "conv2", "channel": -1}, "0 to 11"),
        ({"layer": "conv2", "channel": 1.0}, "0 to 11"),
        ({"layer": "dense", "channel": 0}, "no feature maps"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(options, words, make_net, make_images):
    with pytest.raises(ValueError, match=words):
        deconvnet(make_net(), make_images(1), **options)


@pytest.mark.parametrize("images", [torch.zeros(3, 24, 24), torch.zeros(1, 3, 24, 24).byte()])
def test_images_must_be_a_batch_of_numbers(images, make_net):
    with pytest.raises(ValueError, match="N×C×H×W"):
        deconvnet(make_net(), images, layer="conv1", channel=0)


def test_switches(make_net):
    assert has_switches(make_net())
    assert not has_switches(nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.ReLU(), nn.AvgPool2d(2)))
