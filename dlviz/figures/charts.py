"""Probabilities as bars, in HTML.

Not Plotly: a changed Plotly chart is a new element of the page, so it flickers. Streamlit keeps
the elements of HTML in ``st.markdown``, so these bars glide from one value to the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

SHOWN = 5

# The page's own text colour, thinned: right in the light theme and in the dark one.
STYLE = """
.probabilities { font-size: 15px; margin-bottom: 0.7rem; }
.probabilities .answer { font-size: 1.15rem; font-weight: 600; line-height: 1.6; display: flex;
  justify-content: space-between; gap: 0.5rem; }
.probabilities .bar { position: relative; height: 24px; line-height: 24px; margin-bottom: 3px;
  border-radius: 4px; overflow: hidden; border-left: 4px solid transparent;
  background: color-mix(in srgb, currentColor 7%, transparent); }
.probabilities .fill { position: absolute; inset: 0 auto 0 0; opacity: 0.5;
  background: color-mix(in srgb, currentColor 45%, transparent); transition: width 0.25s ease-out; }
.probabilities .row { position: relative; display: flex; justify-content: space-between;
  gap: 0.5rem; padding: 0 8px 0 6px; }
.probabilities .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.probabilities .share { white-space: nowrap; font-variant-numeric: tabular-nums; }
.probabilities .marked { font-weight: 600; }
@media (prefers-reduced-motion: reduce) { .probabilities .fill { transition: none; } }
"""


def probability_bars(
    probabilities: Sequence[float],
    classes: Sequence[str],
    *,
    marked: Mapping[int, str] | None = None,
) -> str:
    """The answer in words and the five largest probabilities as bars from 0 to 1 → HTML.

    ``marked``: class number → colour (``#RRGGBB``) of the classes to follow from one set of bars
    to the next. A marked class that is not among the five takes the last row, with its place, so
    that it can be seen to fall. Always five rows (fewer classes: fewer). Use with ``STYLE``.
    """
    marked = marked or {}
    order = sorted(range(len(classes)), key=lambda index: -probabilities[index])
    shown = order[:SHOWN]
    lost = [index for index in marked if index not in shown]
    if lost:
        shown[-1] = max(lost, key=lambda index: probabilities[index])
    best = order[0]
    rows = "".join(
        _bar(
            classes[index] if place < SHOWN else f"{classes[index]} (place {place + 1})",
            float(probabilities[index]),
            marked.get(index),
        )
        for index in shown
        for place in [order.index(index)]
    )
    return (
        f'<div class="probabilities"><div class="answer"><span class="name" '
        f'title="{escape(classes[best])}">{escape(classes[best])}</span>'
        f'<span class="share">{percent(float(probabilities[best]))}</span></div>{rows}</div>'
    )


def _bar(name: str, share: float, colour: str | None) -> str:
    paint = f"background:{colour};" if colour else ""
    edge = f' style="border-left-color:{colour}"' if colour else ""
    return (
        f'<div class="bar{" marked" if colour else ""}"{edge}>'
        f'<div class="fill" style="width:{share:.2%};{paint}"></div>'
        f'<div class="row"><span class="name" title="{escape(name)}">{escape(name)}</span>'
        f'<span class="share">{percent(share)}</span></div></div>'
    )


def percent(share: float) -> str:
    """A probability in words that never claim certainty: "98.9 %", "< 0.1 %", "> 99.9 %"."""
    if share < 0.0005:
        return "< 0.1 %"
    if share >= 0.9995:  # 1.0 too: a softmax in 32 bits rounds to it
        return "> 99.9 %"
    return f"{share:.1%}".replace("%", " %")
