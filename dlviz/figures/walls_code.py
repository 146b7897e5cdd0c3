"""The program behind the strongest nine: top patches and their projections, in PyTorch."""

from __future__ import annotations

_HELD_OUT = """\
from dlviz.io.datasets import held_out

pixels, labels = held_out(model.data)"""

_OWN = """\
# Download the model from your shelf first (Training page).
snapshots = read_checkpoint(Path("{model}.safetensors").read_bytes())
model = snapshots[-1].classifier"""

_PROJECT = """
# The deconvnet is the gradient with another rule at each ReLU: keep the positive part of the
# signal. Max pools put it back where their maximum sat.
projections = deconvnet(model, to_unit(nine), layer={layer!r}, channel={channel})
print(projections.shape, float(projections.abs().max()))
"""

_RANDOM = """
# The same channel of the network before training, from the same places: what of a projection
# is the picture's alone?
random = untrained(model, {snapshots})
control, answers = project_units(
    random,
    to_unit(nine),
    layer={layer!r},
    channels=torch.full((len(nine),), {channel}),
    places=top.positions[{channel}],
    strength=1.0,
)
print(answers, float(torch.cosine_similarity(projections.flatten(1), control.flatten(1)).mean()))
"""


def code(
    model: str,
    layer: str,
    channel: int,
    *,
    own: bool = False,
    pictures: str = _HELD_OUT,
    grouped: bool = False,
    projected: bool = True,
    random: bool = False,
) -> str:
    """A program that computes the same and runs as it stands in the project.

    ``own``: the model is no registered one, but a file that the visitor downloads first.
    ``pictures``: lines that set ``pixels`` and ``labels``. ``grouped``: one picture of each label.
    ``projected``: with projections; ``random``: those of the untrained network too.
    """
    random = random and projected
    groups = ", groups=labels" if grouped else ""
    once = ", one of each photograph" if grouped else ""
    load = _OWN.format(model=model) if own else f'model = load_model("{model}")'
    text = f"""\
{_imports(own=own, projected=projected, random=random)}

{load}
{pictures}

# One pass over the pictures: the nine that drive each channel most{once}, and where.
top = top_patches(model, pixels, layer={layer!r}, k=9{groups})
nine = pixels[top.indices[{channel}]]
print(top.values[{channel}])  # activations
print(top.boxes[{channel}])  # receptive fields in pixels: x0, y0, x1, y1
"""
    if projected:
        text += _PROJECT.format(layer=layer, channel=channel)
    if random:
        snapshots = "snapshots" if own else f'MODELS["{model}"].snapshots()'
        text += _RANDOM.format(layer=layer, channel=channel, snapshots=snapshots)
    return text


def _imports(*, own: bool, projected: bool, random: bool) -> str:
    """The first lines of the program."""
    known = "MODELS, load_model" if random else "load_model"
    lines = {
        "from pathlib import Path\n": own,
        "import torch\n": random,
        "from dlviz.core.data import to_unit": projected,
        "from dlviz.core.deconvnet import deconvnet": projected,
        "from dlviz.core.patches import top_patches": True,
        "from dlviz.core.projection import project_units": random,
        "from dlviz.core.untrained import untrained": random,
        "from dlviz.io.checkpoints import read_checkpoint": own,
        f"from dlviz.io.models import {known}": not own,
    }
    return "\n".join(line for line, wanted in lines.items() if wanted)
