"""A trained network as an ONNX file, for whoever runs it elsewhere. Needs an extra to be installed.

``torch.onnx`` writes the file with the packages ``onnx`` and ``onnxscript``; dlviz does without.
It does so in a process of its own: while it looks at a network it changes torch itself, and a
training in another thread then ends with an error (tried: ``KeyError: 'custom'``).
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from dlviz.io.checkpoints import read_checkpoint, write_checkpoint

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.core.snapshots import Snapshot

PACKAGES = ("onnx", "onnxscript")
SECONDS = 120
_ROOT = Path(__file__).resolve().parents[2]
_FAILED = "This network could not be written as ONNX."
_BUSY = "Another ONNX file is being written: try again in a moment."
_one = threading.Lock()  # the process loads torch: some hundred MB, a core for seconds


class OnnxError(ValueError):
    """Why there is no file; the message is one sentence for people."""


def why_not() -> str:
    """One sentence where a package is not installed, else empty; looking imports nothing."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    return f"ONNX needs an extra: pip install {' '.join(missing)}." if missing else ""


def write_onnx(snapshot: Snapshot) -> bytes:
    """The file: input ``pixels``, float N×C×H×W in [0, 1], any N; output ``logits``, N×classes.

    The normalisation is inside. Takes some seconds. Raises ``OnnxError``, also while another is
    being written.
    """
    if sentence := why_not():
        raise OnnxError(sentence)
    command = [sys.executable, "-m", "dlviz.io.onnx"]
    sent = write_checkpoint([snapshot])
    if not _one.acquire(blocking=False):
        raise OnnxError(_BUSY)
    try:
        done = subprocess.run(
            command, input=sent, capture_output=True, cwd=_ROOT, timeout=SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise OnnxError(_FAILED) from error
    finally:
        _one.release()
    return done.stdout


def _export(model: Classifier) -> bytes:
    import torch

    pixels = torch.zeros(2, *model.input_shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own versions
        program = torch.onnx.export(
            model,
            (pixels,),
            input_names=["pixels"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("pictures")},),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    data: bytes = program.model_proto.SerializeToString()
    return data


def _main() -> None:
    """A checkpoint from standard input to an ONNX file on standard output."""
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # the exporter prints what it does
    out.write(_export(read_checkpoint(sys.stdin.buffer.read())[-1].classifier))


if __name__ == "__main__":
    _main()
