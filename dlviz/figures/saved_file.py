"""An attack's picture on its way through a PNG file, and what is left of the attack then.

A file stores whole steps of 1/255. FGSM's ε of so many steps arrives as it was; an attack that
stops right behind the boundary is mostly rounded back to where it came from.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from dlviz.core.attacks import ATTACKS
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.attack import LEVELS, Study, judge
from dlviz.figures.charts import percent
from dlviz.figures.triptych import plain
from dlviz.io.png import png_bytes
from dlviz.io.saved import read_saved

MIDDLE = 128  # the byte of "nothing is added" in a perturbation's file


@dataclass(frozen=True, eq=False)
class Trip:
    """A picture in memory, in its file, and read back from it.

    ``pixels``: the clean picture, ``back``: what the file holds, uint8 C×H×W. ``exact``: what the
    attack made, float32 C×H×W. ``clean``, ``memory``, ``filed``: what the net says to the three,
    float32 K. ``file``: the PNG's bytes.
    """

    pixels: Tensor
    exact: Tensor
    back: Tensor
    clean: Tensor
    memory: Tensor
    filed: Tensor
    file: bytes

    @property
    def label(self) -> int:
        """The net's own clean answer."""
        return int(self.clean.argmax())

    @property
    def lost(self) -> float:
        """How far rounding moved a pixel at most, in steps of 1/255; at most half a step."""
        return float((self.exact - to_unit(self.back)).abs().max()) * LEVELS

    @property
    def farthest(self) -> int:
        """How far the file is from the clean picture at most, in steps of 1/255."""
        return int((self.back.int() - self.pixels.int()).abs().max())

    @property
    def moved(self) -> int:
        """How many of the pixels' values the file holds otherwise."""
        return int((self.back != self.pixels).sum())


def reach(name: str, eps: int, pixels: Tensor) -> float:
    """``eps`` steps of 1/255 in pixels of [0, 1]; of an L2 attack, as long as FGSM's whole step."""
    whole = ATTACKS[name].norm == "l2"
    return eps / LEVELS * (math.sqrt(pixels.numel()) if whole else 1.0)


def trips(model: Classifier, pixels: Tensor, name: str, eps: int) -> list[Trip]:
    """Attack uint8 N×C×H×W pictures away from the net's own answers, and save and read each.

    Raises ValueError where the attack cannot go on.
    """
    images = to_unit(pixels)
    clean = model.probabilities(images).cpu()
    exact = ATTACKS[name].run(model, images, clean.argmax(dim=1), reach(name, eps, pixels[0]))
    exact = exact.detach().cpu()
    rounded = (exact * LEVELS).round().to(torch.uint8)
    files = [png_bytes(plain(one)) for one in rounded]
    back = torch.stack([read_saved(file, tuple(pixels.shape[1:])) for file in files])
    said = model.probabilities(torch.cat([exact, to_unit(back)])).cpu()
    memory, filed = said[: len(pixels)], said[len(pixels) :]
    return [
        Trip(*parts) for parts in zip(pixels, exact, back, clean, memory, filed, files, strict=True)
    ]


def perturbation_file(trip: Trip) -> tuple[bytes, int]:
    """(what was added, as a PNG; how many values of it are cut off).

    128 is nothing, 129 one step brighter: picture + perturbation − 128 is the result, exactly,
    but for changes beyond −128…127, which no byte holds.
    """
    change = trip.back.int() - trip.pixels.int() + MIDDLE
    held = change.clamp(0, LEVELS)
    return png_bytes(plain(held.to(torch.uint8))), int((held != change).sum())


def sentence(
    trip: Trip, name: str, eps: int, classes: tuple[str, ...], right: Collection[str] | None
) -> tuple[str, str]:
    """(kind of the verdict on the file, what became of the attack on the way through it)."""
    subject = Study(trip.pixels, torch.ones(1, dtype=torch.int8), trip.label, trip.clean)
    steps = max(1, eps if ATTACKS[name].has_eps else trip.farthest)
    judged = judge(subject, steps, trip.filed, classes, right=right)
    if judged.kind == "unsuitable":
        return judged.kind, judged.sentence
    said, memory = _said(trip.filed, classes), _said(trip.memory, classes)
    before = int(trip.memory.argmax())
    held, rounded = before == trip.label, f"rounding to whole steps of 1/{LEVELS}"
    words = f"The file still fools: {classes[trip.label]} has become {said}."
    if eps == 0 and ATTACKS[name].has_eps:
        words = f"Nothing is added: {said}. Raise ε."
    elif held and judged.kind == "holds":
        words = f"The attack has failed: {said}, before there was a file and in it."
    elif held:
        words = f"Only the file changes the answer: {said}. In memory it is {memory}, so {rounded}"
        words += " has done it."
    elif judged.kind == "holds" and right is not None and classes[before] in right:
        words = f"The file says the same as ever: {said}. In memory it was {memory}: right, too."
    elif judged.kind == "holds":
        words = f"The file no longer fools: {said}. In memory it was {memory}; {rounded} has taken"
        words += " it back."
    elif judged.kind == "changed":
        words = f"The file changes the answer: to another that is right, too, {said}."
    return "lost" if judged.kind == "holds" and not held else judged.kind, words


