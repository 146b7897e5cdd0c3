"""torchvision's detectors by a stand-in for the network: random weights, their own checksum."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
import torch

from dlviz.io import downloads
from dlviz.io import torchvision_detectors as ours
from dlviz.io.downloads import DownloadError
from dlviz.io.photographs import load_photograph
from dlviz.io.torchvision_models import Fetched


class Entry(Fetched):
    """An entry whose address and checksum are those of the bytes that the stand-in sends."""

    url = property(lambda _: f"publisher/ssd-{Entry.digest[:8]}.pth")
    bytes = property(lambda _: len(Entry.content))


@pytest.fixture
def publisher(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path))
    real = ours.DETECTORS["ssdlite"]
    out = io.BytesIO()
    torch.manual_seed(0)
    torch.save(real.build().state_dict(), out)
    Entry.content = out.getvalue()
    Entry.digest = hashlib.sha256(Entry.content).hexdigest()
    monkeypatch.setattr(downloads, "fetch", lambda _url, _limit: iter([Entry.content]))
    entry = Entry("ssdlite", real.title, real.what, real.weights, real.build)
    monkeypatch.setitem(ours.DETECTORS, "ssdlite", entry)


def test_it_is_fetched_loaded_and_finds_boxes_in_the_picture(publisher) -> None:
    with pytest.raises(DownloadError, match="has to be downloaded first"):
        ours.load_coco_detector("ssdlite")
    assert list(ours.fetch_detector("ssdlite"))[-1] == len(Entry.content)
    before = torch.random.get_rng_state()
    module = ours.load_coco_detector("ssdlite")
    assert torch.equal(before, torch.random.get_rng_state())
    pixels = load_photograph("coffee")
    found = ours.find(module, pixels, least=0.0)
    height, width = pixels.shape[:2]
    assert found.scores is not None
    assert (np.diff(found.scores) <= 0).all()
    assert found.boxes.min(initial=0) >= 0
    assert (found.boxes <= [width, height, width, height]).all()
    assert len(ours.categories("ssdlite")) == 91


def test_without_a_network_it_is_one_sentence(publisher, monkeypatch) -> None:
    def fails(_url, _limit):
        raise OSError("no network")

    monkeypatch.setattr(downloads, "fetch", fails)
    with pytest.raises(DownloadError, match=r"needs a network\. The views before"):
        list(ours.fetch_detector("ssdlite"))


def test_a_damaged_file_is_removed(publisher) -> None:
    list(ours.fetch_detector("ssdlite"))
    path = ours.DETECTORS["ssdlite"].path
    path.write_bytes(b"nothing")
    with pytest.raises(DownloadError, match="damaged"):
        ours.load_coco_detector("ssdlite")
    assert not path.exists()
