"""The PyTorch program of a run on points, for comparison: autograd does what NumPy spells out.

Same initial weights, same batches: the first updates agree to many digits, then rounding tells.
"""

from __future__ import annotations

from itertools import pairwise

from dlviz.core.points.activations import LEAK
from dlviz.core.points.data import MANY, REGRESSION, task_of
from dlviz.core.points.optimisers import ADAM_MEMORIES, EPSILON, RMS_MEMORY
from dlviz.core.points.specs import PERCEPTRON, PointsSpec
from dlviz.figures.points_data_code import data_code
from dlviz.figures.points_parts import (
    drops,
    hand_code,
    net_words,
    spaced,
    start_code,
    streams_code,
)

MODULES = {
    "relu": "nn.ReLU()",
    "leaky_relu": f"nn.LeakyReLU({LEAK})",
    "elu": "nn.ELU()",
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
    "linear": "nn.Identity()",
}
OPTIMISER_CODE = {
    "sgd": "torch.optim.SGD(net.parameters(), lr={rate})",
    "momentum": "torch.optim.SGD(net.parameters(), lr={rate}, momentum={memory})",
    "nesterov": "torch.optim.SGD(net.parameters(), lr={rate}, momentum={memory}, nesterov=True)",
    "rmsprop": "torch.optim.RMSprop(net.parameters(), lr={rate}, alpha={rms}, eps={epsilon})",
    "adam": "torch.optim.Adam(net.parameters(), lr={rate}, betas={betas}, eps={epsilon})",
    "adamw": "torch.optim.AdamW(groups, lr={rate}, betas={betas}, eps={epsilon})",
}
_TWO_CLASSES = "F.binary_cross_entropy_with_logits(z[:, 0], y.double())"


def points_torch_code(spec: PointsSpec) -> str:
    """A script that trains ``spec`` with PyTorch in float64 and collects ``losses``."""
    blocks = [
        data_code(spec, wrap="torch.from_numpy({})"),
        start_code(spec),
        _network(spec),
        _optimiser(spec),
        _cost(spec),
        *hand_code(
            spec,
            rate=["for group in optimiser.param_groups:", '    group["lr"] = {value}'],
            weight="layers[{layer}].weight.data",
            bias="layers[{layer}].bias.data",
        ),
        _loop(spec),
    ]
    return f"{_head(spec)}\n{spaced(blocks)}\n"


def _head(spec: PointsSpec) -> str:
    agree = "The first losses agree with dlviz's to many digits; then rounding tells."
    drawn = "Dropout draws other units than dlviz's, so the losses differ."
    functional = "" if spec.train.rule == PERCEPTRON else "\nfrom torch.nn import functional as F"
    words = (
        f'"""{net_words(spec)}, in PyTorch.',
        "",
        "It needs NumPy and PyTorch; the points come with it.",
        drawn if drops(spec) else agree,
        '"""',
        "",
        "import numpy as np",
        "import torch",
        f"from torch import nn{functional}",
        "",
    )
    return "\n".join(words)


def _network(spec: PointsSpec) -> str:
    sizes, lines = spec.shape, []
    for place, (inputs, outputs) in enumerate(pairwise(sizes)):
        lines.append(f"    nn.Linear({inputs}, {outputs}),")
        if place < len(spec.net.hidden):
            lines.append(f"    {MODULES[spec.net.hidden[place].activation]},")
            lines += [f"    nn.Dropout({spec.net.dropout!r}),"] * drops(spec)
    return "\n".join(
        (
            *([f"torch.manual_seed({spec.train.seed})"] * drops(spec)),
            "net = nn.Sequential(",
            *lines,
            ").double()",
            "layers = [module for module in net if isinstance(module, nn.Linear)]",
            "for place, layer in enumerate(layers):  # as dlviz begins",
            "    layer.weight.data = torch.from_numpy(start(place, *layer.weight.shape))",
            "    nn.init.zeros_(layer.bias)",
        )
    )


def _optimiser(spec: PointsSpec) -> str:
    train = spec.train
    name = "sgd" if train.rule == PERCEPTRON else train.optimiser
    made = OPTIMISER_CODE[name].format(
        rate=repr(train.learning_rate),
        memory=repr(train.momentum),
        rms=RMS_MEMORY,
        epsilon=f"{EPSILON:g}",
        betas=ADAM_MEMORIES,
    )
    if name == "nesterov" and not train.momentum:  # torch refuses it; the two are the same then
        made = made.replace(", nesterov=True", "")
    groups = (
        f'groups = [{{"params": [layer.weight for layer in layers], "weight_decay": '
        f"{train.l2!r}}}]\n"
        'groups += [{"params": [layer.bias for layer in layers], "weight_decay": 0.0}]\n'
    )
    return f"{groups if name == 'adamw' else ''}optimiser = {made}"


def _cost(spec: PointsSpec) -> str:
    task = task_of(spec.data)
    cost = _TWO_CLASSES
    if task == MANY:
        cost = "F.cross_entropy(z, y)"
    if task == REGRESSION:
        cost = "0.5 * F.mse_loss(z[:, 0], y)"
    lines = ["def loss(z, y):", f"    return {cost}"]
    if spec.train.rule == PERCEPTRON:
        lines = [
            "def loss(z, y):",
            '    """Only a point on the wrong side, or on the line, has a gradient."""',
            "    t = 2 * y - 1",
            "    return torch.where(t * z[:, 0] <= 0, -t * z[:, 0], 0 * z[:, 0]).mean()",
        ]
    return "\n".join(lines)


def _loop(spec: PointsSpec) -> str:
    train = spec.train
    perceptron = train.rule == PERCEPTRON
    size = 1 if perceptron else train.batch_size or "len(x)"
    penalty = [] if perceptron else _penalty(spec)
    lines = [
        streams_code(spec, dropping=False),
        "losses = []",
        f"for epoch in range({train.epochs}):",
        "    order = torch.from_numpy(shuffling.permutation(len(x)))",
        f"    for batch in order.split({size}):",
        *(["        by_hand(len(losses))"] if spec.interventions else []),
        "        J = loss(net(x[batch]), y[batch])",
        "        optimiser.zero_grad()",
        f"        {'(J + penalty())' if penalty else 'J'}.backward()",
        "        optimiser.step()",
        "        losses.append(J.item())",
        *_judged(drops(spec)),
    ]
    return "\n".join([*penalty, *lines])


def _penalty(spec: PointsSpec) -> list[str]:
    """L1 and L2 of the weights, without biases; adamw has its decay beside the gradient."""
    l1, l2 = spec.train.l1, 0.0 if spec.train.optimiser == "adamw" else spec.train.l2
    parts = [f"{l1!r} * w.abs().sum()"] * bool(l1) + [f"{l2!r} / 2 * (w**2).sum()"] * bool(l2)
    if not parts:
        return []
    summed = f"    return sum({' + '.join(parts)} for w in weights)"
    return ["def penalty():", "    weights = [layer.weight for layer in layers]", summed, "", ""]


def _judged(dropout: bool) -> list[str]:
    return [
        *(["    net.eval()"] if dropout else []),
        "    with torch.no_grad():",
        '        print(f"epoch {epoch + 1}: held-out loss {loss(net(held_x), held_y).item()}")',
        *(["    net.train()"] if dropout else []),
    ]