def _said(probabilities: Tensor, classes: tuple[str, ...]) -> str:
    best = int(probabilities.argmax())
    return f"{classes[best]}, {percent(float(probabilities[best]))}"


@dataclass(frozen=True)
class Count:
    """Of so many ``pictures``, those that fool as computed (``memory``) and still as a ``file``."""

    name: str
    pictures: int = 0
    memory: int = 0
    file: int = 0


def survey(
    model: Classifier,
    pixels: Tensor,
    eps: int,
    names: Sequence[str] | None = None,
    batch: int = 4,
    *,
    right: Sequence[Collection[str]] | None = None,
) -> Iterator[tuple[int, dict[str, Count]]]:
    """Count over uint8 N×C×H×W pictures that the net is right about, attack by attack.

    ``right``: for each picture the class names that are true of it, if more than the net's own
    answer may be: another true one does not count as fooled.

    Yields (pictures attacked so far over all attacks, the counts so far), a batch at a time.
    """
    counts = {name: Count(name) for name in names or ATTACKS}
    true = right or [()] * len(pixels)
    done = 0
    for name, begin in product(tuple(counts), range(0, len(pixels), batch)):
        found, before = trips(model, pixels[begin : begin + batch], name, eps), counts[name]
        known = list(zip(found, true[begin : begin + batch], strict=True))
        fooled = [pair for pair in known if _astray(pair[0].memory, *pair, model.classes)]
        counts[name] = Count(
            name,
            before.pictures + len(found),
            before.memory + len(fooled),
            before.file + sum(_astray(pair[0].filed, *pair, model.classes) for pair in fooled),
        )
        done += len(found)
        yield done, dict(counts)


def _astray(answer: Tensor, trip: Trip, true: Collection[str], classes: tuple[str, ...]) -> bool:
    best = int(answer.argmax())
    return best != trip.label and classes[best] not in true


def survey_sentence(counts: dict[str, Count]) -> str:
    """What the counts say about whole steps and about the nearest boundary."""
    words = []
    for name in ("fgsm", "deepfool"):
        count = counts.get(name)
        if count and count.memory:
            kept = f"{count.file or 'none'} of them"
            kept = "all of them" if count.file == count.memory else kept
            words.append(
                f"{ATTACKS[name].title.partition(':')[0]} fools with {count.memory} of "
                f"{count.pictures} pictures, and with {kept} from their files."
            )
    return " ".join(words)


def compared(pixels: Tensor, trip: Trip) -> str:
    """How a file that was read back, uint8 C×H×W, differs from the one that was saved."""
    away = (pixels.int() - trip.back.int()).abs()
    if not away.any():
        return "These are the very pixels of *x′*."
    share = percent(float((away > 0).float().mean()))
    return (
        f"These are not the pixels of *x′* as it was saved: {share} of the values differ, by up to "
        f"{int(away.max())} of {LEVELS} steps."
    )


def code(load_model: str, load_pixels: str, name: str, eps: int) -> str:
    """A program that saves the attack, reads the file back and asks again; runs as it stands."""
    length = " * pixels.numel() ** 0.5" if ATTACKS[name].norm == "l2" else ""
    return f"""\
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from dlviz.core.attacks import ATTACKS
{load_model}
{load_pixels}

image = (pixels / 255)[None]
label = model(image).argmax(dim=1)  # the net's own answer
exact = ATTACKS["{name}"].run(model, image, label, {eps} / 255{length})

steps = (exact[0] * 255).round().byte().permute(1, 2, 0).numpy()  # all that a file can hold
Image.fromarray(steps.squeeze()).save("adversarial.png")
read = torch.from_numpy(np.array(Image.open("adversarial.png"))).view(steps.shape)
again = (read.permute(2, 0, 1) / 255)[None]
for where, picture in (("picture", image), ("memory", exact), ("file", again)):
    share, best = model.probabilities(picture)[0].max(dim=0)
    print(f"{{where}}: {{model.classes[best]}} {{share:.1%}}")
Path("adversarial.png").unlink()
"""
