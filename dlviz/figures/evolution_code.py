"""The program behind an evolution: strongest pictures and projections at every snapshot."""

from __future__ import annotations

_OWN = """\
# Download the model from your shelf first (Training page): its snapshots come with it.
snapshots = read_checkpoint(Path("{model}.safetensors").read_bytes())"""
_SHIPPED = 'snapshots = MODELS["{model}"].snapshots()'
_HEAD = """\
{imports}

{load}
models = [snapshot.classifier for snapshot in snapshots]
model = models[-1]
{pictures}

# All snapshots see the same pictures; of each channel the strongest one is kept.
for seen, layers in stream_evolution(models, torch.split(pixels[:{seen}], 100), [{layer!r}]):
    print(seen, "pictures")
found, channel = layers[{layer!r}], {channel}
for snapshot, index, value, jump in zip(
    snapshots, found.indices[:, channel], found.values[:, channel], found.jumps[:, channel]
):
    print(snapshot.step, int(index), float(value), "another picture" if jump else "")
"""
_PROJECT = """
# The projection at the last snapshot: from that picture's strongest unit down to its pixels.
picture = pixels[found.indices[-1, channel]]
projection, answer = project_units(
    model,
    to_unit(picture[None]),
    layer={layer!r},
    channels=torch.tensor([channel]),
    places=found.positions[-1, channel][None],
)
print(projection.shape, float(answer))
"""


def code(
    model: str,
    layer: str,
    channel: int,
    *,
    pictures: str,
    seen: int,
    own: bool = False,
    projected: bool = True,
) -> str:
    """A program that finds one channel's evolution and runs as it stands in the project.

    ``pictures``: lines that set ``pixels``, of which ``seen`` are searched. ``own``: the model is
    a file that the visitor downloads first. ``projected``: with a projection.
    """
    lines = {
        "from pathlib import Path\n": own,
        "import torch\n": True,
        "from dlviz.core.data import to_unit": projected,
        "from dlviz.core.evolution import stream_evolution": True,
        "from dlviz.core.projection import project_units": projected,
        "from dlviz.io.checkpoints import read_checkpoint": own,
        "from dlviz.io.models import MODELS": not own,
    }
    imports = "\n".join(line for line, wanted in lines.items() if wanted)
    load = (_OWN if own else _SHIPPED).format(model=model)
    text = _HEAD.format(
        imports=imports, load=load, pictures=pictures, seen=seen, layer=layer, channel=channel
    )
    return text + (_PROJECT.format(layer=layer) if projected else "")
