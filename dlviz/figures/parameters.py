"""Weights of a fully connected layer and of a convolution: counted, and as bars to scale.

HTML, not Plotly: Streamlit keeps the elements of HTML in ``st.markdown``, so the bars glide from
one length to the next instead of being drawn anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

from dlviz.figures.colours import CLASS_COLOURS

DENSE, CONVOLUTION = "Fully connected", "Convolution"
# A bar below this part of the other's length can hardly be seen: it is shown magnified too.
SMALLEST = 0.01

STYLE = f"""
.weights {{ font-size: 16px; margin-bottom: 0.5rem; }}
.weights .line {{ display: flex; justify-content: space-between; gap: 1rem; line-height: 1.6; }}
.weights .count {{ font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }}
.weights .track {{ height: 30px; margin-bottom: 0.5rem; border-radius: 4px; overflow: hidden;
  background: color-mix(in srgb, currentColor 7%, transparent); }}
.weights .fill {{ height: 100%; transition: width 0.25s ease-out; }}
.weights .dense {{ background: {CLASS_COLOURS[5]}; }}
.weights .convolution {{ background: {CLASS_COLOURS[1]}; }}
.weights .zoom {{ margin: 0.75rem 0 0 0; padding: 0.4rem 0 0 0.8rem; border-left: 3px solid
  color-mix(in srgb, currentColor 35%, transparent); min-height: 7.2rem; }}
.weights .endless {{ mask-image: linear-gradient(to right, black 80%, transparent); }}
@media (prefers-reduced-motion: reduce) {{ .weights .fill {{ transition: none; }} }}
"""


@dataclass(frozen=True)
class Layers:
    """Two layers on one square image of ``side``×``side`` pixels with ``planes`` colours.

    A fully connected one of ``units``, and a convolution with ``filters`` kernels of
    ``kernel``×``kernel`` over all planes, at stride 1 with "same" padding: its maps are as large
    as the image. Source: the lecture's 224·224·3 · 100.
    """

    side: int = 224
    planes: int = 3
    units: int = 100
    kernel: int = 3
    filters: int = 100

    @property
    def inputs(self) -> int:
        """Numbers in the image."""
        return self.side**2 * self.planes

    @property
    def dense(self) -> int:
        """Weights of the fully connected layer, and its multiply-adds: each is used once."""
        return self.inputs * self.units

    @property
    def window(self) -> int:
        """Weights of one kernel over all planes."""
        return self.kernel**2 * self.planes

    @property
    def convolution(self) -> int:
        """Weights of the convolution: its kernels, whatever the image's size."""
        return self.window * self.filters

    @property
    def outputs(self) -> int:
        """Numbers that the convolution computes: a map as large as the image for each filter."""
        return self.side**2 * self.filters

    @property
    def steps(self) -> int:
        """Multiply-adds of the convolution: each weight is used at every place of the image."""
        return self.convolution * self.side**2


def bars(layers: Layers) -> str:
    """Both numbers of weights as bars on one scale, and a magnified end of it → HTML.

    What is too short to be seen is not made longer: it stands magnified below, and that says so.
    Use with ``STYLE``.
    """
    longest = max(layers.dense, layers.convolution)
    rows = "".join(
        f'<div class="line"><span>{name}</span><span class="count">{count:,} weights</span></div>'
        + _bar(name, count / longest)
        for name, count in _counts(layers)
    )
    return f'<div class="weights">{rows}<div class="zoom">{_magnified(layers)}</div></div>'


def ratio_sentence(layers: Layers) -> str:
    """How many times as many weights, and what that makes of an image twice as wide: Markdown."""
    dense, convolution = layers.dense, layers.convolution
    if dense == convolution:
        said = "Both layers have the same number of weights."
    elif dense > convolution:
        times = _round(dense / convolution)
        said = (
            f"The fully connected layer has **{times} times** as many weights as the convolution."
        )
    else:
        times = _round(convolution / dense)
        said = (
            f"The convolution has **{times} times** as many weights as the fully connected layer."
        )
    return (
        f"{said} Twice as wide and as high an image: fully connected it takes {4 * dense:,}, four "
        f"times as many, the convolution still {convolution:,}. **The number of free parameters "
        "of a convolution does not depend on the image size.**"
    )


