"""What the tests of the adversarial lab's views share."""

from __future__ import annotations

from types import ModuleType

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui.adversarial import crowd
from dlviz.ui.filters import memory
from dlviz.ui.newest import Newest


def few_pictures(monkeypatch: pytest.MonkeyPatch, view: ModuleType) -> None:
    """Fresh caches of a view over many pictures, and few of them."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory(Newest(8), Newest(32)))
    monkeypatch.setattr(view, "_going", Newest(8))
    monkeypatch.setattr(crowd, "COUNTS", {"20": crowd.Named("20"), "10": crowd.Named("10")})


def words(test: AppTest) -> str:
    """All that a page says, which ran without an exception."""
    assert not test.exception, test.exception
    items = [*test.markdown, *test.info, *test.error, *test.caption]
    return " ".join(item.value for item in items)
