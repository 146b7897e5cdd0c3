"""What is said above the network is read to its end, and a box says what it holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dlviz.core.points.specs import MAX_WEIGHT
from tests.browser.driver import visit
from tests.browser.points.conftest import part
from tests.browser.points.test_view import edge_between
from tests.core.points.test_diagnoses_words import LOGS, said


@pytest.mark.acceptance
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_no_finding_is_cut_off(new_page: Callable[..., Page], width: int, height: int) -> None:
    page = visit(new_page(width=width, height=height), "/points")
    message = part(page, "message")
    expect(message).not_to_be_empty()
    cut = message.evaluate(
        """(node, texts) => {
          const shown = node.cloneNode();
          node.replaceWith(shown);  // the view goes on writing into its own
          shown.dataset.kind = "finding";
          return texts.filter((text) => {
            shown.textContent = text;
            return shown.scrollHeight > shown.clientHeight + 1;
          });
        }""",
        [said(name) for name in LOGS],
    )
    assert cut == []


@pytest.mark.acceptance
def test_a_weight_beyond_what_a_box_holds_is_refused(demo: Callable[..., Page]) -> None:
    page = demo("?data=gaussians&hidden=1tanh&features=x1")
    page.mouse.click(*edge_between(page, 3))
    limit = f"{MAX_WEIGHT:g}"
    expect(part(page, "cap")).to_have_text(f"a number from −{limit} to {limit}")
    number = part(page, "number")
    number.fill(f"{limit}.5")
    number.press("Enter")
    expect(part(page, "refusal")).to_have_text(
        f"“{limit}.5” is too large: a weight holds −{limit} to {limit}."
    )
    number.fill(f"-{limit}")
    number.press("Enter")
    expect(part(page, "box")).to_be_hidden()
