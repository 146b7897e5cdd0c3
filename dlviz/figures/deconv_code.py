"""The deconvnet's descent as Python that runs as it stands in the project."""

from __future__ import annotations

from dlviz.core.deconv_stages import Unit
from dlviz.figures.attributions import COPIES, SEED, SIGMA, Cam
from dlviz.figures.maps import LOADS


def descent_code(model: str, unit: Unit, rule: str, cam: Cam, *, own: bool, picture: str) -> str:
    """A program that prints every stage and computes the five answers.

    ``own``: the model is a file that the visitor downloads first. ``picture``: lines that set
    ``pixels``, uint8 C×H×W.
    """
    target = "unit" if isinstance(cam.target, Unit) else str(cam.target)
    return f"""\
from dlviz.core.attributions import grad_cam, gradient, guided, smooth_gradient
from dlviz.core.data import to_unit
from dlviz.core.deconv_stages import Unit, descend
{LOADS[own].format(model=model)}
{picture}
image = to_unit(pixels)

# From one unit down to the pixels. Each stage keeps what it answered (up) and the signal that
# arrives there on the way back (down); a max pool its switches, a convolution its filters.
unit = {unit!r}
found = descend(model, image, unit, rule={rule!r})
print(f"{{unit.layer}}: activation {{found.value:.4f}}")
for stage in reversed(found.stages):
    positive = float((stage.down > 0).float().mean())
    print(f"{{stage.name:>12}} {{tuple(stage.down.shape)}}: {{positive:.1%}} of it is positive")
print("pixels", tuple(found.signal.shape), float(found.signal.abs().max()))

# Other answers for the same unit.
print(float(gradient(model, image, unit).abs().max()))
print(float(guided(model, image, unit).abs().max()))
smooth = smooth_gradient(model, image, unit, count={COPIES}, sigma={SIGMA}, seed={SEED})
print(float(smooth.abs().max()))
print(grad_cam(model, image, {target}, layer={cam.layer!r}))
"""
