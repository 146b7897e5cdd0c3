"""Several findings at once: a sigmoid for each, its picture, its curves and its threshold."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dlviz.core.medical.bootstrap import auc_drawn, drawn, interval
from dlviz.core.medical.heads import sigmoid, softmax
from dlviz.core.medical.remedies import best_threshold
from dlviz.core.medical.verdicts import Array, counts_at, curves
from dlviz.figures.board import INK, LINE
from dlviz.figures.medical_charts import laid_out
from dlviz.io.png import png_bytes

CUTS = np.arange(1, 100) / 100
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7")
DASHES = ("solid", "dash", "dot", "dashdot")
BARS, WIDE = (430, 755), 300  # of a saved picture, pixels
STYLE = """
.chest { display: block; width: 270px; max-width: 100%; border-radius: 8px;
  image-rendering: pixelated; }
.findings { display: grid; grid-template-columns: minmax(96px, auto) 1fr 1fr; gap: 6px 12px;
  align-items: center; font-size: 16px; }
.findings b { font-weight: 600; }
.findings .head { font-size: 14px; opacity: 0.8; }
.findings .bar { position: relative; height: 28px; line-height: 28px; border-radius: 4px;
  overflow: hidden; background: color-mix(in srgb, currentColor 8%, transparent); }
.findings .fill { position: absolute; inset: 0 auto 0 0; opacity: 0.6; }
.findings .soft .fill { background: currentColor; opacity: 0.25; }
.findings .tick { position: absolute; top: 0; bottom: 0; width: 2px; background: currentColor; }
.findings .share { position: relative; padding: 0 8px; font-variant-numeric: tabular-nums; }
"""


@dataclass(frozen=True)
class Finding:
    """One label's head on the held-out pictures: AUC with its interval, F1 by two thresholds."""

    name: str
    share: float
    auc: float
    low: float
    high: float
    f1: float
    own: float
    own_f1: float


def judged(
    names: tuple[str, ...],
    scores: Array,
    truth: NDArray[np.bool_],
    learnt: tuple[Array, NDArray[np.bool_]],
    level: float,
) -> list[Finding]:
    """Every label at ``level`` and at its own threshold, the best on what was ``learnt`` from.

    scores, truth: N×K held out; learnt: scores and truth of the training pictures.
    """
    often = drawn(len(truth), seed=0)
    rows = []
    for k, name in enumerate(names):
        said, known = scores[:, k], truth[:, k]
        own = best_threshold(learnt[0][:, k], learnt[1][:, k])
        low, high = interval(auc_drawn(said, known, often)).tolist()
        by_level, by_own = counts_at(said, known, [level, own]).f1.tolist()
        auc = curves(said, known).auc
        rows.append(Finding(name, float(known.mean()), auc, low, high, by_level, own, by_own))
    return rows


def table(rows: list[Finding], level: float) -> str:
    """The labels as a Markdown table."""
    head = f"| finding | AUC | F1 at {level:.2f} | its own threshold | F1 there |\n"
    lines = [
        f"| {row.name} | **{row.auc:.2f}** {row.low:.2f}–{row.high:.2f} | {row.f1:.2f} | "
        f"{row.own:.2f} | **{row.own_f1:.2f}** |"
        for row in rows
    ]
    return head + "| :-- | :-- | :-- | :-- | :-- |\n" + "\n".join(lines)


def words(rows: list[Finding], level: float) -> str:
    """One threshold for all against one for each, as means over the findings; Markdown."""
    one, each = (float(np.mean([getattr(row, key) for row in rows])) for key in ("f1", "own_f1"))
    worst = min(rows, key=lambda row: row.auc)
    return (
        f"Mean F1 at {level:.2f} for all: **{one:.2f}**; with a threshold for each, chosen on the "
        f"pictures that it learnt from: **{each:.2f}**. Rare findings need a lower one. The "
        f"**{worst.name}** has the lowest AUC: the base averages over the whole picture, and a "
        "small thing is lost in an average."
    )


def bars(names: tuple[str, ...], logits: Array, truth: NDArray[np.bool_], level: float) -> str:
    """One picture's findings by sigmoids and by a softmax of the same log-odds → HTML.

    Use with ``STYLE``.
    """
    apart, together = sigmoid(logits), softmax(logits)
    cells = [
        '<span class="head">really there</span>',
        f'<span class="head">a sigmoid for each: they add up to {apart.sum():.2f}</span>',
        '<span class="head">softmax of the same: always 1</span>',
    ]
    for k, name in enumerate(names):
        mark = "✓ " if truth[k] else ""
        weight = "b" if truth[k] else "span"
        fill = f'<i class="fill" style="width:{apart[k]:.1%};background:{COLOURS[k]}"></i>'
        tick = f'<i class="tick" style="left:{level:.0%}"></i>'
        called = " · called" if apart[k] >= level else ""
        cells += [
            f"<{weight}>{mark}{escape(name)}</{weight}>",
            f'<div class="bar">{fill}{tick}<span class="share">{apart[k]:.2f}{called}</span></div>',
            f'<div class="bar soft"><i class="fill" style="width:{together[k]:.1%}"></i>'
            f'<span class="share">{together[k]:.2f}</span></div>',
        ]
    return f'<div class="findings">{"".join(cells)}</div>'


