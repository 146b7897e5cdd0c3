"""What the tests of the filters lab's views share."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.io import datasets


def given_to(monkeypatch: pytest.MonkeyPatch, component: ModuleType) -> list[Any]:
    """What a page gives to a component from now on, the newest last."""
    given: list[Any] = []
    real = component._mount

    def mount(*, key: str, data: Any, **options: Any) -> Any:
        given.append(data)
        return real(key=key, data=data, **options)

    monkeypatch.setattr(component, "_mount", mount)
    return given


def few_held_out(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """So many held-out pictures only, so that a search through them takes a moment."""
    real = datasets.held_out

    def few(name: str) -> Any:
        pixels, labels = real(name)
        return pixels[:count], labels[:count]

    monkeypatch.setattr(datasets, "held_out", few)


def sound(test: AppTest) -> AppTest:
    """The page, which ran without an exception and shows no error."""
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    return test
