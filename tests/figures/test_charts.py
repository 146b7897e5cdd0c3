"""The bars as a browser's parser reads them."""

from html.parser import HTMLParser

import numpy as np
import pytest

from dlviz.figures.charts import percent, probability_bars

NAMES = [f"class {index}" for index in range(12)]


class Bars(HTMLParser):
    """Collects (name, share, width in %, colour) of each row, and the answer."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.widths, self.colours = [], [], []
        self.open = 0
        self.feed(html)
        assert self.open == 0, "every element is closed"
        self.answer = tuple(self.texts[:2])
        self.rows = list(zip(self.texts[2::2], self.texts[3::2], strict=True))

    def handle_starttag(self, _tag, attrs):
        self.open += 1
        attrs = dict(attrs)
        if attrs.get("class") == "fill":
            style = dict(part.split(":") for part in attrs["style"].rstrip(";").split(";"))
            self.widths.append(float(style["width"].rstrip("%")))
            self.colours.append(style.get("background"))

    def handle_endtag(self, _tag):
        self.open -= 1

    def handle_data(self, data):
        self.texts.append(data)


def shares(seed=0):
    drawn = np.random.default_rng(seed).dirichlet(np.full(12, 0.3))
    return drawn.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_the_five_largest_in_order_as_wide_as_they_are(seed):
    values = shares(seed)
    bars = Bars(probability_bars(values, NAMES))
    largest = np.argsort(values)[::-1][:5]
    assert [name for name, _ in bars.rows] == [NAMES[index] for index in largest]
    assert bars.widths == pytest.approx([100 * values[index] for index in largest], abs=0.006)
    assert bars.answer == (NAMES[largest[0]], percent(values[largest[0]]))
    assert bars.colours == [None] * 5


def test_a_marked_class_keeps_its_colour_and_is_never_lost():
    values = shares()
    order = np.argsort(values)[::-1].tolist()
    marked = {order[1]: "#111111", order[8]: "#222222"}
    bars = Bars(probability_bars(values, NAMES, marked=marked))
    assert bars.colours == [None, "#111111", None, None, "#222222"]
    assert bars.rows[-1][0] == f"{NAMES[order[8]]} (place 9)"
    assert len(bars.rows) == 5


def test_few_classes_and_strange_names():
    bars = Bars(probability_bars([0.2, 0.8], ['<b>"x"</b>', "a & b"]))
    assert bars.rows == [("a & b", "80.0 %"), ('<b>"x"</b>', "20.0 %")]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "< 0.1 %"),
        (0.0004, "< 0.1 %"),
        (0.0006, "0.1 %"),
        (0.335, "33.5 %"),
        (0.9994, "99.9 %"),
        (0.9996, "> 99.9 %"),
        (1.0, "> 99.9 %"),
    ],
)
def test_words_never_claim_more_than_the_number(share, words):
    assert percent(share) == words
