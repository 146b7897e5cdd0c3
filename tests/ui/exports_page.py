"""A page with nothing but a lab's panel of code and files, of one visitor."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.runs.visitors import Visitor

PAGE = """
import streamlit as st
from {specs} import {spec}
from {panels} import {panel}

{panel}({spec}.from_json(st.session_state["given"]))
st.caption("the page goes on")
"""


def page_with(panel: Callable[..., None], spec_kind: type) -> Callable[[Any], AppTest]:
    """A function that opens the page for a spec of this kind."""
    names = {"spec": spec_kind.__name__, "panel": panel.__name__}
    text = PAGE.format(specs=spec_kind.__module__, panels=panel.__module__, **names)

    def opened(spec: Any) -> AppTest:
        test = AppTest.from_string(text, default_timeout=60)
        test.session_state["given"] = spec.to_json()
        return sound(test.run())

    return opened


def only_visitor(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> Visitor:
    """The visitor that these modules find."""
    visitor = Visitor("A" * 22)
    for module in modules:
        monkeypatch.setattr(module, "visitor", lambda: visitor)
    return visitor


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert "the page goes on" in [item.value for item in test.caption]
    return test


def files(test: AppTest) -> dict[str, bool]:
    """The buttons' labels, and whether they can be pressed."""
    found = test.get("download_button")
    return {button.proto.label: not button.proto.disabled for button in found}
