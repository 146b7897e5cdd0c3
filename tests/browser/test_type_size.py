"""A projected page is read from the last row: no words below 14 pixels, what is folded included."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import visit

# Words, their size and where they stand, components' own trees included. KaTeX writes every formula
# a second time for readers of the page aloud, cut off to a pixel, and struts without a letter.
SMALL = """() => {
  const found = [];
  const walk = (tree) => tree.querySelectorAll("*").forEach((node) => {
    if (node.shadowRoot) walk(node.shadowRoot);
    if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName)) return;
    if (node.closest(".katex-mathml, .vlist-s")) return;
    const words = [...node.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE)
      .map((one) => one.textContent.trim()).join("");
    const size = parseFloat(getComputedStyle(node).fontSize);
    if (words && size < 13.95) found.push(`${node.tagName} ${size}: ${words.slice(0, 40)}`);
  });
  walk(document);
  return found;
}"""


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/transfer", "features.17"),  # code within a sentence, in a folded table
        ("/adversarial", "all in favour of another"),
        ("/glossary", "weights"),  # formulas with indices
    ],
)
def test_nothing_is_smaller_than_fourteen_pixels(page: Page, path: str, words: str) -> None:
    visit(page, path)
    for fold in page.locator("details").all():
        fold.locator("summary").click()
        expect(fold).to_have_js_property("open", value=True)
    expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()
    assert page.evaluate(SMALL) == []
