"""ONNX files: a sentence without the extra; with it the same numbers, and nobody else disturbed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch

from dlviz.core.layers import build
from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io import onnx
from dlviz.io.datasets import DATASETS
from dlviz.io.onnx import OnnxError, why_not, write_onnx

ROOT = Path(__file__).resolve().parents[2]
installed = pytest.mark.skipif(bool(why_not()), reason="needs onnx and onnxscript")


def snapshot(name: str = "digits") -> Snapshot:
    spec = PRESETS[name].spec
    entry = DATASETS[spec.data.name]
    generator = torch.Generator().manual_seed(0)
    module, _ = build(spec.net, entry.shape, len(entry.classes), generator)
    facts = DataFacts(entry.classes, entry.shape, (0.3,) * entry.shape[0], (0.2,) * entry.shape[0])
    return Snapshot(1, 0.1, module.state_dict(), spec, facts)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"onnx": True, "onnxscript": None}
    monkeypatch.setattr(onnx.importlib.util, "find_spec", found.get)
    assert why_not() == "ONNX needs an extra: pip install onnxscript."
    with pytest.raises(OnnxError, match="pip install onnxscript"):
        write_onnx(snapshot())
    found["onnxscript"] = True
    assert why_not() == ""


def test_an_export_that_fails_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were there; the process then ends with an error."""
    monkeypatch.setattr(onnx, "why_not", lambda: "")
    monkeypatch.setattr(onnx.sys, "executable", "false")
    with pytest.raises(OnnxError, match=r"^This network could not be written as ONNX\.$"):
        write_onnx(snapshot())
    monkeypatch.setattr(onnx, "SECONDS", 0.01)
    monkeypatch.setattr(onnx.sys, "executable", sys.executable)
    with pytest.raises(OnnxError, match="could not be written"):
        write_onnx(snapshot())


def test_one_file_is_written_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes a process that loads torch; who comes in between is told, not kept waiting."""
    began, go_on = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        began.set()
        assert go_on.wait(10.0)
        return subprocess.CompletedProcess([], 0, b"file")

    monkeypatch.setattr(onnx, "why_not", lambda: "")
    monkeypatch.setattr(onnx.subprocess, "run", slow)
    shot, got = snapshot(), []
    first = threading.Thread(target=lambda: got.append(write_onnx(shot)))
    first.start()
    assert began.wait(10.0)
    with pytest.raises(OnnxError, match=r"^Another ONNX file is being written: try again in a"):
        write_onnx(shot)
    go_on.set()
    first.join(10.0)
    assert got == [b"file"]
    assert write_onnx(shot) == b"file"
    monkeypatch.setattr(onnx.subprocess, "run", lambda *_, **__: 1 / 0)
    for _ in range(2):  # whatever happens, the next one has its turn
        with pytest.raises(ZeroDivisionError):
            write_onnx(shot)


def test_looking_for_the_extra_imports_neither_it_nor_the_exporter() -> None:
    code = (
        "import sys; from dlviz.io.onnx import why_not; why_not();"
        "sys.exit(any(name in sys.modules for name in ('onnx', 'onnxscript', 'torch.onnx')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@installed
@pytest.mark.parametrize("name", ["digits", "resnet"])
def test_the_file_gives_the_numbers_of_the_model_for_any_count(name: str) -> None:
    import onnx as library
    from onnx.reference import ReferenceEvaluator

    shot = snapshot(name)
    file = library.load_from_string(write_onnx(shot))
    library.checker.check_model(file)
    for count in (1, 3):
        pixels = torch.rand(count, *shot.facts.shape)
        (logits,) = ReferenceEvaluator(file).run(["logits"], {"pixels": pixels.numpy()})
        expected = shot.classifier(pixels)
        assert torch.allclose(torch.from_numpy(logits), expected, atol=1e-4)
