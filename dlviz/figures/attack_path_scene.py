"""What the component of an attack's path is given, the table of all attacks, and the program."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from dlviz.figures.attack import Study
from dlviz.figures.attack_path import DEPTH, LEVELS, Recipe, Row, Step, Walk, judged
from dlviz.figures.charts import percent
from dlviz.figures.colours import SIGNED

MOST_SENT = 3_000_000  # bytes of all pictures of a path: more are thinned out

_GRADIENT = r"\nabla_{\!x} J"
_STEP = (
    r"x_{t+1} = \mathrm{clip}_{x,\varepsilon}(x_t \pm \alpha\,\mathrm{sign}\,"
    rf"{_GRADIENT}(x_t)),\quad x_0 = x"
)
FORMULAS = {
    "fgsm": rf"x' = \mathrm{{clip}}(x \pm \varepsilon\,\mathrm{{sign}}\,{_GRADIENT})",
    "fgm": r"x' = \mathrm{clip}(x \pm \varepsilon_2\,"
    rf"{_GRADIENT} \,/\, \lVert{_GRADIENT}\rVert_2)",
    "bim": _STEP,
    "pgd": rf"{_STEP} + \text{{noise within }} \varepsilon",
    "mifgsm": rf"g_{{t+1}} = \mu\, g_t + {_GRADIENT}(x_t) / \lVert{_GRADIENT}(x_t)\rVert_1,\quad "
    r"x_{t+1} = \mathrm{clip}_{x,\varepsilon}(x_t \pm \alpha\,\mathrm{sign}\, g_{t+1})",
    "deepfool": r"x_{t+1} = x_t + \frac{|f_k - f_y|}{\lVert\nabla_{\!x} (f_k - f_y)\rVert_2^2}"
    r"\nabla_{\!x}(f_k - f_y),\quad k: \text{the nearest boundary}",
}


def formula(recipe: Recipe, pixels: Tensor) -> str:
    """The attack's equation with the current numbers, in LaTeX."""
    sign = "+" if recipe.target is None else "-"
    text = FORMULAS[recipe.name].replace(r"\pm", sign)
    chosen = recipe.attack.chosen(recipe.settings)
    numbers = []
    if recipe.name == "fgm":
        free = pixels.numel() if recipe.mask is None else int(recipe.mask.sum())
        numbers.append(
            rf"\varepsilon_2 = \tfrac{{{recipe.eps}}}{{255}}\sqrt{{{free}}} = "
            f"{recipe.reach(pixels):.3g}"
        )
    elif recipe.attack.has_eps:
        numbers.append(rf"\varepsilon = {recipe.eps}/255")
    if "step" in chosen:
        numbers.append(
            rf"\alpha = {chosen['step']:g}\,\varepsilon = {chosen['step'] * recipe.eps:g}/255"
        )
    if "decay" in chosen:
        numbers.append(rf"\mu = {chosen['decay']:g}")
    if "overshoot" in chosen:
        numbers.append(rf"\text{{then }} {100 * chosen['overshoot']:g}\,\%\text{{ further}}")
    return ";\\quad ".join([text, r",\; ".join(numbers)])


def scene(subject: Study, walk: Walk, classes: tuple[str, ...], *, name: str) -> dict[str, Any]:
    """Everything that the component draws; ``name``: the scene's, another one begins anew.

    ``changes``: the shown steps' changes, two values a byte, the first in the low half, each
    value 0…14 for −7…7.
    """
    channels, height, width = subject.pixels.shape
    sent = _sent(len(walk.steps), subject.pixels.numel())
    rival = _rival(subject, walk)
    return {
        "scene": name,
        "channels": channels,
        "height": height,
        "width": width,
        "pixels": _text(subject.pixels.numpy()),
        "changes": _text(np.concatenate([_halves(walk.steps[at].change) for at in sent])),
        "sent": sent,
        "scales": {theme: _text(table) for theme, table in SIGNED.items()},
        "label": classes[subject.label],
        "rival": classes[rival],
        "aimed": subject.target is not None,
        "attack": walk.recipe.attack.title,
        "random": walk.recipe.attack.random,
        "file": f"{walk.recipe.name}-{walk.recipe.eps}",
        "steps": [_numbers(step, subject, rival, classes) for step in walk.steps],
    }


