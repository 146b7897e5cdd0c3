"""The adversarial lab's cards under AppTest: each opens as it says, before its answer and after."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.attack_cards import ATTACK_CARDS
from dlviz.ui.adversarial import (
    defences_input,
    defences_trained,
    family,
    file,
    inside,
    many,
    opened,
    plane,
    studies,
    transfer,
)
from dlviz.ui.adversarial.views import ATTACK_VIEWS
from dlviz.ui.filters import memory
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task

WITH_TASKS = (
    defences_input, defences_trained, family, file, inside, many, opened, plane, transfer,
)  # fmt: skip

QUICK = ("pixel", "anecdote", "target", "robust")


def begun(task: Task[Any], **_options: object) -> Any:
    """Instead of a whole computation its first step."""
    if not task.has_begun:
        task.advance()
    return task.result


@pytest.fixture
def open_page(
    run_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AppTest]:
    """The page with nothing kept, where long work only begins."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    for module in (studies, family):
        monkeypatch.setattr(module, "SHARED", Newest(8))
    for module in (many, transfer, defences_trained):
        monkeypatch.setattr(module, "_going", Newest(8))
    monkeypatch.setattr(defences_trained.st, "page_link", lambda *_, **__: None)  # one page alone
    for module in WITH_TASKS:
        monkeypatch.setattr(module, "run", begun)
    return partial(run_page, "adversarial")


@pytest.mark.parametrize(
    "name",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.acceptance)
        for name in ATTACK_CARDS
    ],
)
def test_a_card_opens_without_a_sentence_about_what_is_not_there(
    name: str, open_page: Callable[..., AppTest]
) -> None:
    card = ATTACK_CARDS[name]
    for settings in (card.settings, {**card.settings, **card.then}):
        test = open_page(**settings, **{"try": name})
        assert not [item.value for item in [*test.error, *test.warning, *test.info]]
        assert card.question in " ".join(item.value for item in test.markdown)
        assert test.segmented_control(key="scene").value == settings.get("scene", "opened")
        for key in ("model", "picture", "attack", "target", "span", "defence", "count"):
            if key in settings and key in {item.key for item in test.selectbox}:
                assert test.selectbox(key=key).value == settings[key]


def test_cards_name_views() -> None:
    for card in ATTACK_CARDS.values():
        scenes = [{**card.settings, **card.then}.get("scene"), card.settings.get("scene")]
        assert {scene for scene in scenes if scene} <= set(ATTACK_VIEWS)
        assert bool(card.then) == bool(card.then_label)


def test_the_cards_one_step_is_told_as_all_there_is(run_page: Callable[..., AppTest]) -> None:
    test = run_page("adversarial", scene="family", attack="fgsm", model="digits_plain")
    (said,) = [item.proto.body for item in test.get("html") if 'role="status"' in item.proto.body]
    assert "so far" not in said
