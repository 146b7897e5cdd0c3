"""What the live view says, under Node: numbers and sentences from a frame."""

from __future__ import annotations

import math
from functools import partial

from dlviz.figures.number_words import loss_text
from dlviz.ui.components.live import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_live = partial(in_node, script())


SAID = [
    ("sizeText(0.0312)", "0.031"),
    ("sizeText(0.00012)", "1.2 × 10⁻⁴"),
    ("sizeText(-0.001)", "−10⁻³"),
    ("sizeText(12345)", "1.2 × 10⁴"),
    ("sizeText(0)", "0"),
    ("lossText(1.6932981500583829e21)", "1.7 × 10²¹"),
    ("lossText(2.30258)", "2.303"),
    ("lossText(null)", "no number"),
    ("lossText(1.2e12)", "1.2 × 10¹²"),
    ("ticks(1.7e21).map(tickText)", ["0", "5 × 10²⁰", "10²¹", "1.5 × 10²¹"]),
    ("ticks(2.3).map(tickText)", ["0", "1", "2"]),
    ("ticks(9e4).map(tickText)", ["0", "2.5 × 10⁴", "5 × 10⁴", "7.5 × 10⁴"]),
    ("sizeText(null)", "–"),
    ("rateText(0.0005)", "0.0005"),
    ("rateText(0.00001)", "10⁻⁵"),
    ("memoryText(512 * 2 ** 20, 'NVIDIA H100')", "512 MB"),
    ("memoryText(3 * 2 ** 29, 'CPU, 2 cores')", "server 1.5 GB"),
    ("memoryText(0, 'CPU, 2 cores')", ""),
    ("memoryText(2 ** 30, undefined)", "1.0 GB"),
    ("confidenceText(0.99996)", "99.9 %"),
    ("confidenceText(1)", "100.0 %"),
    ("confidenceText(0.876)", "88 %"),
    ("stepsText(500, 500)", "500 steps"),
    ("stepsText(1563, 25000)", "1563 of 25000 steps"),
    ("stepsText(1, 1)", "1 step"),
    ("clockText(75.4)", "1:15"),
    (
        "[0, 3.4, 9.4, 9.6, 41.7, 57, 59, 89, 600, 3571, 9000].map(leftText).join()",
        "≈ 1 s left,≈ 3 s left,≈ 9 s left,≈ 10 s left,≈ 40 s left,≈ 55 s left,≈ 1 min left,"
        "≈ 1 min left,≈ 10 min left,≈ 1 h left,≈ 2.5 h left",
    ),
    ("marksOf([[250, 'learning_rate', 0.003]])", [[250, "rate → 0.003"]]),
    ("marksOf(undefined)", []),
]


def test_numbers_as_people_read_them():
    told = in_live(f"[{', '.join(expression for expression, _ in SAID)}]")
    assert dict(zip((expression for expression, _ in SAID), told, strict=True)) == dict(SAID)


def test_python_writes_a_loss_as_the_browser_does():
    losses = [0, 0.0004, 2.30258, 9999.4, 1e4, 12345, 9.96e11, 1e12, 1.2e12, 3.4e38, -5e6]
    assert in_live("value.map(lossText)", losses) == [loss_text(loss) for loss in losses]
    assert loss_text(math.nan) == loss_text(-math.inf) == in_live("lossText(null)")


def test_the_line_tells_what_a_frame_knows_and_copes_with_an_old_one():
    old = {
        **{"state": "done", "step": 5, "total": 10, "epoch": 0.5, "epochs": 1, "elapsed": 61},
        **{"remaining": 3, "throughput": 4589, "device": "CPU"},
    }
    said, new = in_live(
        "value.map(lineTexts)",
        [old, {**old, "state": "running", "run": 2, "runs": 5, "memory": 2**30}],
    )
    assert said["place"] == "step 5 of 10 · epoch 0.50 of 1"
    assert said["time"] == "1:01 elapsed"
    assert (said["speed"], said["series"], said["memory"]) == ("4\u202f589 images/s", "", "")
    assert new["time"] == "1:01 elapsed · ≈ 3 s left"
    assert in_live("lineTexts(value).time", {**old, "state": "paused"}) == "1:01 elapsed"
    assert (new["series"], new["memory"]) == ("run 2 of 5", "server 1.0 GB")


def test_cells_and_the_whole_matrix_in_words():
    confusion = [[190, 12, 1], [0, 0, 0], [0, 3, 7]]
    names = ["7", "1", "4"]
    told = in_live(
        "[cellText(...value, 0, 1), cellText(...value, 0, 0), cellText(...value, 1, 0),"
        " confusionText(...value), confusionText([[3]], ['a']),"
        " cellText([[1, 2], [0, 3]], null, 0, 1)]",
        [confusion, names],
    )
    assert told == [
        "7 said to be 1: 12 of 203 (5.9 %)",
        "7 recognised: 190 of 203 (93.6 %)",
        "1 said to be 7: 0 of 0",
        "16 of 213 mistaken, most often 7 for 1 (12×)",
        "None of 3 held-out pictures is mistaken.",
        "0 said to be 1: 2 of 3 (66.7 %)",
    ]


def test_calm_is_said_only_by_who_watches_and_has_seen_enough():
    seen = {"step": 500, "total": 500}
    before = {"step": 0, "total": 0}
    short = {"step": 4, "total": 4}
    few = "Only 4 steps: too few to judge; train for more epochs or with smaller batches."
    cases = [
        (None, True, ""),
        ({**before, "state": "queued"}, False, ""),
        ({**before, "state": "running"}, False, "Preparing the data …"),
        ({**before, "total": 500, "state": "paused"}, True, ""),
        ({**seen, "state": "running"}, False, ""),
        ({**seen, "state": "running"}, True, "Nothing to worry about so far."),
        ({**seen, "state": "done"}, True, "Nothing to worry about at the end."),
        ({**seen, "state": "failed"}, True, ""),
        ({**short, "state": "running"}, True, ""),
        ({**short, "state": "done"}, True, few),
        ({**short, "state": "stopped", "total": 900}, False, few),
        (
            {**seen, "state": "stopped", "step": 30},
            False,
            "Stopped after 30 steps, before held-out pictures were judged: too early to judge.",
        ),
    ]
    told = in_live(
        "value.map(([frame, judged]) => calmText(frame, true, judged ? {} : null))",
        [[each, judged] for each, judged, _ in cases],
    )
    assert told == [said for *_, said in cases]
    spoken = [[each, judged, said] for each, judged, said in cases if said]
    well = in_live("value.map(([frame, judged]) => seenEnough(frame, judged ? {} : null))", spoken)
    assert well == [said.startswith("Nothing to worry") for *_, said in spoken]
    assert in_live("calmText(value, false, {})", {**seen, "state": "done"}) == ""


def test_what_a_filters_colours_mean_depends_on_its_channels():
    filters = [{"channels": 1, "limit": 0.094}, {"channels": 3, "limit": 0.094}]
    filters += [{"channels": 1, "limit": 1.2e9}, {"channels": 3, "limit": 0.0031}]
    assert in_live("value.map(limitText)", [*filters, None]) == [
        "blue −0.09 … orange +0.09",
        "grey is 0, full colour ±0.09",
        "blue −1.2 × 10⁹ … orange +1.2 × 10⁹",
        "grey is 0, full colour ±3.1 × 10⁻³",
        "",
    ]