def _sent(count: int, values: int) -> list[int]:
    """The steps whose pictures are sent: all, or as many as fit, the first and the last too."""
    most = max(2, min(count, MOST_SENT // max(1, values // 2)))
    return sorted({round(at) for at in np.linspace(0, count - 1, most)})


def _rival(subject: Study, walk: Walk) -> int:
    """The class that is drawn beside the clean answer: the target, or what has taken its place."""
    if subject.target is not None:
        return subject.target
    order = walk.last.said.argsort(descending=True, stable=True).tolist()
    return int(next((one for one in order if one != subject.label), subject.label))


def _numbers(step: Step, subject: Study, rival: int, classes: tuple[str, ...]) -> dict[str, Any]:
    best, kept = int(step.said.argmax()), int(step.filed.argmax())
    return {
        "clean": float(step.said[subject.label]),
        "rival": float(step.said[rival]),
        "top": float(step.said[best]),
        "answer": classes[best],
        "share": percent(float(step.said[best])),
        "filed": classes[kept],
        "filedShare": percent(float(step.filed[kept])),
        "farthest": step.farthest * LEVELS,
        "length": step.length,
        "limit": step.limit * LEVELS,
    }


def _text(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _halves(change: Tensor) -> NDArray[np.uint8]:
    codes = (change.numpy().reshape(-1) + DEPTH).astype(np.uint8)
    pairs = np.pad(codes, (0, len(codes) % 2)).reshape(-1, 2)
    return (pairs[:, 0] + 16 * pairs[:, 1]).astype(np.uint8)


TABLE_STYLE = """
.attacks { overflow-x: auto; }
.attacks table { border-collapse: collapse; width: 100%; font-size: 16px; }
.attacks th, .attacks td { padding: 4px 10px; text-align: left; white-space: nowrap;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.attacks th { font-weight: 600; }
.attacks td.number, .attacks th.number { text-align: right; font-variant-numeric: tabular-nums; }
.attacks tr.chosen td { font-weight: 600; }
.attacks .fooled::before { content: "●"; color: #e69f00; margin-right: 6px; }
.attacks .changed::before { content: "◐"; color: #cc79a7; margin-right: 6px; }
.attacks .holds::before { content: "○"; color: #56b4e9; margin-right: 6px; }
.attacks .unsuitable::before { content: "–"; color: #999; margin-right: 6px; }
"""
_WORDS = {
    "fooled": "fooled",
    "changed": "changed",
    "holds": "resisted",
    "unsuitable": "no fair test",
}


def table(
    rows: Sequence[Row],
    subject: Study,
    classes: tuple[str, ...],
    right: frozenset[str] | None,
    chosen: str,
) -> str:
    """All attacks on this picture, as HTML: how each ended, how far it went, what it cost."""
    heads = ["Attack", "In the file", "Answer there", "As computed"]
    sizes = ["Farthest pixel", "Length (L2)", "Gradients", "Time"]
    head = "".join(f"<th>{text}</th>" for text in heads)
    head += "".join(f'<th class="number">{text}</th>' for text in sizes)
    lines = "".join(_line(row, subject, classes, right, row.name == chosen) for row in rows)
    return (
        f'<div class="attacks"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody>'
        "</table></div>"
    )


def _line(
    row: Row, subject: Study, classes: tuple[str, ...], right: frozenset[str] | None, chosen: bool
) -> str:
    kind = judged(subject, row.last, row.moved, classes, right).kind
    words = [row.title, "", _said(row.last.filed, classes), _said(row.last.said, classes)]
    cells = "".join(
        f'<td class="{kind}">{_WORDS[kind]}</td>' if at == 1 else f"<td>{escape(text)}</td>"
        for at, text in enumerate(words)
    )
    numbers = [
        f"{row.last.farthest * LEVELS:.3g}/255",
        f"{row.last.length:.2f}",
        f"{row.gradients}" if row.gradients else "none",
        f"{1000 * row.seconds:.0f} ms" if row.gradients else "–",
    ]
    cells += "".join(f'<td class="number">{text}</td>' for text in numbers)
    mark = "chosen" if chosen else ""
    return f'<tr class="{mark}">{cells}</tr>'


def _said(probabilities: Tensor, classes: tuple[str, ...]) -> str:
    best = int(probabilities.argmax())
    return f"{classes[best]}, {percent(float(probabilities[best]))}"


def code(
    load_model: str,
    load_pixels: str,
    recipe: Recipe,
    mask: str,
) -> str:
    """A program that walks the same path and runs as it stands.

    ``load_model`` and ``load_pixels``: Python that sets ``model``, and ``pixels`` uint8 C×H×W;
    ``mask``: an expression in ``pixels`` and ``masks``, "" for everywhere.
    """
    goal = "model(image).argmax(dim=1)  # the net's own answer is what has to change"
    if recipe.target is not None:
        goal = f"torch.tensor([{recipe.target}])  # the class to be mistaken for"
    words = "".join(f", {name}={value!r}" for name, value in recipe.settings.items())
    words += ", targeted=True" if recipe.target is not None else ""
    words += ", mask=mask" if mask else ""
    free = "mask.sum()" if mask else "image.numel()"
    eps = f"{recipe.eps} / 255"
    if recipe.attack.norm == "l2" and recipe.attack.has_eps:
        eps += f" * float({free}) ** 0.5  # a length: of a change that moves every value so far"
    lines = [f"mask = {mask}"] if mask else []
    lines += [f"eps = {eps}"] if recipe.attack.has_eps else ["eps = None  # it seeks the boundary"]
    imports = "ATTACKS, masks" if mask else "ATTACKS"
    return f"""\
import torch

from dlviz.core.attacks import {imports}

{load_model}
{load_pixels}

image = (pixels / 255)[None]
label = {goal}
{chr(10).join(lines)}
path = ATTACKS["{recipe.name}"].path(model, image, label, eps{words})
for step, now in enumerate(path):
    share, best = model.probabilities(now)[0].max(dim=0)
    far, length = (now - image).abs().max(), (now - image).norm()
    print(f"{{step}}: {{model.classes[best]}} {{share:.1%}}, {{far * 255:.2f}}/255, {{length:.2f}}")

filed = (now * 255).round() / 255  # as a file stores it
share, best = model.probabilities(filed)[0].max(dim=0)
print(f"in a file: {{model.classes[best]}} {{share:.1%}}")
"""
