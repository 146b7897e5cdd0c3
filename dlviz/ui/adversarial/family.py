"""The attack family: any attack's path on one picture, and all of them beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.address import follow, rerun, write
from dlviz.ui.adversarial.family_settings import choose_recipe
from dlviz.ui.adversarial.masks import Mask, take_area
from dlviz.ui.adversarial.subject import Subject, choose_subject, load_model_code
from dlviz.ui.components.attack_path import attack_path
from dlviz.ui.filters.memory import facts
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.figures.attack import Study, Verdict
    from dlviz.figures.attack_path import Recipe, Row, Walk
    from dlviz.ui.views import Place

KEY, AT, AREA = "attack_path", "at", "area"
# A path on 224×224 in colours: 2 MB for 10 steps, 15 MB for 100. Tables and answers: up to 1 MB.
PATHS, SHARED = Newest[Any](12), Newest[Any](32)
_OWN, _OWN_PATHS = "attacks of my own", "attack paths of my own"


@dataclass(frozen=True, eq=False)
class Setting:
    """What is attacked and how, where its results and its path are kept, and the key."""

    place: Place
    subject: Subject
    clean: Study
    recipe: Recipe
    mask: Mask | None
    kept: Newest[Any]
    paths: Newest[Any]
    key: str


def show(place: Place) -> None:
    """The path under the hand, its verdict above it, the table of all attacks below."""
    from dlviz.figures.attack_path_scene import TABLE_STYLE

    st.html(f"<style>{STYLE}{TABLE_STYLE}</style>")
    setting = _choose(place)
    task = _path(setting)
    said, stage, progress, below = (st.container() for _ in range(4))
    while not task.finished and task.done < 2:
        task.advance()
    walk = task.result
    with said:
        st.html(_verdict(_judged(setting, walk), walk, finished=task.finished))
    with stage:
        _view(setting, walk)
    if not task.finished:
        before = task.done
        with progress:
            run(task, key=f"path {setting.key}", things="pictures of the path")
        if task.done > before or task.finished:
            rerun()  # shows the rest of the path, or that it was all
    with below:
        _explain(setting, walk)
        _compare(setting)
        _keep(setting, walk)


STYLE = """
.judged { padding: 0.35rem 0.8rem; border-radius: 0.5rem; border-left: 6px solid; line-height: 1.35;
  font-size: 1.1rem; min-height: 2.2rem; display: flex; align-items: center; }
