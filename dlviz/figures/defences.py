"""An input defence on one picture: who stops whom, in words and colours, and the program."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor

from dlviz.core.data import to_unit
from dlviz.core.defence_trials import STEPS, Attempt, Toll
from dlviz.core.defences import Defence, Defended
from dlviz.core.robustness import LEVELS, random_signs
from dlviz.core.words import percent as share_of
from dlviz.figures.attack import SURE
from dlviz.figures.charts import percent

STYLE = """
.told { padding: 0.3rem 0.8rem; border-radius: 0.5rem; border-left: 6px solid #999;
  font-size: 1.1rem; line-height: 1.35; min-height: 3.2rem;
  background: color-mix(in srgb, #999 16%, transparent); }
.told.fooled { border-color: #e69f00; background: color-mix(in srgb, #e69f00 22%, transparent); }
.told.holds { border-color: #56b4e9; background: color-mix(in srgb, #56b4e9 18%, transparent); }
.heading { font-weight: 600; line-height: 1.3; }
.st-key-twins .heading { min-height: 2.6em; }
@media (max-width: 640px) {
  :is(.st-key-twins, .st-key-tried) [data-testid="stImage"] { max-width: 65%; } }
.toll { border-collapse: collapse; font-size: 16px; }
.toll :is(td, th) { padding: 0.15rem 1rem 0.15rem 0; text-align: right; font-weight: 400;
  font-variant-numeric: tabular-nums; border-bottom: 1px solid
  color-mix(in srgb, currentColor 18%, transparent); }
.toll :is(td, th):first-child { text-align: left; }
"""


@dataclass(frozen=True, eq=False)
class Clean:
    """What is true before any attack: the net's ``label`` for the picture and its probabilities
    float32 K, ``bare`` and behind the defence; ``noise``: with random signs, behind the defence.
    """

    label: int
    bare: Tensor
    defended: Tensor
    noise: Tensor


@dataclass(frozen=True)
class Told:
    """``kind``: "holds", "fooled" or "unsuitable"; ``word`` is the headline, ``rest`` the rest."""

    kind: str
    word: str
    rest: str


def clean_of(defended: Defended, pixels: Tensor, eps: int) -> Clean:
    """Three answers to one uint8 C×H×W picture."""
    images = to_unit(pixels)[None]
    noisy = (images + eps / LEVELS * random_signs(images.shape[1:], 0, 0)).clamp(0, 1)
    bare = _answer(defended.model, images)
    return Clean(int(bare.argmax()), bare, _answer(defended, images), _answer(defended, noisy))


@torch.no_grad()
def _answer(model: torch.nn.Module, images: Tensor) -> Tensor:
    answer: Tensor = model(images)[0].softmax(dim=0).cpu()
    return answer


def behind(defended: Defended, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """(what the net sees of a uint8 C×H×W picture, its answer to it: float32 K)."""
    images = to_unit(pixels)[None]
    with torch.no_grad():
        seen = defended.seen(images)
    return (seen[0].cpu() * LEVELS).round().to(torch.uint8), _answer(defended, images)


def unfair(clean: Clean, classes: tuple[str, ...], right: Collection[str] | None) -> str:
    """Why nobody can be fooled about this picture, in a sentence; empty if they can."""
    name, sure = classes[clean.label], float(clean.bare[clean.label])
    if right is not None and name not in right:
        return f"The net is wrong from the start: it says {name}."
    if sure < SURE:
        return f"The net does not know this picture: its best guess is {name}, {percent(sure)}."
    return ""


@dataclass(frozen=True, eq=False)
class Trial:
    """A defence on one picture: before any attack (``clean``), under the ``naive`` attack that
    does not know of it (``stopped``: what the defended net answers), and ``through`` it."""

    clean: Clean
    naive: Attempt
    stopped: Tensor
    through: Attempt


def told(
    trial: Trial,
    defence: Defence,
    classes: tuple[str, ...],
    *,
    right: Collection[str] | None = None,
) -> Told:
    """The verdict on a defence. ``right``: the class names that are true of the picture, None if
    nobody knows; an answer that is another one of them is not wrong."""
    clean, label = trial.clean, trial.clean.label
    fine = {label, *(at for at, name in enumerate(classes) if right and name in right)}
    if why := unfair(clean, classes, right):
        return Told("unsuitable", "Not a fair test", why)
    if int(clean.defended.argmax()) not in fine:
        spoilt = said(clean.defended, classes)
        return Told("unsuitable", "Spoilt by the defence", f"unattacked, it is {spoilt}. Use less.")
    if int(trial.naive.answer.argmax()) in fine:
        end = said(trial.naive.answer, classes)
        rest = f"even without a defence the attack ends at {end}, which is right. Raise ε."
        return Told("holds", "Nothing to defend against", rest)
    stops = int(trial.stopped.argmax()) in fine
    falls = int(trial.through.answer.argmax()) not in fine
    unknown, known = said(trial.stopped, classes), said(trial.through.answer, classes)
    if not falls:
        return _stands(defence, unknown, known, stops=stops)
    word = "Stopped, then beaten" if stops else "Not even stopped"
    ends = "ends at" if stops else "gets as far as"
    rest = f"the attack that does not know of it {ends} {unknown}; the one through it at {known}."
    return Told("fooled", word, rest)


def _stands(defence: Defence, unknown: str, known: str, *, stops: bool) -> Told:
    """The attack through the defence has not changed the answer."""
    if stops:
        rest = (
            f"{known}, which is right, after {STEPS} steps through {defence.noun}. That proves "
            "nothing for a larger ε, more steps or another picture."
        )
        return Told("holds", "Holds here", rest)
    rest = (
        f"the attack that does not know of it gets {unknown}, the one through it only {known}. "
        "What one attack finds is no bound for others."
    )
    return Told("fooled", "Not stopped", rest)


def said(answer: Tensor, classes: tuple[str, ...]) -> str:
    """The first answer with its probability."""
    best = int(answer.argmax())
    return f"{classes[best]} ({percent(float(answer[best]))})"


def toll_table(found: Toll, defence: Defence) -> str:
    """Right answers of a whole set, without and with the defence; HTML."""
    rows = (
        ("clean pictures", found.bare, found.clean),
        ("attacked, defence unknown", found.naive_bare, found.naive),
        ("attacked through the defence", None, found.through),
        ("random signs of the same ε", None, found.noise),
    )
    body = "".join(
        f"<tr><td>{words}</td>{_share(bare, found.count)}{_share(kept, found.count)}</tr>"
        for words, bare, kept in rows
    )
    head = f"<th>{found.count} pictures: right</th><th>no defence</th><th>{defence.title}</th>"
    return f'<table class="toll"><tr>{head}</tr>{body}</table>'


def _share(right: int | None, count: int) -> str:
    return f"<td>{'–' if right is None else share_of(right / count, 1)}</td>"


def code(load_model: str, load_pixels: str, defence: Defence, value: float, eps: int) -> str:
    """A program that repeats both attacks and runs as it stands.

    ``load_model`` and ``load_pixels``: Python that sets ``model``, and ``pixels`` uint8 C×H×W.
    """
    way = "Autograd knows its slope." if defence.exact else "It rounds: straight through (BPDA)."
    return f"""\
import torch

{load_model}
{load_pixels}

from dlviz.core.attacks import ATTACKS
from dlviz.core.defences import Defended
from dlviz.io.defences import DEFENCES

image = (pixels / 255)[None]
label = model(image).argmax(dim=1)  # the net's own answer is what has to change
# {way}
defended = Defended(model, DEFENCES["{defence.name}"], {value!r})
naive = ATTACKS["pgd"].run(model, image, label, {eps} / 255, steps={STEPS})
through = ATTACKS["pgd"].run(defended, image, label, {eps} / 255, steps={STEPS})
for name, shown in (("clean", image), ("naive", naive), ("through", through)):
    shown = (shown * 255).round() / 255  # as a file stores it
    for net in (model, defended):
        share, best = net(shown).softmax(dim=1)[0].max(dim=0)
        print(f"{{name}}, {{type(net).__name__}}: {{model.classes[best]}} {{share:.1%}}")
"""
