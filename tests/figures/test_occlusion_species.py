"""The trained net hangs on parts: a covered part flips some held-out creature of each species."""

import pytest
import torch

from dlviz.core.data import to_unit
from dlviz.core.occlusion import Cover, covered
from dlviz.figures.occlusion import HELD_OUT_SEED, hidden_words
from dlviz.io.creatures import SPECIES, draw
from dlviz.io.models import load_model

COVER = Cover(20, 1)


def corners_on(parts):
    """The square's corner with its middle on each part's middle, moved into the picture."""
    for name, part in parts.items():
        if name == "head":
            continue
        x0, y0, x1, y1 = part.box
        yield tuple(
            min(64 - COVER.size, max(0, (low + high - COVER.size) // 2))
            for low, high in ((y0, y1), (x0, x1))
        )


def flipped(model, index):
    """Parts of a creature that hide its species when they are covered, in words."""
    creature = draw(HELD_OUT_SEED, index)
    image = to_unit(torch.from_numpy(creature.pixels).permute(2, 0, 1))
    if int(model.probabilities(image[None]).argmax()) != creature.label:
        return creature.label, []
    corners = list(corners_on(creature.parts))
    said = model.probabilities(covered(image, COVER, corners)).argmax(dim=1)
    lost = [at for at, label in zip(corners, said.tolist(), strict=True) if label != creature.label]
    words = [hidden_words(creature.parts, COVER, *at) for at in lost]
    return creature.label, [word for word in words if word]


@pytest.mark.acceptance
def test_a_covered_part_flips_some_held_out_creature_of_each_species():
    model, found = load_model("creatures_cnn"), {}
    for index in range(1500):
        label, words = flipped(model, index)
        if words:
            found.setdefault(SPECIES[label], words)
        if len(found) == len(SPECIES):
            break
    assert set(found) == set(SPECIES)
