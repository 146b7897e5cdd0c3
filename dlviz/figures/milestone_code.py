"""Programs of the timeline's entries, as text: the shortest core of each that runs as it stands."""

from __future__ import annotations

from dlviz.figures.milestone_code_early import EARLY

LATE: dict[str, str] = {
    "dropout": """\
import torch

generator = torch.Generator().manual_seed(0)
x = torch.ones(1000)
keep = torch.rand(1000, generator=generator) >= 0.5
y = x * keep / 0.5  # those that stay are doubled: the sum is the same on average
print(f"{keep.sum().item()} of 1000 units stay; mean {x.mean():.2f} before, {y.mean():.2f} after")
print("asked later, none is absent:", torch.nn.Dropout(0.5).eval()(x).mean().item())
""",
    "vgg_googlenet": """\
import torch
from torchvision import models

maps = 256
print("one 5x5:", 5 * 5 * maps * maps, "weights; two 3x3:", 2 * 3 * 3 * maps * maps)
with torch.device("meta"):  # shapes without numbers: nothing is downloaded
    nets = models.vgg16(), models.GoogLeNet(aux_logits=False, init_weights=False)
for net in nets:
    print(type(net).__name__, sum(value.numel() for value in net.parameters()), "weights")
""",
    "fgsm": """\
import torch
from torch.nn import functional as F

from dlviz.io.mobilenet import mobilenet_v2
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit

net = mobilenet_v2()
x = fit(load_photograph("coffee"), 224)[None] / 255
x.requires_grad_(True)
label = net(x).argmax(dim=1)
F.cross_entropy(net(x), label).backward()
adversarial = (x + 2 / 255 * x.grad.sign()).clamp(0, 1)  # one step along the gradient's sign
with torch.no_grad():
    for picture in (x, adversarial):
        sure, said = net(picture).softmax(dim=1)[0].max(dim=0)
        print(f"{net.classes[said]}: {sure:.2f}")
""",
    "batch_norm": """\
import torch

generator = torch.Generator().manual_seed(0)
x = 5 + 3 * torch.randn(32, 4, 8, 8, generator=generator)  # pictures, channels, places
mean = x.mean(dim=(0, 2, 3), keepdim=True)
spread = x.var(dim=(0, 2, 3), keepdim=True, unbiased=False)
y = (x - mean) / (spread + 1e-5).sqrt()  # then a scale and a shift, which are learnt
print(f"mean {x.mean():.2f} -> {y.mean().abs():.2f}, deviation {x.std():.2f} -> {y.std():.2f}")
assert torch.allclose(y, torch.nn.BatchNorm2d(4)(x), atol=1e-4)
""",
    "unet": """\
import torch
from torch import nn


def two(given, maps):
    return nn.Sequential(
        nn.Conv2d(given, maps, 3, padding=1), nn.ReLU(),
        nn.Conv2d(maps, maps, 3, padding=1), nn.ReLU(),
    )


class UNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.down, self.deep = two(1, 16), two(16, 32)
        self.wider = nn.ConvTranspose2d(32, 16, 2, stride=2)
        self.up, self.answer = two(32, 16), nn.Conv2d(16, classes, 1)

    def forward(self, x):
        fine = self.down(x)
        deep = self.deep(nn.functional.max_pool2d(fine, 2))  # what it is
        both = torch.cat([fine, self.wider(deep)], dim=1)  # the bridge: where it is
        return self.answer(self.up(both))


print("a class for every pixel:", tuple(UNet(2)(torch.zeros(1, 1, 64, 64)).shape))
""",
    "style": """\
import torch


def gram(maps):  # C x H x W: how much each two maps fire together, wherever that is
    flat = maps.flatten(1)
    return flat @ flat.T / flat.shape[1]


generator = torch.Generator().manual_seed(0)
maps = torch.rand(8, 16, 16, generator=generator, dtype=torch.double)
places = torch.randperm(256, generator=generator)
mixed = maps.flatten(1)[:, places].view(8, 16, 16)  # the same strokes, elsewhere
print(f"content differs by {(maps - mixed).square().mean():.3f}")
print(f"style differs by {(gram(maps) - gram(mixed)).square().mean():.3f}")
""",
    "resnet": """\
import torch
from torch import nn


def signal(shortcut, depth=50):
    torch.manual_seed(0)
    x = torch.randn(64, 32, requires_grad=True)
    y = x
    for _ in range(depth):
        change = torch.tanh(nn.Linear(32, 32)(y))
        y = y + change if shortcut else change  # a block learns what to add
    y.sum().backward()
    return x.grad.abs().mean().item()


print(f"gradient at the input of 50 layers: {signal(False):.1e}, with shortcuts {signal(True):.1e}")
""",
    "skin": """\
import torch
from torch import nn

from dlviz.io.mobilenet import mobilenet_v2

net = mobilenet_v2().module  # ImageNet's features, off the shelf
net.requires_grad_(False)
net.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 2))  # benign or malignant
count = {True: 0, False: 0}
for value in net.parameters():
    count[value.requires_grad] += value.numel()
print(count[True], "numbers to learn,", count[False], "stay as ImageNet has made them")
print(tuple(net(torch.zeros(1, 3, 224, 224)).shape))
# They went on to train the frozen ones, too, at a small rate.
""",
    "last_ilsvrc": """\
import torch
from torch import nn


class SqueezeExcite(nn.Module):
    def __init__(self, maps, few):
        super().__init__()
        self.squeeze, self.excite = nn.Linear(maps, few), nn.Linear(few, maps)

    def forward(self, x):
        seen = x.mean(dim=(2, 3))  # of every map one number
        weight = torch.sigmoid(self.excite(torch.relu(self.squeeze(seen))))
        return x * weight[:, :, None, None]  # the net weighs its own channels


block = SqueezeExcite(256, 16)
print(tuple(block(torch.zeros(1, 256, 56, 56)).shape))
print(sum(value.numel() for value in block.parameters()), "numbers to learn")
""",
    "chexnet": """\
import torch
from torch import nn
from torchvision.models import densenet121

with torch.device("meta"):  # shapes without numbers: nothing is downloaded
    net = densenet121()
    net.classifier = nn.Linear(net.classifier.in_features, 1)  # pneumonia or not: a sigmoid
    shape = tuple(torch.sigmoid(net.eval()(torch.empty(1, 3, 224, 224))).shape)
print(sum(value.numel() for value in net.parameters()), "numbers to learn; answers", shape)

readers = [0.383, 0.356, 0.365, 0.442]  # four radiologists' F1, each against the others
mean = sum(readers) / len(readers)
above = sum(one > 0.435 for one in readers)
print(f"mean of the readers {mean:.4f}, CheXNet 0.435; readers above it: {above}")
""",
}

MILESTONE_CODE: dict[str, str] = {**EARLY, **LATE}

# An entry without a program says why.
NO_CODE: dict[str, str] = {
    "deep_belief_nets": "No program here: dlviz trains no restricted Boltzmann machines, of which "
    "a deep belief net is stacked.",
    "alphago": "No program here: its nets took weeks on many machines, and dlviz plays no Go.",
}
