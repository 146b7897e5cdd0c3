"""The same pictures through random weights or another channel: what is the picture's own share?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.patches import TopPatches
from dlviz.core.projection import project_units, strongest_besides
from dlviz.figures.filters import scale_in_words
from dlviz.figures.walls import OUTSIDE, at_once, cut, full_colour, signed_pictures

RANDOM, ANOTHER = "random", "another"
_LIKE = {
    RANDOM: "What they share is the picture’s work, not what was learnt.",
    ANOTHER: "What they share is the picture’s work, or both have learnt the same.",
}


@dataclass(frozen=True, eq=False)
class Control:
    """Projections N×h×w×3 of another unit, from the same places of the same pictures.

    ``answers``: what those units answer there; each projection starts from 1 whatever that is.
    ``alike``: the mean cosine between these projections and those of the channel itself.
    """

    kind: str
    channel: int
    projections: NDArray[np.uint8]
    answers: tuple[float, ...]
    alike: float
    limit: float
    colour: bool

    @property
    def words(self) -> str:
        """What is shown, and what the likeness says; ``title`` names it."""
        silent = sum(answer <= 0 for answer in self.answers)
        rest = f" ({silent} of {len(self.answers)} are silent there)" if silent else ""
        return (
            f"**{self.title}**, in the same pictures from the same places. Cosine to this "
            f"channel’s projections: {self.alike:.2f} (1: the same). {_LIKE[self.kind]} "
            f"Number: what these units answer{rest}; each projection starts from 1. "
            f"Scale: {scale_in_words(self.limit, self.colour)}."
        )

    @property
    def title(self) -> str:
        """Whose projections these are."""
        if self.kind == RANDOM:
            return f"Channel {self.channel} with random weights"
        return f"Channel {self.channel}, which answers most here besides"


def control(
    model: Classifier,
    untrained: Classifier,
    pixels: Tensor,
    top: TopPatches,
    *,
    kind: str,
    layer: str,
    channel: int,
    theme: str = "light",
) -> Control:
    """The control ``kind`` beside ``walls.drivers`` of the same arguments.

    ``RANDOM``: the same channel of ``untrained``. ``ANOTHER``: of the same network the channel
    that answers most to these very places. Raises ValueError as ``project_units`` does.
    """
    images, places = to_unit(pixels[top.indices[channel]]), top.positions[channel]
    other, shown = channel, model
    if kind == RANDOM:
        shown = untrained
    else:
        other = strongest_besides(model, images, layer=layer, channel=channel, places=places)

    def project(network: Classifier, unit: int) -> tuple[Tensor, Tensor]:
        parts = zip(
            *(torch.split(all_of, at_once(images)) for all_of in (images, places)), strict=True
        )
        made = [
            project_units(
                network,
                part,
                layer=layer,
                channels=torch.full((len(part),), unit),
                places=where,
                strength=1.0,
            )
            for part, where in parts
        ]
        return torch.cat([signal for signal, _ in made]), torch.cat([said for _, said in made])

    own, _ = project(model, channel)
    signal, answers = project(shown, other)
    limit = full_colour(signal)
    return Control(
        kind,
        other,
        cut(
            signed_pictures(signal, limit or 1.0, theme),
            top.boxes[channel].tolist(),
            outside=OUTSIDE[theme],
        ),
        tuple(answers.tolist()),
        float(torch.cosine_similarity(own.flatten(1), signal.flatten(1)).mean()),
        limit,
        images.shape[1] == 3,
    )
