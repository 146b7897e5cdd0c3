"""PneumoniaMNIST on the medical page: asked for, fetched from a stand-in, and shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from dlviz.core.medical import films as described_films
from dlviz.core.medical.films import AXES, stream_features
from dlviz.io import downloads, medmnist
from dlviz.io.mobilenet import mobilenet_v2
from dlviz.ui.medical import films
from dlviz.ui.newest import Newest
from tests.io.test_downloads import Publisher
from tests.ui.test_medical import told, words

Open = Callable[..., AppTest]
COUNTS = {"train": 1100, "val": 6, "test": 270}


def packed() -> bytes:
    """As the publisher packs them; the ill are brighter in the middle."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in COUNTS.items():
        ill = np.arange(count) % 5 < 3 if part == "test" else np.arange(count) % 2 > 0
        pixels = rng.integers(40, 200, (count, 28, 28), np.uint8)
        pixels[ill, 8:16, 8:20] += 12
        arrays |= {f"{part}_images": pixels, f"{part}_labels": ill.astype(np.uint8)[:, None]}
    out = BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Publisher]:
    there = Publisher()
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path / "cache"))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    content = there.files["/x.npz"] = packed()
    monkeypatch.setattr(medmnist, "URL", f"{there.url}/x.npz")
    monkeypatch.setattr(medmnist, "COUNTS", COUNTS)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    monkeypatch.setattr(medmnist, "MD5", digest)
    monkeypatch.setattr(films, "_kept", Newest(2))
    monkeypatch.setattr(films, "_going", Newest(2))

    def pooled(_: object, pixels: torch.Tensor) -> torch.Tensor:
        """Instead of the base, which takes seconds: the means of 8×12 areas."""
        return F.adaptive_avg_pool2d(pixels.float(), (8, 12)).flatten(1)

    monkeypatch.setattr(described_films, "described", pooled)
    yield there
    there.server.shutdown()
    there.server.server_close()


def test_a_link_fetches_nothing_and_a_button_does(publisher: Publisher, run_page: Open) -> None:
    test = run_page("medical", data="pneumoniamnist")
    assert publisher.asked == []
    assert "Until then these are the generated chests." in told(test)[0]
    assert "not patients" in words(test)
    test.button(key="download pneumoniamnist").click().run()
    assert not test.exception
    assert not told(test)
    assert "Not a diagnosis tool." in words(test)
    assert "stream_features(mobilenet_v2()" in test.code[0].value
    assert len(publisher.asked) == 1
    test.selectbox(key="ill").set_value("0.05").run()
    assert "95 % of these 110 pictures" in words(test)


def test_without_a_network_the_generated_ones_stay(publisher: Publisher, run_page: Open) -> None:
    publisher.files.clear()
    test = run_page("medical", data="pneumoniamnist")
    test.button(key="download pneumoniamnist").click().run()
    assert any("needs a network. The generated chests are here" in said for said in told(test))
    assert "not patients" in words(test)


@pytest.mark.acceptance
def test_the_base_describes_real_films_as_it_does_the_others() -> None:
    rng = np.random.default_rng(1)
    first, second = (rng.integers(0, 256, (count, 28, 28), np.uint8) for count in (120, 30))
    *_, (done, (train, test)) = stream_features(mobilenet_v2(), first, second)
    assert done == 150
    assert train.shape == (120, AXES)
    assert test.shape == (30, AXES)
    np.testing.assert_allclose(np.cov(train.T, bias=True), np.eye(AXES), atol=1e-6)
