"""Write ``assets/medical/xray_features.npz``: ``python -m dlviz.io.build_xrays``, a minute."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dlviz.core.medical.base import described
from dlviz.core.medical.heads import Whitening
from dlviz.io.assets import ASSETS, record, write_arrays
from dlviz.io.mobilenet import mobilenet_v2
from dlviz.io.xray_features import AXES, COUNTS, FILE, chest, coded

COMMAND = "python -m dlviz.io.build_xrays"


def main() -> None:
    """Draw both parts, describe them, whiten by the first, record."""
    model = mobilenet_v2()
    said: dict[str, NDArray[np.float64]] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for part, count in COUNTS.items():
        drawn = [chest(part, index) for index in range(count)]
        pixels = torch.from_numpy(np.stack([one.pixels for one in drawn]))[:, None]
        said[part] = described(model, pixels).numpy().astype(np.float64)
        arrays[f"{part}_findings"] = np.stack([one.findings for one in drawn])
    fitted = Whitening.fitted(said["train"], AXES)
    kept = Whitening(fitted.mean.astype(np.float32), fitted.axes.astype(np.float32))
    for part, features in said.items():
        arrays[f"{part}_features"] = coded(kept(features))
    arrays |= {"mean": kept.mean, "axes": kept.axes}
    write_arrays(ASSETS / FILE, arrays)
    record(
        FILE,
        what="What MobileNetV2’s block 13 says of 2 184 generated chests, 48 bytes each",
        source="drawn and computed by dlviz",
        licence="MIT; weights as above",
        command=COMMAND,
    )


if __name__ == "__main__":
    main()
