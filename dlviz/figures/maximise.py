"""A grown picture as a film, what it is answered beside real pictures, and the program for it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.maximise import (
    LOGITS,
    Blur,
    Growth,
    Jitter,
    Objective,
    Recipe,
    answers_to,
    channel_mean,
    class_logit,
    roughness,
    unit,
)
from dlviz.core.paint import Canvas, Colours, Paint, Pixels, Waves
from dlviz.figures.sheets import sheet_of
from dlviz.figures.walls import as_pictures

UNIT, CHANNEL, CLASS = "unit", "channel", "class"
WAVES, PIXELS, MIXED, PLAIN = "waves", "pixels", "mixed", "plain"
RATE = 0.05


@dataclass(frozen=True)
class Wish:
    """What is to grow, and how: all that a dream depends on besides the network.

    ``kind``: UNIT (the place in the middle of a channel's map), CHANNEL (its mean) or CLASS.
    ``number``: the channel or the class. ``jitter`` and ``blur`` in pixels; ``smooth`` weighs the
    roughness that is taken away. ``canvas`` is WAVES or PIXELS, ``colours`` MIXED or PLAIN.
    """

    kind: str
    layer: str
    number: int
    steps: int
    jitter: int
    blur: float
    smooth: float
    canvas: str
    colours: str
    seed: int

    @property
    def objective(self) -> Objective:
        """What is climbed."""
        makes = {UNIT: unit, CHANNEL: channel_mean}
        found = (
            class_logit(self.number)
            if self.kind == CLASS
            else makes[self.kind](self.layer, self.number)
        )
        return found - self.smooth * roughness() if self.smooth else found

    def recipe(self, kept: int) -> Recipe:
        """How it is climbed, ``kept`` pictures on the way."""
        return Recipe(self.steps, RATE, (Jitter(self.jitter), Blur(self.blur)), kept)

    def paint(self, model: Classifier, pixels: Tensor | None) -> Paint:
        """``pixels``: real pictures whose colours are taken over, where they have any."""
        channels, height, width = model.input_shape
        canvas: Canvas = Waves(height, width) if self.canvas == WAVES else Pixels()
        colours = Colours.plain(channels)
        if self.colours == MIXED and pixels is not None:
            try:
                colours = Colours.of(pixels)
            except ValueError:  # grey pictures in three channels
                colours = Colours.plain(channels)
        return Paint(canvas, colours)


@dataclass(frozen=True)
class Answered:
    """What the pictures of a film are answered, untransformed: ``what`` it is, in words.

    Of a unit its own place, of a channel the strongest place of its map, as real pictures are
    ranked by; of a class its probability (``share``).
    """

    what: str
    values: tuple[float, ...]
    share: bool


def answered(model: Classifier, wish: Wish, pictures: Tensor) -> Answered:
    """Show the network the pictures of a film, N×C×H×W."""
    with torch.no_grad():
        if wish.kind == CLASS:
            shares = torch.softmax(answers_to(model, pictures, [LOGITS])[LOGITS], dim=1)
            values = shares[:, wish.number]
            return Answered(model.classes[wish.number], tuple(values.tolist()), share=True)
        answers = answers_to(model, pictures, [wish.layer])
        if wish.kind == UNIT:
            values = unit(wish.layer, wish.number).value(answers)
        else:
            values = answers[wish.layer][:, wish.number].flatten(1).amax(dim=1)
    return Answered(f"channel {wish.number} answers", tuple(values.tolist()), share=False)


def scene(
    growth: Growth, wish: Wish, found: Answered, *, strongest: float | None, file: str
) -> dict[str, Any]:
    """What the browser draws. ``strongest``: the best answer to a real picture, where known."""
    sheet = sheet_of(as_pictures((growth.pictures * 255).round().byte()))
    return {
        "steps": list(growth.steps),
        "planned": wish.steps,
        "answers": [float(f"{value:.4g}") for value in found.values],
        "what": found.what,
        "share": found.share,
        "strongest": strongest if strongest and strongest > 0 else None,
        "sheet": {
            "png": base64.b64encode(sheet.png).decode(),
            "across": sheet.across,
            "width": sheet.width,
            "height": sheet.height,
        },
        "file": file,
    }


def words(found: Answered, strongest: float | None, seen: str) -> str:
    """The last picture beside the real ones: ``seen`` says of which."""
    last = found.values[-1]
    if found.share:
        return f"The network calls the last picture **{found.what}** with {last:.1%}.".replace(
            "%", " %"
        )
    if last <= 0:
        return "Nothing grown here excites it: more steps, another seed or less smoothing may."
    if not strongest or strongest <= 0:
        return f"The last picture is answered **{last:.3g}**."
    end = "more than any real picture" if last > strongest else "a real picture does better"
    return (
        f"The last picture is answered **{last:.3g}**, {last / strongest:.1f} × the strongest of "
        f"{seen} ({strongest:.3g}): {end}."
    )


_OWN = """\
# Download the model from your shelf first (Training page).
model = read_checkpoint(Path("{model}.safetensors").read_bytes())[-1].classifier"""
_CODE = """\
{imports}

{load}
{pictures}

objective = {objective}
height, width = model.input_shape[1:]
paint = Paint({canvas}, {colours})
recipe = Recipe({steps}, {rate}, (Jitter({jitter}), Blur({blur})))
for growth in stream_maximise(model, objective, paint, recipe, seed={seed}):
    print(growth.done, growth.values[-1])
picture = (growth.pictures[-1] * 255).round().byte()  # C×H×W
print(picture.shape)
"""


def code(model: str, wish: Wish, *, pictures: str, own: bool = False) -> str:
    """A program that grows the same picture and runs as it stands in the project."""
    objective = {
        UNIT: f"unit({wish.layer!r}, {wish.number})",
        CHANNEL: f"channel_mean({wish.layer!r}, {wish.number})",
        CLASS: f"class_logit({wish.number})",
    }[wish.kind]
    goal = objective.partition("(")[0]
    smooth = f" - {wish.smooth:g} * roughness()" if wish.smooth else ""
    mixed = wish.colours == MIXED
    canvas = "Waves(height, width)" if wish.canvas == WAVES else "Pixels()"
    names = ["Blur", "Jitter", "Recipe", goal, "stream_maximise"]
    names += ["roughness"] if smooth else []
    kept = canvas.partition("(")[0]
    lines = [
        *(["from pathlib import Path\n"] if own else []),
        f"from dlviz.core.maximise import {', '.join(sorted(names, key=str.swapcase))}",
        f"from dlviz.core.paint import Colours, Paint, {kept}",
        "from dlviz.io.checkpoints import read_checkpoint"
        if own
        else "from dlviz.io.models import load_model",
    ]
    return _CODE.format(
        imports="\n".join(lines),
        load=_OWN.format(model=model) if own else f'model = load_model("{model}")',
        pictures=pictures if mixed else "",
        objective=objective + smooth,
        canvas=canvas,
        colours="Colours.of(pixels[:200])" if mixed else "Colours.plain(model.input_shape[0])",
        steps=wish.steps,
        rate=RATE,
        jitter=wish.jitter,
        blur=wish.blur,
        seed=wish.seed,
    )