.judged.fooled { border-color: #e69f00; background: color-mix(in srgb, #e69f00 22%, transparent); }
.judged.changed { border-color: #cc79a7; background: color-mix(in srgb, #cc79a7 20%, transparent); }
.judged.holds { border-color: #56b4e9; background: color-mix(in srgb, #56b4e9 18%, transparent); }
.judged.unsuitable { border-color: #999; background: color-mix(in srgb, #999 18%, transparent); }
@media (max-width: 640px) {
  .judged { min-height: 5rem; }
  .st-key-family_controls > * { flex: 1 1 calc(50% - 0.5rem) !important; min-width: 0; }
}
"""


def _verdict(judged: Verdict, walk: Walk, *, finished: bool) -> str:
    from html import escape

    word, _, rest = judged.sentence.partition(":")
    so_far = "" if finished else f" (so far, step {len(walk.steps) - 1})"
    return (
        f'<div class="judged {judged.kind}" role="status"><span><strong>{escape(word)}:</strong>'
        f"{escape(rest + so_far)}</span></div>"
    )


def _choose(place: Place) -> Setting:
    from dlviz.core.data import to_unit
    from dlviz.figures.attack import study

    model = place.model
    with place.controls:
        subject = choose_subject(model, place.status)
    kept, paths = _kept(own=place.offer.own or subject.own)
    known = f"{facts(model)[0]} {subject.key}"

    def ask() -> Tensor:
        return model.probabilities(to_unit(subject.pixels)[None])[0].cpu()

    clean: Tensor = kept.get(f"says {known}", ask)
    recipe, mask = choose_recipe(place, subject, clean)
    target = recipe.target
    aimed: Study = kept.get(f"study {known} {target}", lambda: study(model, subject.pixels, target))
    key = f"{known} {target} {recipe.eps} {mask.key if mask else ''}"
    return Setting(place, subject, aimed, recipe, mask, kept, paths, key)


def _kept(*, own: bool) -> tuple[Newest[Any], Newest[Any]]:
    """Where results and paths lie: what is of a visitor's own model or picture, in the session."""
    if not own:
        return SHARED, PATHS
    for key, size in ((_OWN, 16), (_OWN_PATHS, 3)):
        if key not in st.session_state:
            st.session_state[key] = Newest(size)
    return st.session_state[_OWN], st.session_state[_OWN_PATHS]


def _path(setting: Setting) -> Task[Walk]:
    from dlviz.figures.attack_path import planned, walk

    model, clean, recipe = setting.place.model, setting.clean, setting.recipe

    def stream() -> Iterator[tuple[int, Walk]]:
        return enumerate(walk(model, clean.pixels, clean.label, recipe), start=1)

    name = f"path {setting.key} {recipe.name} {dict(recipe.settings)}"
    task: Task[Walk] = setting.paths.get(name, lambda: Task(planned(recipe), stream()))
    return task


def _judged(setting: Setting, walk: Walk) -> Verdict:
    from dlviz.figures.attack_path import judged, moved_by

    moved = moved_by(setting.subject.pixels, walk.pixels)
    classes = setting.place.model.classes
    return judged(setting.clean, walk.last, moved, classes, setting.subject.right)


def _view(setting: Setting, walk: Walk) -> None:
    """The component; where the hand rests on a step of the path, the address has it as ``at``."""
    from dlviz.figures.attack_path_scene import scene

    last = len(walk.steps) - 1
    name = f"{setting.key} {setting.recipe.name} {dict(setting.recipe.settings)}"

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 4):
            raise ValueError("a step of the path is a whole number")
        return int(text)

    def rested() -> None:
        told = st.session_state[KEY][AT]
        if told["scene"] == name:
            st.session_state[AT] = int(told["step"])

    def dragged() -> None:
        take_area(st.session_state[KEY][AREA])

    if sentence := follow(AT, read, None, context=name, widget=False):
        setting.place.status.info(sentence)
    at: int | None = st.session_state[AT]
    data = scene(setting.clean, walk, setting.place.model.classes, name=name)
    mask = setting.mask
    outline = {"kind": mask.kind, "area": list(mask.area)} if mask else None
    title, file = setting.subject.title, f"{setting.subject.name}-{data['file']}"
    attack_path(
        {**data, "start": last if at is None else min(at, last), "asked": at, "mask": outline,
         "title": title, "file": file},
        key=KEY, on_at=rested, on_area=dragged,
    )  # fmt: skip
    at = None if at is not None and at >= last else at
    write(AT, at, None, context=name)


def _explain(setting: Setting, walk: Walk) -> None:
    from dlviz.figures.attack import gradient_sentence
    from dlviz.figures.attack_path_scene import formula

    attack = setting.recipe.attack
    aim = "away from" if setting.recipe.target is None else "towards"
    goal = setting.recipe.target
    name = setting.place.model.classes[setting.clean.label if goal is None else goal]
    st.latex(formula(setting.recipe, setting.subject.pixels))
    st.markdown(
        f"**{attack.title}.** {attack.what} Here {aim} **{name}**: {walk.gradients} "
        f"{'gradient' if walk.gradients == 1 else 'gradients'} computed. *Source: {attack.source}.*"
        + (f" {setting.mask.words}" if setting.mask else "")
    )
    if setting.recipe.attack.has_eps and (
        sentence := gradient_sentence(setting.clean, setting.place.model.classes)
    ):
        st.markdown(sentence)  # DeepFool looks at logits, which no softmax has flattened


def _compare(setting: Setting) -> None:
    """All attacks at this ε, this aim and this mask, with their usual settings, as a table."""
    from dlviz.figures.attack_path_scene import table
    from dlviz.figures.attack_path_words import lesson

    st.subheader("All of them on this picture")
    task = _rows(setting)
    place = st.container()
    rows = run(task, key=f"table {setting.key}", things="steps of all attacks")
    classes, right = setting.place.model.classes, setting.subject.right
    with place:
        st.html(table(rows, setting.clean, classes, right, setting.recipe.name))
        if task.finished:
            st.markdown(lesson(rows, setting.clean, classes, right))
    st.caption(
        "Each with its usual settings, at the same ε and with the same pixels free. An attack that "
        "measures lengths may go as far as a change of every pixel value by ε: ε·√n. Times are "
        "this server’s, with whoever else is on it; DeepFool knows no ε and no target."
    )


def _rows(setting: Setting) -> Task[tuple[Row, ...]]:
    from dlviz.core.attacks import ATTACKS
    from dlviz.figures.attack_path import Recipe, control, planned, row_of, walk

    model, clean, recipe = setting.place.model, setting.clean, setting.recipe
    recipes = [
        Recipe(name, recipe.eps, recipe.target if attack.can_target else None, {}, recipe.mask)
        for name, attack in ATTACKS.items()
    ]

    def stream() -> Iterator[tuple[int, tuple[Row, ...]]]:
        rows: tuple[Row, ...] = (control(model, clean.pixels, recipe),)
        done = 1
        yield done, rows
        for one in recipes:
            for so_far in walk(model, clean.pixels, clean.label, one):
                done, path = done + 1, so_far
                yield min(done, total), rows
            rows = (*rows[:-1], row_of(path, clean.pixels), rows[-1])
            yield min(done, total), rows

    total = 1 + sum(min(planned(one), 12) for one in recipes)  # DeepFool needs a few of its 50
    task: Task[tuple[Row, ...]] = setting.kept.get(
        f"table {setting.key}", lambda: Task(total, stream())
    )
    return task


def _keep(setting: Setting, walk: Walk) -> None:
    from dlviz.figures.attack_path_scene import code
    from dlviz.figures.triptych import added, plain
    from dlviz.io.png import png_bytes

    recipe, subject = setting.recipe, setting.subject
    name = f"{subject.name}-{recipe.name}-{recipe.eps}"
    limit = max(walk.last.farthest, 1 / 255)
    change = added(subject.pixels, walk.pixels, limit=limit, theme=theme())
    with st.container(horizontal=True):
        for label, picture, file, what in (
            ("Save x′ as PNG", plain(walk.pixels), f"{name}.png",
             "The last step as a file: read again, it gets exactly this answer."),
            ("Save the change", change, f"{name}-change.png",
             f"What the file adds, in colour; full colour is ±{255 * limit:.3g}/255."),
        ):  # fmt: skip
            st.download_button(
                label, png_bytes(picture), file, "image/png", key=f"save {label}",
                on_click="ignore", icon=":material/download:", help=what,
            )  # fmt: skip
    with st.expander("Show the code"):
        mask = setting.mask.code if setting.mask else ""
        text = code(load_model_code(setting.place.offer), subject.source, recipe, mask)
        st.code(text, language="python")