def hung(pixels: NDArray[np.uint8], words: str) -> str:
    """A grey uint8 H×W picture, not a pixel changed → HTML; ``words`` say what it is."""
    return f'<img class="chest" alt="{escape(words)}" src="{_source(pixels)}">'


def _source(pixels: NDArray[np.uint8]) -> str:
    coded = base64.b64encode(png_bytes(np.repeat(pixels[..., None], 3, axis=2))).decode()
    return f"data:image/png;base64,{coded}"


def saved(
    pixels: NDArray[np.uint8],
    names: tuple[str, ...],
    logits: Array,
    truth: NDArray[np.bool_],
    level: float,
    *,
    theme: str,
) -> bytes:
    """The picture (grey uint8 H×W) and its ``bars`` beside each other, for a file → SVG."""
    apart, together = sigmoid(logits), softmax(logits)
    ink, faint = ("rgb({},{},{})".format(*tone[theme]) for tone in (INK, LINE))
    parts = [
        f'<image href="{_source(pixels)}" width="270" height="270"/>',
        *(
            f'<text x="{x}" y="60" font-size="14">{words}</text>'
            for x, words in (
                (300, "really there"),
                (BARS[0], f"a sigmoid for each: they add up to {apart.sum():.2f}"),
                (BARS[1], "softmax of the same: always 1"),
            )
        ),
    ]
    for k, name in enumerate(names):
        top, mark = 76 + 44 * k, "✓ " if truth[k] else ""
        called = " · called" if apart[k] >= level else ""
        tick = BARS[0] + WIDE * level
        parts += [
            f'<text x="300" y="{top + 21}" font-weight="{600 if truth[k] else 400}">'
            f"{mark}{escape(name)}</text>",
            *_saved_bar((BARS[0], top), apart[k], (COLOURS[k], 0.6), faint, called),
            f'<rect x="{tick - 1:.1f}" y="{top}" width="2" height="30" fill="{ink}"/>',
            *_saved_bar((BARS[1], top), together[k], (ink, 0.25), faint, ""),
        ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1060" height="270" viewBox="0 0 1060 270" '
        f'font-family="sans-serif" font-size="16" fill="{ink}">{"".join(parts)}</svg>'
    ).encode()


def _saved_bar(
    corner: tuple[int, int], share: float, paint: tuple[str, float], ground: str, words: str
) -> list[str]:
    (left, top), (colour, strength) = corner, paint
    return [
        f'<rect x="{left}" y="{top}" width="{WIDE}" height="30" fill="{ground}" opacity="0.5"/>',
        f'<rect x="{left}" y="{top}" width="{WIDE * share:.1f}" height="30" fill="{colour}" '
        f'opacity="{strength}"/>',
        f'<text x="{left + 8}" y="{top + 21}">{share:.2f}{words}</text>',
    ]


def thresholds_chart(rows: list[Finding], scores: Array, truth: NDArray[np.bool_],
                     level: float) -> go.Figure:  # fmt: skip
    """F1 over the threshold, a line for each finding, with a mark at its own threshold."""
    figure = go.Figure()
    for k, row in enumerate(rows):
        line = {"color": COLOURS[k], "dash": DASHES[k], "width": 3}
        f1 = counts_at(scores[:, k], truth[:, k], CUTS).f1
        figure.add_scatter(
            x=CUTS, y=f1, mode="lines", line=line, name=row.name,
            hovertemplate=f"{row.name}: F1 %{{y:.2f}} at %{{x:.2f}}<extra></extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=[row.own], y=[row.own_f1], mode="markers", showlegend=False, hoverinfo="skip",
            marker={"color": COLOURS[k], "size": 13, "symbol": "diamond"},
        )  # fmt: skip
    figure.add_vline(x=level, line_dash="dash", line_color="#888888")
    laid_out(figure, height=300, x="threshold", y="F1, held out")
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1])
    return figure


CODE = """\
import torch
from torch.nn import functional as F

from dlviz.core.medical.heads import sigmoid, softmax, teach
from dlviz.core.medical.verdicts import counts_at, curves
from dlviz.io.xray_features import cases
from dlviz.io.xrays import FINDINGS

train, test = cases("train"), cases("test")
head = teach(train.features, train.findings)  # four sigmoids, binary cross-entropy each
scores = head(test.features)
for k, name in enumerate(FINDINGS):
    found = counts_at(scores[:, k], test.findings[:, k], {level})
    auc = curves(scores[:, k], test.findings[:, k]).auc
    print(f"{{name}}: AUC {{auc:.3f}}, F1 {{found.f1[0]:.3f}}")

logits = head.logits(test.features[{case}])
print(sigmoid(logits).round(2), softmax(logits).round(2))

# The same loss in PyTorch, one term for each finding:
z, y = torch.from_numpy(head.logits(train.features)), torch.from_numpy(train.findings).double()
print(f"loss {{F.binary_cross_entropy_with_logits(z, y):.3f}}")
"""


def code(case: int, level: float) -> str:
    """A program that prints the page's numbers."""
    return CODE.format(case=case, level=level)
