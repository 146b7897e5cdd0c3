"""What an attack changes, as pictures: maps of a layer, Grad-CAM and occlusion before and after."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from dlviz.core.attack_inside import ChangedMaps
from dlviz.core.attributions import grad_cam
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.occlusion import Cover
from dlviz.core.occlusion_sweep import Sweep
from dlviz.figures.attack_inside import Inside
from dlviz.figures.colours import Colours, magnitude_colours, signed_colours
from dlviz.figures.compose import unit_picture
from dlviz.figures.hidden import Hidden
from dlviz.figures.layer_names import LookLayer
from dlviz.figures.number_words import share_text
from dlviz.figures.occlusion import Canvas, label_map, magnitude_map, regions_of
from dlviz.figures.walls import INK, PAPER, full_colour
from dlviz.io.png import png_bytes

ROWS = ("clean", "adversarial", "changed by it", "… by noise")
PLACES = 5  # rows and columns in which Grad-CAM still shows where
CELL, SIDE = 120, 240  # pixels of a map and of a panel in a saved picture
STYLE = """<style>
.changed { display: grid; grid-template-columns: 6.4em repeat(var(--count), minmax(0, 1fr));
  gap: 4px 6px; font-size: 15px; line-height: 1.25; align-items: center; }
.changed b { font-weight: 600; } .changed span { font-variant-numeric: tabular-nums; }
.changed img, .panels4 img { width: 100%; aspect-ratio: 1; object-fit: fill !important;
  display: block; image-rendering: pixelated; border-radius: 3px;
  outline: 1px solid light-dark(#d9dce2, #3a404b); outline-offset: -1px; }
.changed i { display: block; padding: 12px 0; border-radius: 3px; text-align: center;
  font-style: normal; font-variant-numeric: tabular-nums; }
.panels4 { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 14px;
  font-size: 15px; line-height: 1.35; max-width: 1120px; }
.panels4 figure { margin: 0; max-width: 270px; }
.panels4 b { display: block; margin-top: 4px; }
@media (max-width: 640px) { .changed { grid-template-columns: 5em repeat(var(--count), 1fr);
  gap: 3px; font-size: 14px; } .changed u { display: none; } .changed i { font-size: 14px; }
  .panels4 { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.changed u { text-decoration: none; }
</style>"""


@dataclass(frozen=True, eq=False)
class Panel:
    """A picture with its title and a line about it."""

    title: str
    words: str
    picture: Colours


# -- the maps that change most --------------------------------------------------------------------


def rows_of(found: ChangedMaps) -> list[Tensor]:
    """Clean, adversarial, and what attack and control have changed, K×h×w each."""
    return [
        found.clean,
        found.adversarial,
        found.adversarial - found.clean,
        found.control - found.clean,
    ]


def limit_of(found: ChangedMaps) -> float:
    """The one scale of all that is shown: nearly all numbers lie within it."""
    every = np.concatenate([row.numpy().ravel() for row in rows_of(found)])
    if found.clean[0].numel() == 1:
        return float(np.abs(every).max()) or 1.0
    return max(full_colour(row[None]) for row in rows_of(found)) or 1.0


def changed_table(found: ChangedMaps, theme: str) -> str:
    """HTML: a column for each map, with its share of the change; four rows on one scale."""
    limit, unit = limit_of(found), "map" if found.clean[0].numel() > 1 else "unit"
    cells = ["<span></span>"]
    for channel, share in zip(found.channels, found.shares, strict=True):
        cells.append(f"<span><b><u>{unit} </u>{channel}</b><br>{share_text(share)}</span>")
    for title, row in zip(ROWS, rows_of(found), strict=True):
        cells.append(f"<span>{escape(title)}</span>")
        cells += [_cell(one.numpy(), limit, theme, f"{unit}, {title}") for one in row]
    count = len(found.channels)
    return f'{STYLE}<div class="changed" style="--count:{count}">{"".join(cells)}</div>'


def _cell(values: NDArray[np.float32], limit: float, theme: str, alt: str) -> str:
    colours = signed_colours(values, limit, theme)
    if values.size == 1:
        rgb = colours[0, 0].tolist()
        ink = "#10131a" if sum(rgb) > 360 else "#ffffff"
        text = f"{float(values.item()):.2f}".replace("-", "−")
        return f'<i style="background:rgb{tuple(rgb)};color:{ink}">{text}</i>'
    return f'<img src="{_png(colours)}" alt="{escape(alt)}">'


def changed_words(found: ChangedMaps, title: str) -> str:
    """What the table shows, and how much of the change that is; Markdown."""
    vector = found.clean[0].numel() == 1
    what = "units" if vector else "maps"
    some = min(len(found.channels), found.count)
    head = f"**{title}**: the {some} of its {found.count} {what} that the attack changes most"
    no_maps = " (this layer answers with a vector, so there is no picture)" if vector else ""
    return (
        f"{head}{no_maps}; they hold {share_text(sum(found.shares))} of its squared distance. One "
        f"scale for all: full orange +{limit_of(found):.2g}, full blue −{limit_of(found):.2g}. The "
        "last row is the control, what random signs of the same ε change in the same "
        f"{what}."
    )


# -- where the answer comes from ------------------------------------------------------------------


def cam_layer(layers: Mapping[str, Hidden], look: Mapping[str, LookLayer]) -> tuple[str, str]:
    """(layer, words) where Grad-CAM is asked: the last one of at least 5×5 places, else the last
    one with maps; ("", "") without one."""
    mapped = [name for name in layers if name in look]
    wide = [name for name in mapped if min(look[name].height, look[name].width) >= PLACES]
    name = (wide or mapped or [""])[-1]
    return name, layers[name].title if name else ""


def cam_panels(model: Classifier, seen: Inside, layer: str) -> list[Panel]:
    """Grad-CAM of each picture for what is said to it, and for what was; on one scale."""
    asked = [("clean x", seen.pixels, seen.label), ("adversarial x′", seen.adversarial, seen.found)]
    if seen.fooled:
        asked.append(("adversarial x′", seen.adversarial, seen.label))
    asked.append(("random signs", seen.controls[0], seen.label))
    maps = [grad_cam(model, to_unit(pixels), target, layer=layer) for _, pixels, target in asked]
    limit = max(float(one.max()) for one in maps) or 1.0
    panels = []
    for (name, pixels, target), one in zip(asked, maps, strict=True):
        words = "" if float(one.max()) > 0 else "0 everywhere: by Grad-CAM nothing speaks for it."
        title = f"{name}, for “{model.classes[target]}”"
        panels.append(Panel(title, words, laid_over(unit_picture(to_unit(pixels)), one, limit)))
    return panels


def laid_over(picture: Colours, places: Tensor, limit: float) -> Colours:
    """A map of numbers ≥ 0 in colour, with the picture's greys shining through."""
    colours = Image.fromarray(magnitude_colours(places.detach().numpy(), limit))
    height, width = picture.shape[:2]
    laid = np.asarray(colours.resize((width, height), Image.Resampling.NEAREST), dtype=np.float64)
    grey = picture.mean(axis=2, keepdims=True)
    mixed: Colours = np.rint(0.6 * laid + 0.4 * grey).astype(np.uint8)
    return mixed


def cover_of(shape: Sequence[int]) -> Cover:
    """A square of 5/16 of the side, as in the filters lab; on large pictures at 36 places."""
    side = shape[-1]
    stride = max(1, round(side / (16 if side < 128 else 8)))
    return Cover(max(1, round(side * 5 / 16)), stride, 0.0 if shape[0] == 1 else 0.5)


def occlusion_panels(
    seen: Inside, clean: Sweep, attacked: Sweep, classes: Sequence[str], theme: str
) -> list[Panel]:
    """What covering does to the answer before and after, and what is said where after."""
    pictures = [unit_picture(to_unit(pixels)) for pixels in (seen.pixels, seen.adversarial)]
    cover = clean.cover
    drawn = [
        magnitude_map(sweep.answers.probability, 1.0, Canvas(picture, cover, theme))
        for picture, sweep in zip(pictures, (clean, attacked), strict=True)
    ]
    back = attacked.answers.label[attacked.known] == seen.label
    regions = regions_of(attacked, classes)
    legend = ", ".join(f"{one.letter} {one.name} {one.share:.0%}" for one in regions)
    undone = f"“{classes[seen.label]}” again at {int(back.sum())} of {len(back)} places: {legend}."
    return [
        Panel(f"clean x: “{classes[seen.label]}”", "Dark where covering takes the answer away.",
              drawn[0]),
        Panel(f"adversarial x′: “{classes[seen.found]}”", "Bright: the answer does not need it.",
              drawn[1]),
        Panel("x′: what it says, covered there", undone if seen.fooled else f"{legend}.",
              label_map(attacked.answers.label, regions, Canvas(pictures[1], cover, theme))),
    ]  # fmt: skip


def gallery(panels: Sequence[Panel]) -> str:
    """HTML: the panels side by side."""
    figures = "".join(
        f'<figure><img src="{_png(one.picture)}" alt="{escape(one.title)}"><figcaption>'
        f"<b>{escape(one.title)}</b>{escape(one.words)}</figcaption></figure>"
        for one in panels
    )
    return f'{STYLE}<div class="panels4">{figures}</div>'


# -- to keep --------------------------------------------------------------------------------------


def saved(
    found: ChangedMaps | None, panels: Sequence[Panel], heading: str, lines: Sequence[str],
    theme: str,
) -> bytes:  # fmt: skip
    """The table of maps and the panels under a heading, as a PNG to keep."""
    lines = [part for line in lines for part in wrap(_spelled(line), 120)]
    gap, head = 16, 56 + 26 * len(lines)
    columns = len(found.channels) if found else 0
    tall = (CELL + gap) * len(ROWS) + 48 if found else 0
    width = max(170 + columns * (CELL + gap), gap + len(panels) * (SIDE + gap), 980)
    height = head + tall + (SIDE + 44 if panels else 0)
    image = Image.new("RGB", (width, height), PAPER[theme])
    draw, small = ImageDraw.Draw(image), ImageFont.load_default(16)
    draw.text((gap, 14), _spelled(heading), fill=INK[theme], font=ImageFont.load_default(22))
    for at, line in enumerate(lines):
        draw.text((gap, 50 + 26 * at), line, fill=INK[theme], font=small)
    if found:
        limit = limit_of(found)
        for at, (channel, share) in enumerate(zip(found.channels, found.shares, strict=True)):
            place = (160 + at * (CELL + gap), head)
            draw.text(place, f"{channel}: {share_text(share)}", fill=INK[theme], font=small)
        for down, (title, row) in enumerate(zip(ROWS, rows_of(found), strict=True)):
            top = head + 28 + down * (CELL + gap)
            draw.text((gap, top + CELL / 2 - 8), title, fill=INK[theme], font=small)
            for at, one in enumerate(row):
                cell = Image.fromarray(signed_colours(one.numpy(), limit, theme))
                cell = cell.resize((CELL, CELL), Image.Resampling.NEAREST)
                image.paste(cell, (160 + at * (CELL + gap), top))
    for at, panel in enumerate(panels):
        left, top = gap + at * (SIDE + gap), head + tall
        draw.text((left, top), _spelled(panel.title)[:34], fill=INK[theme], font=small)
        shown = Image.fromarray(panel.picture).resize((SIDE, SIDE), Image.Resampling.NEAREST)
        image.paste(shown, (left, top + 26))
    return png_bytes(np.asarray(image))


def _spelled(words: str) -> str:
    """Pillow's own font has neither letter."""
    return words.replace("ε", "eps").replace("′", "'")


def _png(picture: Colours) -> str:
    return f"data:image/png;base64,{base64.b64encode(png_bytes(picture)).decode()}"
