"""Transfer learning as a plain PyTorch script, and the lecture's Keras slide beside it in words."""

from __future__ import annotations

from string import Template

KERAS = """\
| the lecture’s slide (Keras, ResNet-50) | here (PyTorch, MobileNetV2) |
|---|---|
| ResNet50 with ImageNet’s weights, without its top | `mobilenet_v2()`, of which only \
`features` is used |
| GlobalAveragePooling2D on its output | the mean over both sides of the maps |
| Dense(1024, relu), then Dense(1, sigmoid) | `head`; more than two classes: a softmax |
| every layer of the base: trainable = False | `no_grad`, and only `head` is given to Adam |
| compile: Adam at 1e-4, binary cross-entropy | the same loss; Adam at ${rate} |
| fit for 3 epochs, every picture through the whole base each time | ${head} epochs on features \
that were worked out once |
| layers from 157 on: trainable = True, compile again | `block.requires_grad_(True)` and a new \
Adam, at a tenth of the rate |
| fit for 1 epoch | ${tuned} epochs, from the maps below the block, which do not change either |

Caching has a price: pictures that are changed at random in every epoch (augmentation) would have \
to go through the base anew. Batch norm’s averages stay as they are in both phases: a handful of \
pictures would replace ImageNet’s by noise.
"""

_SCRIPT = """\
import torch
from torch import nn
from torch.nn import functional as F

${imports}

torch.set_num_threads(1)  # the thread count decides the last digits
generator = torch.Generator().manual_seed(${seed})
net = mobilenet_v2()  # torchvision's weights; in evaluation mode, and so it stays
${load}

# A few training pictures of every class.
chosen = []
for label in range(len(data.classes)):
    where = (data.train_labels == label).nonzero().flatten()
    chosen.append(where[torch.randperm(len(where), generator=generator)[:${each}]])
chosen = torch.cat(chosen)
labels = data.train_labels[chosen]


def prepared(pixels):
    images = pixels.expand(-1, 3, -1, -1) / 255
    images = F.interpolate(images, (${side}, ${side}), mode="bilinear", antialias=True).clamp(0, 1)
    return (images - net.mean) / net.std


base, block = net.module.features[:17], net.module.features[17:]
head = nn.Sequential(nn.Linear(1280, 1024), nn.ReLU(), nn.Linear(1024, ${outputs}))
for layer in (head[0], head[2]):
    nn.init.normal_(layer.weight, std=(2 / layer.in_features) ** 0.5, generator=generator)
    nn.init.zeros_(layer.bias)

with torch.no_grad():  # once: what is frozen gives the same maps in every epoch
    maps, held_maps = (
        torch.cat([base(prepared(part)) for part in torch.split(pixels, 50)])
        for pixels in (data.train_pixels[chosen], data.test_pixels)
    )


def averaged(maps):  # block, then global average pooling
    return block(maps).mean(dim=(2, 3))


def measured(inputs, labels, answer):
    logits = answer(inputs)
${measure}


def train(name, epochs, inputs, held, answer, learnt, rate):
    optimiser = torch.optim.Adam(learnt, lr=rate, fused=True)
    for epoch in range(1, epochs + 1):
        for batch in torch.randperm(len(labels), generator=generator).split(10):
            loss, _ = measured(inputs[batch], labels[batch], answer)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        with torch.no_grad():
            loss, right = measured(held, data.test_labels, answer)
        print(f"{name} {epoch}: held-out loss {loss:.3f}, accuracy {right:.3f}")


# Phase 1: the base is frozen, only the head learns.
with torch.no_grad():
    features, held_features = averaged(maps), averaged(held_maps)
train("head", ${head}, features, held_features, head, head.parameters(), ${rate})
${second}"""

_SECOND = """
# Phase 2: the last block learns, too, ten times as slowly.
block.requires_grad_(True)
learnt = [*head.parameters(), *block.parameters()]
train("block", ${tuned}, maps, held_maps, lambda maps: head(averaged(maps)), learnt, ${slow})
"""

_BINARY = """\
    logits = logits.squeeze(1)
    loss = F.binary_cross_entropy_with_logits(logits, labels.float())
    return loss, ((logits > 0) == labels).float().mean()"""

_SOFTMAX = """\
    loss = F.cross_entropy(logits, labels)
    return loss, (logits.argmax(dim=1) == labels).float().mean()"""

_SHIPPED = (
    "from dlviz.io.mobilenet import mobilenet_v2\nfrom dlviz.io.transfer_tasks import load_task"
)
_OWN = (
    "from pathlib import Path\n\nfrom dlviz.io.mobilenet import mobilenet_v2\n"
    "from dlviz.io.own_pictures import read_zip"
)


def pictures_code(pictures: str, classes: int, own_side: int) -> tuple[str, str, str]:
    """What a script imports, the line that makes ``data``, and the end of ``measured``.

    ``own_side``: of the visitor's own pictures, which are read from a saved zip; 0 for shipped
    ones.
    """
    load = f'data = load_task("{pictures}")'
    if own_side:
        file = f"{pictures}-{own_side}px.zip"
        load = f'data = read_zip(Path("{file}").read_bytes(), side={own_side})  # “Save as zip”'
    return _OWN if own_side else _SHIPPED, load, _BINARY if classes == 2 else _SOFTMAX


def script(
    pictures: str,
    classes: int,
    *,
    each: int,
    head: int,
    tuned: int,
    side: int,
    rate: float,
    seed: int,
    own_side: int = 0,
) -> str:
    """Both phases in PyTorch, with a run's numbers to the third digit.

    ``own_side``: of the visitor's own pictures, which the script reads from a saved zip.
    """
    imports, load, measure = pictures_code(pictures, classes, own_side)
    values = {
        **{"imports": imports, "load": load, "measure": measure},
        "outputs": 1 if classes == 2 else classes,
        **{"each": each, "head": head, "tuned": tuned, "side": side, "seed": seed},
        **{"rate": f"{rate:g}", "slow": f"{rate / 10:g}"},
    }
    second = Template(_SECOND).substitute(values) if tuned else ""
    return Template(_SCRIPT).substitute(values, second=second)


def beside_keras(head: int, tuned: int, rate: float) -> str:
    """The slide's steps and what each has become, as a table in Markdown."""
    return Template(KERAS).substitute(head=head, tuned=tuned, rate=f"{rate:g}")
