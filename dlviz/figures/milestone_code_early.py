"""Programs of the milestones up to 2013: the shortest core of each that runs as it stands."""

from __future__ import annotations

EARLY: dict[str, str] = {
    "mcculloch_pitts": """\
def unit(inputs, weights, threshold):
    return int(sum(w * x for w, x in zip(weights, inputs)) >= threshold)


for x in (0, 1):
    for y in (0, 1):
        print(x, y, "and:", unit((x, y), (1, 1), 2), "or:", unit((x, y), (1, 1), 1))
print("not 0:", unit((0,), (-1,), 0), "not 1:", unit((1,), (-1,), 0))
""",
    "perceptron": """\
import numpy as np

rng = np.random.default_rng(3)  # the picture's forty points
first, second = rng.normal((-1, -0.4), 0.45, (20, 2)), rng.normal((1, 0.5), 0.45, (20, 2))
points = np.concatenate([first, second])
signs = [-1] * 20 + [1] * 20

weights, mistakes, wrong = np.zeros(3), 0, True
while wrong:  # round after round, until one has no mistake
    wrong = False
    for (x, y), sign in zip(points, signs):
        inputs = np.array([x, y, 1])
        if sign * (weights @ inputs) <= 0:
            weights += sign * inputs
            mistakes, wrong = mistakes + 1, True
print(mistakes, "mistakes, then none; the line:", weights.round(2))
""",
    "minsky_papert": """\
from itertools import product

cases = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}
values = [k / 4 for k in range(-8, 9)]
best = max(
    sum((a * x + b * y + c > 0) == answer for (x, y), answer in cases.items())
    for a, b, c in product(values, repeat=3)
)
print("The best of", len(values) ** 3, "lines has", best, "of 4 cases right.")
# Nor has any other: b + c > 0 and a + c > 0 are wanted, so a + b + 2c > 0; but c <= 0,
# so a + b + c > 0, and (1, 1) is answered with 1.
""",
    "backpropagation": """\
import numpy as np

inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
wanted = np.array([[0], [1], [1], [0]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


found = 0
for start in range(20):  # two hidden units: not every start gets there
    rng = np.random.default_rng(start)
    v, c = rng.normal(size=(2, 2)), np.zeros(2)
    w, b = rng.normal(size=(2, 1)), np.zeros(1)
    for _ in range(1000):
        hidden = np.tanh(inputs @ v + c)
        output = sigmoid(hidden @ w + b)
        out = output - wanted  # of the cross-entropy, before the sigmoid
        back = (out @ w.T) * (1 - hidden**2)  # the chain rule, from the output back
        w, b = w - 0.5 * hidden.T @ out, b - 0.5 * out.sum(axis=0)
        v, c = v - 0.5 * inputs.T @ back, c - 0.5 * back.sum(axis=0)
    found += bool(((output > 0.5) == wanted).all())
print("XOR is found from", found, "of 20 starts.")
""",
    "zip_codes": """\
# LeCun et al. 1989, section 4. A unit sees a 5x5 patch of each of its source maps; the maps share
# their kernels, but every unit has a bias of its own.
layers = {  # units, inputs of each, kernels' weights
    "12 maps of 8x8": (12 * 8 * 8, 5 * 5, 12 * 5 * 5),
    "12 maps of 4x4, from 8 maps each": (12 * 4 * 4, 8 * 5 * 5, 12 * 8 * 5 * 5),
    "30 units, each from all": (30, 12 * 4 * 4, 30 * 12 * 4 * 4),
    "10 digits": (10, 30, 10 * 30),
}
connections = learnt = 0
for name, (units, inputs, weights) in layers.items():
    connections += units * (inputs + 1)
    learnt += weights + units
    print(f"{name}: {units * (inputs + 1)} connections, {weights + units} numbers to learn")
print(learnt, "numbers to learn,", connections, "connections")
""",
    "lenet5": """\
import torch
from torch import nn

net = nn.Sequential(  # as it is usually taught: average pools, dense at the end
    nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
    nn.Flatten(),
    nn.Linear(400, 120), nn.Tanh(),
    nn.Linear(120, 84), nn.Tanh(),
    nn.Linear(84, 10),
)
x = torch.zeros(1, 1, 32, 32)
for layer in net:
    x = layer(x)
    print(f"{type(layer).__name__:>9} {tuple(x.shape[1:])}")
print(sum(value.numel() for value in net.parameters()), "numbers to learn")
""",
    "imagenet": """\
import torch


def top5_error(scores, labels):  # right if the name is among five guesses
    guesses = scores.topk(5, dim=1).indices
    return 1 - (guesses == labels[:, None]).any(dim=1).double().mean().item()


generator = torch.Generator().manual_seed(0)
scores = torch.rand(20_000, 1000, generator=generator)
labels = torch.randint(0, 1000, (20_000,), generator=generator)
print(f"Who only guesses is wrong for {100 * top5_error(scores, labels):.1f} %.")
""",
    "alexnet": """\
import torch
from torch import nn
from torchvision.models import alexnet

with torch.device("meta"):  # shapes without numbers: nothing is downloaded
    net = alexnet()  # its one-stream form of 2014
depth = total = 0
for name, layer in net.named_modules():
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        count = sum(value.numel() for value in layer.parameters())
        depth, total = depth + 1, total + count
        print(f"{name:>13} {tuple(layer.weight.shape)}: {count} numbers to learn")
print(depth, "layers,", total, "numbers to learn")
""",
    "zfnet": """\
import torch

from dlviz.core.data import to_unit
from dlviz.core.deconvnet import deconvnet
from dlviz.core.probe import activations
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

net = load_model("creatures_cnn")  # a small net like theirs
images = to_unit(held_out("creatures")[0][:60])
with torch.no_grad():
    maps = activations(net, images, ["relu4"])["relu4"]
best = maps[:, 12].amax(dim=(1, 2)).topk(4).indices  # the pictures that excite channel 12 most
found = deconvnet(net, images[best], layer="relu4", channel=12)  # back to the pixels
print("pictures", best.tolist(), "projections", tuple(found.shape))
""",
    "adversarial": """\
import torch
from torch.nn import functional as F

from dlviz.io.mobilenet import mobilenet_v2
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit

net = mobilenet_v2()
x = fit(load_photograph("cat"), 224)[None] / 255
target = torch.tensor([net.classes.index("espresso")])

# As little as possible that makes the net say the target: a penalty and L-BFGS, as they did.
r = torch.zeros_like(x, requires_grad=True)
optimiser = torch.optim.LBFGS([r], max_iter=8, line_search_fn="strong_wolfe")


def closure():
    optimiser.zero_grad()
    loss = 0.1 * r.square().sum() + F.cross_entropy(net((x + r).clamp(0, 1)), target)
    loss.backward()
    return loss


optimiser.step(closure)
with torch.no_grad():
    for picture in (x, (x + r).clamp(0, 1)):
        sure, said = net(picture).softmax(dim=1)[0].max(dim=0)
        print(f"{net.classes[said]}: {sure:.2f}")
print(f"no channel of a pixel moved by more than {255 * r.abs().max().item():.0f} of 255")
""",
}
