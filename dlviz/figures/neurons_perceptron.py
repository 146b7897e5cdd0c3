"""A perceptron's mistakes as a film, its bound in words, and the program."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlviz.core.neurons.margin import NEAR, Margin, margin
from dlviz.core.neurons.perceptron import FULL, Lessons, bound, learn, radius, weights_after
from dlviz.core.words import grouped, percent
from dlviz.io.perceptron_pairs import PicturePair

MOST_FRAMES = 120
ORDERS = 10


@dataclass(frozen=True, eq=False)
class Schooling:
    """A pair, what a perceptron learnt from it, its margin, and its mistakes in other orders."""

    pair: PicturePair
    lessons: Lessons
    margin: Margin
    reach: float
    elsewhere: tuple[int, ...]

    @property
    def most(self) -> float:
        """Novikoff's bound. Raises ZeroDivisionError where no margin is."""
        return bound(self.reach, self.margin.width)


def school(pair: PicturePair) -> Schooling:
    """Teach it, find the margin, and where there is one, teach it again in other orders."""
    found = margin(pair.inputs, pair.signs)
    lessons = learn(pair.inputs, pair.signs, (pair.others, pair.truth))
    elsewhere = []
    for seed in range(ORDERS if found.separable else 0):
        order = np.random.default_rng(seed).permutation(len(pair.inputs))
        again = learn(pair.inputs[order], pair.signs[order])
        elsewhere.append(len(again.mistakes))
    return Schooling(pair, lessons, found, radius(pair.inputs), tuple(elsewhere))


def frames(count: int) -> list[int]:
    """After which mistakes there is a frame: all of few, else ever fewer, with the first ones."""
    if count < MOST_FRAMES:
        return list(range(count + 1))
    places = np.geomspace(1, count, MOST_FRAMES).round().astype(int).tolist()
    early = list(range(MOST_FRAMES // 2))
    late = [place for place in places if place > early[-1]]
    return sorted({*early, *late, count})


def scene(found: Schooling, *, file: str) -> dict[str, Any]:
    """What the component shows; pictures and weights as bytes, frame after frame."""
    pair, lessons = found.pair, found.lessons
    steps = frames(len(lessons.mistakes))
    size = pair.shape[0] * pair.shape[1]
    weights = np.zeros((len(steps), size), dtype=np.int8)
    pictures = np.zeros((len(steps), size), dtype=np.uint8)
    limits, biases, told = [], [], []
    for place, step in enumerate(steps):
        now = weights_after(pair.inputs, pair.signs, lessons, step)
        limit = float(np.abs(now[:-1]).max()) or 1.0
        weights[place] = np.rint(now[:-1] / limit * 127)
        limits.append(round(limit, 2))
        biases.append(round(float(now[-1]), 2))
        if step:
            mistake = lessons.mistakes[step - 1]
            pictures[place] = pair.inputs[mistake.index, :-1]
            first = pair.signs[mistake.index] > 0
            told.append([mistake.epoch, mistake.seen, round(mistake.total, 2), int(not first)])
        else:
            told.append([1, 0, 0.0, 0])
    return {
        "file": file,
        "names": list(pair.names),
        "height": pair.shape[0],
        "width": pair.shape[1],
        "each": len(pair.inputs),
        "steps": steps,
        "told": told,
        "limits": limits,
        "biases": biases,
        "weights": base64.b64encode(weights.tobytes()).decode(),
        "pictures": base64.b64encode(pictures.tobytes()).decode(),
        "shares": [round(lessons.held_out[step], 4) for step in steps],
        "passes": np.cumsum(lessons.by_pass).tolist(),
        "done": lessons.done,
    }


def verdict(found: Schooling) -> str:
    """How many mistakes, and what the bound says to that; Markdown."""
    lessons, (first, second) = found.lessons, found.pair.names
    made, passes = len(lessons.mistakes), len(lessons.by_pass)
    right = percent(lessons.held_out[-1])
    if not found.margin.separable:
        return _inseparable(found)
    most = found.most
    if not lessons.done:
        return (
            f"**{grouped(made)} mistakes in {passes} passes**, and it has not come to rest: the "
            f"bound lets it make {grouped(int(most))}. {right} of the held-out pictures are right."
        )
    low, high = min(found.elsewhere), max(found.elsewhere)
    other = f"{low} to {high}" if low < high else f"{low}"
    return (
        f"**{grouped(made)} mistakes**, then pass {passes} has none and it rests: {first} and "
        f"{second} are told apart, {right} of the held-out ones, too. Novikoff’s bound allows "
        f"**(R/γ)² = {grouped(int(most))}**: {most / made:.0f} times as many. (In {ORDERS} other "
        f"orders it made {other}.)"
    )


def _inseparable(found: Schooling) -> str:
    lessons, (first, second) = found.lessons, found.pair.names
    made, passes = len(lessons.mistakes), len(lessons.by_pass)
    certain = found.margin.most <= 10 * NEAR * found.reach
    why = (
        f"**No weights part these {first} from these {second}**: a mixture of some equals a "
        "mixture of the others, so γ = 0 and the bound (R/γ)² says nothing"
        if certain
        else f"No plane was found that parts these {first} from these {second}, so no bound is told"
    )
    return (
        f"{why}. It never stops: after {passes} passes it has made **{grouped(made)} mistakes**, "
        f"{lessons.by_pass[-1]} of them in the last pass. {percent(lessons.held_out[-1])} of the "
        "held-out pictures are right just now."
    )


def numbers(found: Schooling) -> str:
    """R and γ with their current numbers, in pixels of 0 to 1; Markdown."""
    if not found.margin.separable:
        return ""
    reach, width = found.reach / FULL, found.margin.width / FULL
    return (
        f"R = {reach:.2f} is the length of the longest picture, γ = {width:.3f} the distance that "
        "the best plane through 0 keeps from all of them, both with the input that is always 1 "
        f"(found from {found.margin.supports} pictures that lie nearest to it): (R/γ)² = "
        f"({reach:.2f}/{width:.3f})² = {grouped(int(found.most))}. The bound has to hold for any "
        "pictures with this R and γ, in any order, the worst too: for these it is loose."
    )


def code(load: str) -> str:
    """A program: Rosenblatt's rule, and the bound. ``load``: Python that sets ``pair``."""
    return f"""\
import torch

{load}
x = torch.from_numpy(pair.inputs) / 255
y = torch.from_numpy(pair.signs)
w = torch.zeros(x.shape[1], dtype=x.dtype)
mistakes = 0
for epoch in range(50):
    before = mistakes
    for picture, sign in zip(x, y):
        if sign * (w @ picture) <= 0:
            w += sign * picture
            mistakes += 1
    if mistakes == before:
        break
print(mistakes, "mistakes in", epoch + 1, "passes")

from dlviz.core.neurons.margin import margin

found = margin(x.numpy(), y.numpy())
if found.separable:
    print("bound", ((x.norm(dim=1).max() / found.width) ** 2).item())
"""
