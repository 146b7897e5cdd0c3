"""The background import of torch: once, frozen once, told on the page while it lasts."""

from __future__ import annotations

import gc
import re
import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui import engine as engine_module
from dlviz.ui.engine import Engine
from dlviz.ui.pages import LABS
from tests.runs.studio import until

ROOT = Path(__file__).resolve().parents[2]


class Import:
    """Stands for the import of torch: waits to be let go, may fail, and notes what happens."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.go = threading.Event()
        self.error: Exception | None = None

    def __call__(self) -> None:
        self.log.append("import")
        self.go.wait(10)
        if self.error:
            raise self.error
        self.log.append("imported")


@pytest.fixture
def importing(monkeypatch: pytest.MonkeyPatch) -> Import:
    made = Import()
    monkeypatch.setattr(engine_module, "DELAY_SECONDS", 0.0)
    monkeypatch.setattr(engine_module, "_import_everything", made)
    monkeypatch.setattr(gc, "collect", lambda *_: made.log.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: made.log.append("freeze"))
    return made


def test_it_imports_once_and_freezes_once_whoever_asks(importing: Import) -> None:
    engine = Engine()
    askers = [threading.Thread(target=engine.start) for _ in range(8)]
    for thread in askers:
        thread.start()
    for thread in askers:
        thread.join()
    until(lambda: importing.log == ["import"])
    assert not engine.ready.is_set()
    importing.go.set()
    assert engine.ready.wait(10)
    for _ in range(3):
        engine.start()
    threading.Event().wait(0.1)
    assert importing.log == ["import", "imported", "collect", "freeze"]


def test_start_does_not_wait_for_the_import(importing: Import) -> None:
    engine = Engine()
    engine.start()
    assert not engine.ready.is_set()
    assert not importing.go.is_set()
    importing.go.set()
    assert engine.ready.wait(10)


def test_it_is_ready_after_the_freeze_not_before(
    importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine()
    seen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: seen.append(engine.ready.is_set()))
    importing.go.set()
    engine.start()
    assert engine.ready.wait(10)
    assert seen == [False]


def test_a_failed_import_is_told_in_one_sentence_and_never_ready(importing: Import) -> None:
    importing.error = ImportError("operator torchvision::nms does not exist")
    importing.go.set()
    engine = Engine()
    engine.start()
    until(lambda: bool(engine.failure))
    assert "PyTorch could not be loaded" in engine.failure
    assert "torchvision::nms" in engine.failure
    assert not engine.ready.is_set()
    assert importing.log == ["import"]


def test_the_share_grows_from_nothing_and_never_says_done(
    importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(engine_module.time, "monotonic", lambda: now[0])
    engine = Engine()
    assert engine.share == 0.0
    engine.start()
    shares = []
    for now[0] in (100.0, 101.0, 104.0, 200.0, 1e6):
        shares.append(engine.share)
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert 0.1 < shares[1] < shares[2] < 1
    assert shares[-1] < 1
    importing.go.set()


def waiting(lab: str) -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / f"{lab}.py"), default_timeout=60).run()


# A lab of views asks for it where all of them are opened.
ASKS = re.compile(r"\b(need_torch|open_lab)\(")
NEED_TORCH = [lab for lab in LABS if ASKS.search((ROOT / "pages" / f"{lab}.py").read_text())]


def test_some_labs_need_torch() -> None:
    assert {"training", "filters", "adversarial"} <= set(NEED_TORCH)


@pytest.mark.parametrize("lab", NEED_TORCH)
def test_while_it_loads_a_lab_shows_its_shipped_picture(
    lab: str, importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "ENGINE", Engine())
    test = waiting(lab)
    assert not test.exception
    assert [item.value for item in test.title] == [LABS[lab].question]
    (bar,) = test.get("progress")
    assert "PyTorch is loading" in bar.proto.text
    (picture,) = [item for item in test.get("html") if "<img" in item.proto.body]
    assert 'src="data:image/webp;base64,' in picture.proto.body
    assert not test.number_input
    assert not test.selectbox
    importing.go.set()


def test_if_it_cannot_be_loaded_the_page_says_so(
    importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine()
    monkeypatch.setattr(engine_module, "ENGINE", engine)
    importing.error = ImportError("no such file")
    importing.go.set()
    engine.start()
    until(lambda: bool(engine.failure))
    test = waiting("filters")
    assert not test.exception
    assert [item.value for item in test.error] == ["PyTorch could not be loaded: no such file"]
    assert any("<img" in item.proto.body for item in test.get("html"))
