"""What is said of a readout: the sentence's verdicts, the chart's numbers, the programs' output."""

import re

import pytest

from dlviz.core.readout import Reading
from dlviz.figures import ablation, readout
from dlviz.figures.data_code import held_out_code
from dlviz.io.models import load_model
from dlviz.io.readouts import read_readouts, reading_key, weights_digest
from tests.figures.scripts import printed

WORDS = {"pixels": "raw pixels", "a": "conv 1", "b": "pool 1"}


def reading(trained, random, own=None):
    numbers = {"pixels": 784, "a": 1024, "b": 64}
    pixels = {"pixels": (0.3, 0.4)}
    return Reading({**pixels, **trained}, random, numbers, own, 50, 500)


@pytest.mark.parametrize(
    ("random", "said"),
    [((0.5, 0.6), "the rest is learnt"), ((0.65, 0.75), "overlap"), ((0.85, 0.9), "worse")],
)
def test_the_verdict_is_that_of_the_intervals(random, said):
    found = reading({"a": (0.7, 0.8)}, {"a": random})
    text = readout.sentence(found, WORDS, net="A net", noun="digits")
    assert said in text
    assert "**conv 1** of A net: **75.0 %** of 500 others are right (70.0 to 80.0 %)" in text
    assert "from raw pixels 35.0 % (30.0 to 40.0 %)" in text


def test_the_last_layer_is_told_where_it_is_not_the_best():
    trained, random = {"a": (0.8, 0.8), "b": (0.5, 0.7)}, {"a": (0.1, 0.2), "b": (0.3, 0.3)}
    text = readout.sentence(reading(trained, random, 0.9), WORDS, net="A net", noun="digits")
    assert "The last one, pool 1: 60.0 % learnt, 30.0 % random." in text
    assert "gets 90.0 % of them right" in text


def test_before_a_layer_is_read_there_is_a_sentence_and_a_chart():
    found = reading({}, {})
    assert "Only the raw pixels" in readout.sentence(found, WORDS, net="A net", noun="digits")
    assert len(readout.chart(found, WORDS).data) == 1


def test_the_chart_has_means_and_ranges_in_per_cent():
    found = reading({"a": (0.7, 0.8), "b": (0.5, 0.9)}, {"a": (0.2, 0.4)}, 0.95)
    by_name = {trace.name: trace for trace in readout.chart(found, WORDS).data}
    learnt = by_name["learnt features"]
    assert list(learnt.x) == ["raw pixels", "conv 1", "pool 1"]
    assert list(learnt.y) == pytest.approx([35, 75, 70])
    assert list(learnt.error_y.array) == pytest.approx([5, 5, 20])
    assert list(learnt.error_y.arrayminus) == pytest.approx([5, 5, 20])
    assert list(by_name["random weights"].y) == pytest.approx([30])
    assert set(by_name["the network’s own answer"].y) == {95.0}
    assert "| pool 1 | 64 | 70.0 % (50.0 to 90.0 %) | – |" in readout.table(found, WORDS)


@pytest.mark.acceptance
def test_the_programs_print_what_the_page_says(tmp_path):
    model = load_model("fashion_cnn")
    wanted = read_readouts()[reading_key(weights_digest(model), model.data, 100)]
    layer = list(wanted.trained)[-1]
    source = held_out_code(model.data, 28)
    told = printed(
        {
            "readout": readout.code("fashion_cnn", source, layer, 100),
            "ablation": ablation.code("digits", ["without-2-3"], 1),
        },
        tmp_path,
    )
    for name in ("pixels", layer):
        numbers = re.search(rf"^{name} \d+ \[(.*)\]$", told["readout"], re.MULTILINE).group(1)
        shares = [float(one) for one in numbers.split(", ")]
        assert shares == pytest.approx(list(wanted.trained[name]), abs=0.003)
    assert (
        "seed 0: 5.20% of the training pictures wrong, 7.35% of the held-out ones"
        in told["ablation"]
    )
