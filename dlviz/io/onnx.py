"""A trained network as an ONNX file, for whoever runs it elsewhere. Needs an extra to be installed.

``torch.onnx`` writes the file with the packages ``onnx`` and ``onnxscript``; dlviz does without.
"""

from __future__ import annotations

import importlib.util
import warnings

import torch

from dlviz.core.classifier import Classifier

PACKAGES = ("onnx", "onnxscript")


class OnnxError(ValueError):
    """Why there is no file; the message is one sentence for people."""


def missing() -> tuple[str, ...]:
    """The packages that are not installed; looking for them imports nothing."""
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name) is None)


def why_not() -> str:
    """One sentence where no file can be written, else an empty text."""
    return f"ONNX needs an extra: pip install {' '.join(missing())}." if missing() else ""


def write_onnx(model: Classifier) -> bytes:
    """The file: input ``pixels``, float N×C×H×W in [0, 1], any N; output ``logits``, N×classes.

    The normalisation is inside. Raises ``OnnxError``.
    """
    if sentence := why_not():
        raise OnnxError(sentence)
    pixels = torch.zeros(2, *model.input_shape)
    try:
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
    except (RuntimeError, ImportError, ValueError) as error:
        raise OnnxError("This network could not be written as ONNX.") from error
    assert program is not None
    data: bytes = program.model_proto.SerializeToString()
    return data
