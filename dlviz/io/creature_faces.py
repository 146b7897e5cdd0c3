"""Eight animal faces as lists of filled polygons, in the order in which they are painted.

What tells the species apart are the parts; colours come from one palette for all of them. To add
a species, write its function and enter it in ``FACES``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlviz.io.creature_shapes import (
    FLIP,
    Look,
    Shape,
    almond,
    lined,
    oval,
    pair,
    polygon,
    round_eyes,
    smile,
    whiskers,
)


def owl(look: Look) -> list[Shape]:
    p, r = look.palette, look.vary(0.37)
    tuft = polygon((-0.98, -0.1), (-0.42, -0.8), (look.vary(-1.12, 0.06), look.vary(-1.22)))
    brow = polygon((-0.42, -0.87), (0, -0.94), (0.42, -0.87), (0, -0.22))
    beak = polygon((0, 0.02), (0.19, 0.24), (0, look.vary(0.68)), (-0.19, 0.24))
    return [
        *lined([*pair("ear", tuft, p.dark), Shape("head", oval(0, 0, 1.02, 0.95), p.fur)], p.line),
        Shape("head", brow, p.dark),
        *pair("eye", oval(-0.44, -0.1, r + 0.17, r + 0.17), p.light),
        *pair("eye", oval(-0.44, -0.1, r, r), p.iris),
        *pair("eye", oval(-0.42, -0.1, 0.58 * r, 0.58 * r), p.black),
        Shape("left eye", oval(-0.52, -0.2, 0.2 * r, 0.2 * r), p.white),
        Shape("right eye", oval(0.34, -0.2, 0.2 * r, 0.2 * r), p.white),
        *lined([Shape("beak", beak, p.nose)], p.line),
    ]


def cat(look: Look) -> list[Shape]:
    p, tip = look.palette, look.vary(-1.4, 0.08)
    ear = polygon((-1.0, -0.1), (-0.2, -0.78), (-0.88, tip))
    inner = polygon((-0.9, -0.35), (-0.42, -0.74), (-0.83, tip + 0.25))
    eye, slant = look.vary(0.29), 0.18
    return [
        *lined(pair("ear", ear, p.fur), p.line),
        *pair("ear", inner, p.skin),
        *lined([Shape("head", oval(0, 0, 1.08, 0.86), p.fur)], p.line),
        Shape("snout", oval(-0.2, 0.38, 0.27, 0.23), p.light),
        Shape("snout", oval(0.2, 0.38, 0.27, 0.23), p.light),
        *pair("eye", almond(-0.47, -0.14, eye + 0.06, eye * 0.86 + 0.06, slant), p.line),
        *pair("eye", almond(-0.47, -0.14, eye, eye * 0.86, slant), p.iris),
        *pair("eye", oval(-0.47, -0.14, 0.085, eye * 0.78), p.black),
        *smile("snout", 0.34, 0.36, p.line),
        Shape("snout", polygon((-0.17, 0.14), (0.17, 0.14), (0, 0.35)), p.nose),
        *whiskers(look, 0.42, 0.4, 0.85),
    ]


def rabbit(look: Look) -> list[Shape]:
    p, length, lean = look.palette, look.vary(0.78), 0.12 + look.lean(0.16)
    ear_y = -0.62 - length * 0.8
    ear = oval(-0.42 - lean * 0.6, ear_y, 0.27, length, -lean)
    inner = oval(-0.42 - lean * 0.6, ear_y, 0.13, length * 0.78, -lean)
    tooth = polygon((-0.15, 0.5), (-0.01, 0.5), (-0.01, 0.84), (-0.14, 0.82))
    return [
        *lined(pair("ear", ear, p.fur), p.line),
        *pair("ear", inner, p.skin),
        *lined([Shape("head", oval(0, 0, 0.9, 0.82), p.fur)], p.line),
        *lined([Shape("teeth", tooth, p.white), Shape("teeth", tooth * FLIP, p.white)], p.line),
        Shape("snout", oval(-0.21, 0.36, 0.27, 0.22), p.light),
        Shape("snout", oval(0.21, 0.36, 0.27, 0.22), p.light),
        Shape("snout", oval(0, 0.2, 0.15, 0.11), p.nose),
        Shape("snout", polygon((-0.035, 0.25), (0.035, 0.25), (0.035, 0.5), (-0.035, 0.5)), p.line),
        *round_eyes(look, 0.42, -0.14, look.vary(0.21)),
    ]


def cow(look: Look) -> list[Shape]:
    p, tip = look.palette, look.vary(-1.3, 0.07)
    horn = polygon(
        (-0.28, -0.72), (-0.62, -0.55), (-0.98, -0.78), (-0.95, tip), (-0.8, -0.98), (-0.58, -0.86)
    )
    ear = oval(-1.0, -0.3, 0.42, 0.2, look.vary(-0.3, 0.6))
    return [
        *lined(pair("ear", ear, p.fur), p.line),
        *pair("ear", oval(-1.02, -0.29, 0.25, 0.1, -0.3), p.skin),
        *lined(pair("horn", horn, (238, 224, 190)), p.line),
        *lined([Shape("head", oval(0, 0.02, 0.74, 0.92), p.fur)], p.line),
        Shape("head", oval(0, -0.3, 0.2, 0.55), p.light),
        *lined([Shape("snout", oval(0, 0.66, look.vary(0.72, 0.06), 0.4), p.skin)], p.line),
        Shape("snout", oval(-0.27, 0.58, 0.12, 0.15, 0.3), p.black),
        Shape("snout", oval(0.27, 0.58, 0.12, 0.15, -0.3), p.black),
        Shape("snout", oval(0, 0.88, 0.28, 0.05), p.line),
        *round_eyes(look, 0.42, -0.16, look.vary(0.18)),
    ]


def mouse(look: Look) -> list[Shape]:
    p, r = look.palette, look.vary(0.6, 0.08)
    head = polygon(
        (-0.72, -0.45), (-0.4, -0.7), (0, -0.78), (0.4, -0.7), (0.72, -0.45), (0.82, -0.05),
        (0.66, 0.36), (0.3, 0.72), (0, 0.82), (-0.3, 0.72), (-0.66, 0.36), (-0.82, -0.05),
    )  # fmt: skip
    return [
        *lined(pair("ear", oval(-0.86, -0.68, r, r), p.fur), p.line),
        *pair("ear", oval(-0.86, -0.66, r * 0.68, r * 0.68), p.skin),
        *lined([Shape("head", head, p.fur)], p.line),
        Shape("snout", oval(0, 0.46, 0.36, 0.34), p.light),
        *whiskers(look, 0.24, 0.5, 0.8),
        *lined([Shape("snout", oval(0, 0.52, look.vary(0.2), 0.17), p.nose)], p.line),
        *round_eyes(look, 0.34, -0.1, look.vary(0.17)),
    ]


def fox(look: Look) -> list[Shape]:
    p, tip = look.palette, look.vary(-1.38, 0.06)
    ear = polygon((-0.98, -0.05), (-0.12, -0.62), (-0.78, tip))
    dark_tip = polygon((-0.87, -0.75), (-0.47, -0.98), (-0.78, tip))
    chin = look.vary(1.0, 0.06)
    face = polygon(
        (-0.55, -0.62), (0, -0.72), (0.55, -0.62), (0.9, -0.2), (1.2, 0.22), (0.72, 0.5),
        (0.2, chin), (-0.2, chin), (-0.72, 0.5), (-1.2, 0.22), (-0.9, -0.2),
    )  # fmt: skip
    cheek = polygon((-1.12, 0.22), (-0.5, 0.1), (-0.16, 0.5), (-0.06, chin), (-0.2, chin),
                    (-0.72, 0.46))  # fmt: skip
    eye = look.vary(0.22)
    return [
        *lined(pair("ear", ear, p.fur), p.line),
        *pair("ear", dark_tip, p.line),
        *lined([Shape("head", face, p.fur)], p.line),
        Shape("head", cheek, p.white),
        Shape("head", cheek * FLIP, p.white),
        *pair("eye", almond(-0.42, -0.08, eye + 0.07, eye * 0.66 + 0.06, 0.5), p.light),
        *pair("eye", almond(-0.42, -0.08, eye, eye * 0.72, 0.5), p.black),
        Shape("left eye", oval(-0.47, -0.13, 0.055, 0.055), p.white),
        Shape("right eye", oval(0.37, -0.13, 0.055, 0.055), p.white),
        Shape("snout", oval(0, chin - 0.06, look.vary(0.21), 0.16), p.black),
        Shape("snout", oval(-0.06, chin - 0.12, 0.06, 0.035), p.light),
    ]


def pig(look: Look) -> list[Shape]:
    p, droop = look.palette, look.vary(-0.12, 0.9)
    ear = polygon((-0.24, -0.84), (-0.62, -1.1), (-1.12, -0.92), (-1.06, droop), (-0.68, -0.42))
    width = look.vary(0.46, 0.08)
    return [
        *lined([Shape("head", oval(0, 0, 1.0, 0.92), p.fur)], p.line),
        *lined(pair("ear", ear, p.dark), p.line),
        *smile("mouth", 0.69, 0.4, p.line),
        *lined([Shape("snout", oval(0, 0.3, width, 0.34), p.skin)], p.line),
        Shape("snout", oval(-0.17, 0.3, 0.1, 0.17), p.black),
        Shape("snout", oval(0.17, 0.3, 0.1, 0.17), p.black),
        *round_eyes(look, 0.45, -0.2, look.vary(0.17)),
    ]


def elephant(look: Look) -> list[Shape]:
    p, size, sway = look.palette, look.vary(0.62, 0.08), look.lean(0.3)
    t = np.linspace(0, 1, 9)
    middle = np.stack([sway * np.sin(np.pi * t) + 0.9 * sway * t**3, 0.05 + 1.3 * t], 1)
    rings = [(float(middle[i, 0]), float(middle[i, 1]), 0.2 - 0.02 * i) for i in (3, 4, 5, 6)]
    half = (0.27 - 0.1 * t)[:, None] * (1.0, 0.0)
    trunk = np.concatenate([middle - half, (middle + half)[::-1]])
    tusk = polygon((-0.56, 0.36), (-0.24, 0.46), (-0.44, 0.82), (-0.86, look.vary(1.02, 0.06)))
    wrinkles = [Shape("trunk", oval(x, y, half_x, 0.035), p.line) for x, y, half_x in rings]
    return [
        *lined(pair("ear", oval(-1.02, -0.16, size, 0.78, 0.2), p.fur), p.line),
        *pair("ear", oval(-1.06, -0.14, size * 0.7, 0.54, 0.2), p.skin),
        *lined([Shape("head", oval(0, -0.1, 0.72, 0.78), p.fur)], p.line),
        *lined(pair("tusk", tusk, p.white), p.line),
        *lined([Shape("trunk", trunk, p.fur)], p.line),
        *wrinkles,
        *round_eyes(look, 0.42, -0.16, look.vary(0.16)),
    ]


FACES: dict[str, Callable[[Look], list[Shape]]] = {
    "owl": owl,
    "cat": cat,
    "rabbit": rabbit,
    "cow": cow,
    "mouse": mouse,
    "fox": fox,
    "pig": pig,
    "elephant": elephant,
}
