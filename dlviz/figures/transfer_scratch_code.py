"""Transfer against the same network from scratch, at equal time, as a plain PyTorch script."""

from __future__ import annotations

from string import Template

from dlviz.figures.transfer_learning_code import pictures_code

_SCRIPT = """\
import copy
import time

import torch
from torch import nn
from torch.nn import functional as F

${imports}
from dlviz.core.seeds import difference

SECONDS = ${seconds}  # of one core's work, for either way
torch.set_num_threads(1)
net = mobilenet_v2()  # torchvision's weights; in evaluation mode
${load}
held, truth = data.test_pixels[:100], data.test_labels[:100]


def few(generator):
    chosen = []
    for label in range(len(data.classes)):
        where = (data.train_labels == label).nonzero().flatten()
        chosen.append(where[torch.randperm(len(where), generator=generator)[:${each}]])
    chosen = torch.cat(chosen)
    return data.train_pixels[chosen], data.train_labels[chosen]


def batches(count, generator):
    while True:
        yield from torch.randperm(count, generator=generator).split(10)


def prepared(pixels):
    images = pixels.expand(-1, 3, -1, -1) / 255
    images = F.interpolate(images, (${side}, ${side}), mode="bilinear", antialias=True).clamp(0, 1)
    return (images - net.mean) / net.std


def answered(module, pixels):
    return torch.cat([module(prepared(part)) for part in pixels.split(50)])


def new_head(generator):
    head = nn.Sequential(nn.Linear(1280, 1024), nn.ReLU(), nn.Linear(1024, ${outputs}))
    for layer in (head[0], head[2]):
        nn.init.normal_(layer.weight, std=(2 / layer.in_features) ** 0.5, generator=generator)
        nn.init.zeros_(layer.bias)
    return head


def measured(logits, labels):
${measure}


def update(logits, labels, optimiser):
    loss, _ = measured(logits, labels)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


base = net.module.features[:17]
with torch.no_grad():  # asking is not training: it costs neither way any of its time
    held_maps = answered(base, held)


def transfer(seed):
    generator = torch.Generator().manual_seed(seed)
    pixels, labels = few(generator)
    began = time.thread_time()
    head, block = new_head(generator), copy.deepcopy(net.module.features[17:])
    with torch.no_grad():  # the training pictures' features do count
        maps = answered(base, pixels)
        features = block(maps).mean(dim=(2, 3))
    optimiser, tuned = torch.optim.Adam(head.parameters(), lr=${rate}, fused=True), False
    for batch in batches(len(labels), generator):
        inputs = block(maps[batch]).mean(dim=(2, 3)) if tuned else features[batch]
        update(head(inputs), labels[batch], optimiser)
        spent = time.thread_time() - began
        if spent >= SECONDS:
            break
        if spent >= SECONDS / 3 and not tuned:  # from now on the last block learns, too
            learnt = [*head.parameters(), *block.requires_grad_(True).parameters()]
            optimiser, tuned = torch.optim.Adam(learnt, lr=${slow}, fused=True), True
    with torch.no_grad():
        return measured(head(block(held_maps).mean(dim=(2, 3))), truth)


def scratch(seed):
    generator = torch.Generator().manual_seed(seed)
    pixels, labels = few(generator)
    began = time.thread_time()
    features = copy.deepcopy(net.module.features)
    drawn = torch.Generator().manual_seed(seed)
    for layer in features.modules():  # He et al. 2015; norms that change nothing
        if isinstance(layer, nn.Conv2d):
            std = (2 / layer.weight[0].numel()) ** 0.5
            nn.init.normal_(layer.weight, std=std, generator=drawn)
        elif isinstance(layer, nn.BatchNorm2d):
            layer.reset_parameters()
    average = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    head = new_head(torch.Generator().manual_seed(seed))
    whole = nn.Sequential(features.requires_grad_(True), average, head).train()
    optimiser = torch.optim.Adam(whole.parameters(), lr=${scratch_rate}, fused=True)
    for batch in batches(len(labels), generator):
        update(whole(prepared(pixels[batch])), labels[batch], optimiser)
        if time.thread_time() - began >= SECONDS:
            break
    with torch.no_grad():
        return measured(answered(whole.eval(), held), truth)


ours, theirs = [], []
for seed in range(${seeds}):
    for name, way, kept in (("transfer", transfer, ours), ("scratch", scratch, theirs)):
        loss, right = way(seed)
        kept.append(right.item())
        print(f"seed {seed}, {name}: {100 * right:.1f} % right, loss {loss:.3f}")
if len(ours) > 1:
    gap = difference(ours, theirs)
    print(f"transfer less scratch: {100 * gap.mean:.0f} points", end=" ")
    print(f"(95 % interval {100 * gap.low:.0f} to {100 * gap.high:.0f})")
"""


def scratch_script(
    pictures: str,
    classes: int,
    *,
    each: int,
    seconds: int,
    seeds: int,
    side: int,
    rate: float,
    scratch_rate: float,
    own_side: int = 0,
) -> str:
    """Both ways, seed by seed, as the study trains them; its seconds depend on the machine.

    ``own_side``: of the visitor's own pictures, which the script reads from a saved zip.
    """
    imports, load, measure = pictures_code(pictures, classes, own_side)
    return Template(_SCRIPT).substitute(
        imports=imports,
        load=load,
        measure=measure,
        outputs=1 if classes == 2 else classes,
        each=each,
        seconds=seconds,
        seeds=seeds,
        side=side,
        rate=f"{rate:g}",
        slow=f"{rate / 10:g}",
        scratch_rate=f"{scratch_rate:g}",
    )
