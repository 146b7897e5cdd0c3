"""Many pictures at once, and which networks of the shelf know them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlviz.core.networks import SHIPPED
from dlviz.core.words import grouped
from dlviz.io.assets import AssetError
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.controls import Named, choice
from dlviz.ui.data import held_out_of, is_own
from dlviz.ui.models import offers
from dlviz.ui.pictures import has_data

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.ui.models import Offer

COUNTS = {str(count): Named(grouped(count)) for count in (200, 50, 100, 500, 1000)}
LARGE = 128  # pixels of a side: of such pictures every one costs a tenth of a second


@dataclass(frozen=True, eq=False)
class Crowd:
    """Pictures that a network was not trained on: uint8 N×C×H×W, and int64 N, their classes.

    ``words`` say what they are, ``names`` each one; ``source`` is Python that sets ``pixels`` and
    ``labels``; ``own``: they are the visitor's. ``numbered``: they are held-out pictures, whose
    numbers other views know. ``key``: what results are kept under.
    """

    pixels: Tensor
    labels: Tensor
    words: str
    names: tuple[str, ...]
    source: str
    own: bool
    numbered: bool
    key: str


def choose_crowd(model: Classifier) -> Crowd:
    """The first held-out pictures, as many as wanted (``count`` in the address).

    A network without held-out pictures gets the photographs that it names rightly and surely.
    Raises ValueError with one sentence where there are none.
    """
    if not has_data(model):
        return _photographs(model)
    from dlviz.figures.data_code import held_out_code
    from dlviz.io.datasets import noun_of

    pixels, labels = held_out_of(model.data)
    most = min(int(choice("How many", COUNTS, key="count", width=110)), len(pixels))
    source = held_out_code(model.data, model.input_shape[-1])
    return Crowd(
        pixels[:most],
        labels[:most],
        f"{grouped(most)} held-out {noun_of(model.data)}",
        tuple(f"{number}: {model.classes[int(labels[number])]}" for number in range(most)),
        f"{source}\npixels, labels = pixels[:{most}], labels[:{most}]",
        is_own(model.data),
        numbered=True,
        key=f"{model.data} {most}",
    )


def known_photographs(model: Classifier) -> tuple[Tensor, Tensor, list[str]]:
    """The photographs that the network names rightly and surely: uint8 N×C×H×W, its answers, names.

    There may be none.
    """
    import torch

    from dlviz.core.data import to_unit
    from dlviz.figures.attack import RIGHT, SURE
    from dlviz.io.pictures import fit

    side = model.input_shape[-1]
    asked = [name for name in PHOTOGRAPHS if RIGHT.get(name)]
    pixels = torch.stack([fit(load_photograph(name), side) for name in asked])
    sure, answers = model.probabilities(to_unit(pixels)).cpu().max(dim=1)
    kept = [
        place
        for place, name in enumerate(asked)
        if sure[place] >= SURE and model.classes[int(answers[place])] in RIGHT[name]
    ]
    return pixels[kept], answers[kept], [asked[place] for place in kept]


def _photographs(model: Classifier) -> Crowd:
    pixels, answers, names = known_photographs(model)
    if not names:
        raise ValueError("This network knows none of the photographs well enough to be fooled.")
    side = model.input_shape[-1]
    source = (
        "import torch\n\nfrom dlviz.io.photographs import load_photograph\n"
        "from dlviz.io.pictures import fit\n\n"
        f"pixels = torch.stack([fit(load_photograph(name), {side}) for name in {names}])\n"
        "labels = model(pixels / 255).argmax(dim=1)  # its own answers, which are right"
    )
    titles = tuple(PHOTOGRAPHS[name].title for name in names)
    words = (
        f"the {len(names)} photographs that it knows (few: an anecdote, no statistics; another "
        "true name counts as wrong)"
    )
    return Crowd(pixels, answers, words, titles, source, False, False, "photographs")


def distinct(titles: Iterable[str]) -> list[str]:
    """What networks are called side by side: of several with one title the later get a number."""
    met: Counter[str] = Counter()
    names = []
    for title in titles:
        met[title] += 1
        names.append(title if met[title] == 1 else f"{title} ({met[title]})")
    return names


def companions(offer: Offer, model: Classifier) -> dict[str, Offer]:
    """The other networks that know the same classes of the same pictures, by address."""
    found: dict[str, Offer] = {}
    for address, other in offers().items():
        if other.address == offer.address or not (other.own or other.key in SHIPPED):
            continue
        try:
            net = other.load()
        except AssetError:  # a shipped file that is missing; who chooses that network is told
            continue
        alike = net.data == model.data and net.classes == model.classes
        if alike and net.input_shape == model.input_shape:
            found[address] = other
    return found
