"""What detectors and segmentation networks of torchvision share: fetching and loading a file."""

from __future__ import annotations

from collections.abc import Iterator
from pickle import UnpicklingError

import torch
from torch import nn

from dlviz.io.downloads import DownloadError, fetch_into
from dlviz.io.torchvision_models import Fetched, _weights

_MEBIBYTE = 2**20


def fetch_file(wanted: Fetched, instead: str) -> Iterator[int]:
    """Fetch it piece by piece; yields how many bytes are there. Raises ``DownloadError``.

    ``instead``: a sentence on what is here without a network.
    """
    limit = wanted.bytes + _MEBIBYTE
    yield from fetch_into(
        wanted.path, wanted.url, limit, wanted.sha256, title=wanted.title, instead=instead
    )


def load_module(wanted: Fetched, instead: str) -> nn.Module:
    """The module, if it has been fetched. Raises ``DownloadError`` if it is not, or damaged."""
    if not wanted.path.is_file():
        raise DownloadError(
            f"{wanted.title} has to be downloaded first ({wanted.bytes / 1e6:.0f} MB). {instead}"
        )
    with torch.random.fork_rng(devices=[]):  # its builder draws from the global generator
        module = wanted.build()
    try:
        module.load_state_dict(_weights(wanted))
    except (RuntimeError, UnpicklingError, EOFError, ValueError, OSError) as error:
        wanted.path.unlink(missing_ok=True)
        raise DownloadError(f"{wanted.title} is damaged on disk: download it again.") from error
    return module.eval().requires_grad_(False)
