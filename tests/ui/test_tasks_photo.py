"""Downloaded detectors on the page: not here, here, and with the code that runs."""

from __future__ import annotations

from dlviz.figures.detection_code import photo_code
from dlviz.io.torchvision_detectors import fetch_detector
from tests.io.test_torchvision_detectors import publisher

__all__ = ["publisher"]


def test_nothing_is_fetched_by_a_link_and_then_it_finds(publisher, run_page, capsys) -> None:
    test = run_page("tasks", task="photo", sure="0.05")
    assert "is not here yet" in test.info[0].value
    assert any(button.label.startswith("Download") for button in test.button)
    list(fetch_detector("ssdlite"))
    test = run_page("tasks", task="photo", sure="0.05")
    assert not test.info
    assert any("things." in item.value for item in test.markdown)
    exec(photo_code("ssdlite", "cat", 0.0), {})
    assert "[" in capsys.readouterr().out


def test_ones_own_picture_is_asked_for(publisher, run_page) -> None:
    test = run_page("tasks", task="photo", shot="own")
    assert len(test.file_uploader) == 1
    assert any("Until then: the cat." in item.value for item in test.caption)
