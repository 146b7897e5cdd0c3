"""torchvision's segmentation networks by a stand-in: random weights, their own checksum."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
import torch

from dlviz.figures.photo_masks import PALETTE, laid_over, shares
from dlviz.io import downloads
from dlviz.io import torchvision_segmenters as ours
from dlviz.io.downloads import DownloadError
from dlviz.io.photographs import load_photograph
from dlviz.io.torchvision_models import Fetched


class Entry(Fetched):
    """An entry whose address and checksum are those of the bytes that the stand-in sends."""

    url = property(lambda _: f"publisher/lraspp-{Entry.digest[:8]}.pth")
    bytes = property(lambda _: len(Entry.content))


@pytest.fixture
def publisher(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path))
    real = ours.SEGMENTERS["lraspp"]
    out = io.BytesIO()
    torch.manual_seed(0)
    torch.save(real.build().state_dict(), out)
    Entry.content = out.getvalue()
    Entry.digest = hashlib.sha256(Entry.content).hexdigest()
    monkeypatch.setattr(downloads, "fetch", lambda _url, _limit: iter([Entry.content]))
    entry = Entry("lraspp", real.title, real.what, real.weights, real.build)
    monkeypatch.setitem(ours.SEGMENTERS, "lraspp", entry)


def test_it_is_fetched_loaded_and_names_each_pixel(publisher) -> None:
    with pytest.raises(DownloadError, match="has to be downloaded first"):
        ours.load_segmenter("lraspp")
    assert list(ours.fetch_segmenter("lraspp"))[-1] == len(Entry.content)
    module = ours.load_segmenter("lraspp")
    pixels = load_photograph("coffee")
    found = ours.classes_in("lraspp", module, pixels)
    given = torch.from_numpy(pixels.copy()).permute(2, 0, 1)
    with torch.no_grad():  # as torchvision's own example does it, at the size that it works at
        out = module(ours.SEGMENTERS["lraspp"].weights.transforms()(given)[None])["out"]
    theirs = torch.nn.functional.interpolate(out, size=pixels.shape[:2], mode="bilinear")
    assert (found == theirs[0].argmax(0).numpy()).all()
    assert found.shape == pixels.shape[:2]
    assert ours.classes_in("lraspp", module, pixels[:3]).shape == (3, pixels.shape[1])
    assert len(ours.voc_classes("lraspp")) == out.shape[1] == 21


def test_a_damaged_file_is_removed_and_no_network_is_one_sentence(publisher, monkeypatch) -> None:
    list(ours.fetch_segmenter("lraspp"))
    path = ours.SEGMENTERS["lraspp"].path
    path.write_bytes(b"nothing")
    with pytest.raises(DownloadError, match="damaged"):
        ours.load_segmenter("lraspp")
    assert not path.exists()

    def fails(_url, _limit):
        raise OSError("no network")

    monkeypatch.setattr(downloads, "fetch", fails)
    with pytest.raises(DownloadError, match=r"needs a network\. “Segmentation”"):
        list(ours.fetch_segmenter("lraspp"))


def test_shares_and_colours_of_a_mask_drawn_by_hand() -> None:
    mask = np.zeros((10, 10), int)
    mask[:5, :6] = 8
    mask[9] = 3
    assert shares(mask) == [(8, 0.3), (3, 0.1), (0, 0.6)]
    over = laid_over(np.zeros((10, 10, 3), np.uint8), mask)
    assert (over[7] == 0).all()  # none of the classes: as it was
    assert (over[2, 5] == 255).all()  # the outline
    assert np.allclose(over[2, 2], PALETTE[0] * 0.55, atol=1)
    assert len({tuple(colour) for colour in PALETTE}) == 21
