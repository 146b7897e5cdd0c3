"""Choosing five pictures of different classes by one number."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.controls import number
from dlviz.ui.data import held_out_of, is_own

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.figures.invariance import Five

MOST = 99


def choose_five(model: Classifier, *, first: int = 0) -> Five:
    """Five held-out pictures, or photographs; the address has the number as ``five``.

    Set number n: the n-th held-out picture of each of five classes, beginning with class n.
    Raises ValueError with one sentence where the pictures are gone or fewer than two.
    """
    from dlviz.io.datasets import OWN, is_known

    known = is_known(model.data) or model.data.startswith(OWN)
    most = MOST if known else len(PHOTOGRAPHS) - 1
    which = number(
        f"Pictures (0 to {most})",
        0,
        most,
        min(first, most),
        key="five",
        context=model.data,
        width=125,
    )
    return _held_out(model, which) if known else _photographs(model, which)


def _held_out(model: Classifier, which: int) -> Five:
    from dlviz.figures.data_code import held_out_code
    from dlviz.figures.invariance import Five

    pixels, labels = held_out_of(model.data)
    chosen = numbers_of(labels, which)
    if len(chosen) < 2:
        raise ValueError("There are fewer than two held-out pictures, so nothing to compare.")
    source = (
        f"{held_out_code(model.data, model.input_shape[-1])}\n"
        f"chosen = {chosen}\npixels, labels = pixels[chosen], labels[chosen].tolist()"
    )
    own, found = is_own(model.data), tuple(labels[chosen].tolist())
    names = tuple(model.classes[label] for label in found)
    return Five(pixels[chosen], found, names, True, own, source, _digest(pixels[chosen]))


def numbers_of(labels: Tensor, which: int) -> list[int]:
    """The pictures of set ``which``: one of each class in turn, the next ones of a class later."""
    from dlviz.figures.invariance import COUNT

    known = sorted(set(labels.tolist()))
    by_class = [(labels == label).nonzero().flatten().tolist() for label in known]
    chosen = []
    for place in range(min(COUNT, len(labels))):
        members = by_class[(which + place) % len(by_class)]
        chosen.append(members[(which + place // len(by_class)) % len(members)])
    return list(dict.fromkeys(chosen))


def _photographs(model: Classifier, which: int) -> Five:
    import torch

    from dlviz.core.data import to_unit
    from dlviz.figures.invariance import COUNT, Five
    from dlviz.io.pictures import fit

    every = list(PHOTOGRAPHS)
    names = [every[(which + place) % len(every)] for place in range(COUNT)]
    size, grey = model.input_shape[-1], model.input_shape[0] == 1
    pixels = torch.stack([fit(load_photograph(name), size) for name in names])
    source = (
        "import torch\n\nfrom dlviz.io.photographs import load_photograph\n"
        f"from dlviz.io.pictures import fit\n\nnames = {names}\n"
        f"pixels = torch.stack([fit(load_photograph(name), {size}) for name in names])"
    )
    if grey:
        pixels = pixels.float().mean(dim=1, keepdim=True).round().byte()
        source += "\npixels = pixels.float().mean(dim=1, keepdim=True).round().byte()"
    # Nobody knows the true class in this network's own words: the one that it says at first counts.
    says = tuple(model.probabilities(to_unit(pixels)).argmax(dim=1).tolist())
    source += "\nlabels = model.probabilities(to_unit(pixels)).argmax(dim=1).tolist()"
    titles = tuple(model.classes[label] for label in says)
    return Five(pixels, says, titles, False, False, source, _digest(pixels))


def _digest(pixels: Tensor) -> str:
    return sha256(pixels.numpy().tobytes()).hexdigest()[:24]