def work_sentence(layers: Layers) -> str:
    """What sharing weights does not save, with the numbers: Markdown."""
    compared = layers.steps / layers.dense
    more = f"{_round(compared)} times as many as"
    verdict = more if compared >= 1 else f"1/{_round(1 / compared)} of"
    saves = layers.convolution < layers.dense <= layers.steps
    return (
        f"{'Fewer weights, not less work.' if saves else 'Weights are not work.'} The convolution "
        f"uses each weight at every pixel: {layers.filters:,} maps of {layers.side}×{layers.side} "
        f"are {layers.outputs:,} numbers, which take **{layers.steps:,} multiply-adds** (stride 1, "
        f"same padding), {verdict} the {layers.dense:,} of the fully connected layer for its "
        f"{layers.units:,}."
    )


def equations(layers: Layers) -> tuple[str, str]:
    """LaTeX of both numbers of weights: fully connected, convolution."""
    side, planes, size = layers.side, layers.planes, layers.kernel
    return (
        _product((side, side, planes), layers.inputs, (layers.units, "units"), layers.dense),
        _product(
            (size, size, planes), layers.window, (layers.filters, "filters"), layers.convolution
        ),
    )


def code(layers: Layers) -> str:
    """A PyTorch program that counts the same numbers and runs as it stands."""
    return f"""\
import torch
from torch import nn

side, planes, units, kernel, filters = {layers.side}, {layers.planes}, {layers.units}, \
{layers.kernel}, {layers.filters}

# On the "meta" device tensors have shapes but no memory: large layers cost nothing here.
image = torch.empty(1, planes, side, side, device="meta")
dense = nn.Linear(image.numel(), units, device="meta")
convolution = nn.Conv2d(planes, filters, kernel, padding="same", device="meta")

for name, layer in (("fully connected", dense), ("convolution", convolution)):
    print(name, layer.weight.numel(), "weights and", layer.bias.numel(), "biases")

maps = convolution(image)
print("outputs of the convolution", maps.numel())
print("its multiply-adds", maps.numel() * kernel**2 * planes)
"""


def _counts(layers: Layers) -> tuple[tuple[str, int], tuple[str, int]]:
    return (DENSE, layers.dense), (CONVOLUTION, layers.convolution)


def _bar(name: str, part: float, *, endless: bool = False) -> str:
    kind = "dense" if name == DENSE else "convolution"
    return (
        f'<div class="track{" endless" if endless else ""}">'
        f'<div class="fill {kind}" style="width:{100 * part:.12f}%"></div></div>'
    )


def _magnified(layers: Layers) -> str:
    counts = [count for _, count in _counts(layers)]
    longest, part = max(counts), min(counts) / max(counts)
    if part >= SMALLEST:
        return "Both bars can be seen at their true scale: nothing has to be magnified."
    # The power of ten that makes it 5 to 50 % of the width.
    times = 10 ** ceil(log10(0.05 / part))
    rows = "".join(
        _bar(other, min(1.0, times * count / longest), endless=times * count > longest)
        for other, count in _counts(layers)
    )
    pixels = "less than one pixel" if part < 0.001 else f"{1000 * part:.0f} pixels"
    return (
        f"<div>1/{_round(1 / part)} of the long bar: {pixels} in 1,000. Both left ends, "
        f"<strong>magnified ×{times:,}</strong>; the long bar goes on for {times:,} such "
        f"widths.</div>{rows}"
    )


def _round(ratio: float) -> str:
    """To a whole number from 100 on, to three digits below."""
    return f"{ratio:,.0f}" if ratio >= 99.95 else f"{ratio:.3g}"


def _product(inside: tuple[int, ...], taken: int, times: tuple[int, str], total: int) -> str:
    factors = r" \cdot ".join(map(str, inside))
    outer, name = times
    # In the size of the line: below a brace KaTeX would write smaller than 14 px.
    return (
        rf"\underbrace{{{factors}}}_{{\textstyle {_latex(taken)}}} \cdot "
        rf"\underbrace{{{_latex(outer)}}}_{{\textstyle \text{{{name}}}}} = {_latex(total)}"
    )


def _latex(number: int) -> str:
    return f"{number:,}".replace(",", "{,}")
