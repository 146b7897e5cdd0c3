"""Downloaded segmentation networks on the page: not here, here, and with the code that runs."""

from __future__ import annotations

from dlviz.figures.photo_masks import masks_code
from dlviz.io.torchvision_segmenters import fetch_segmenter
from tests.io.test_torchvision_segmenters import publisher

__all__ = ["publisher"]


def test_nothing_is_fetched_by_a_link_and_then_it_marks(publisher, run_page, capsys) -> None:
    test = run_page("tasks", task="masks")
    assert "is not here yet" in test.info[0].value
    assert any(button.key == "to segment" for button in test.button)
    assert any(button.label.startswith("Download") for button in test.button)
    assert any("**75** of 150 places" in item.value for item in test.markdown)
    assert len(test.columns) == 2
    list(fetch_segmenter("lraspp"))
    test = run_page("tasks", task="masks", scene="own")
    assert not test.info
    assert len(test.file_uploader) == 1
    assert any("Share of the pixels" in item.value for item in test.markdown)
    exec(masks_code("lraspp", "cat"), {})
    assert "%" in capsys.readouterr().out
