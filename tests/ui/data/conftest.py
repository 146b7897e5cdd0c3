"""The data panel, opened at an address."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.specs import DataSpec
from dlviz.io import downloads
from dlviz.runs.visitors import Visitor
from tests.ui.data.panel import page, sound


@pytest.fixture
def open_panel(mine: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path))

    def run(preset: DataSpec | None = None, **address: str) -> AppTest:
        test = AppTest.from_function(page, default_timeout=60)
        test.session_state["preset"] = preset or DataSpec()
        test.query_params.update(address)
        return sound(test.run())

    return run
