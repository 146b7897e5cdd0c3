"""Sets under attack and transfer: words and charts say what was counted; the programs run."""

import re

import pytest
import torch

from dlviz.core.robustness import NOISE, Survey
from dlviz.core.transfer import Transfer
from dlviz.figures import robustness, transfer

LABELS = torch.tensor([0, 1, 2, 0, 2])
FGSM = Survey((0, 2, 5), LABELS, torch.tensor([[0, 1, 2, 1, 2], [0, 2, 2, 0, 2], [1, 1, 1, 0, 2]]))
CHANCE = Survey((0, 2, 5), LABELS, torch.tensor([[0, 1, 2, 1, 2]] * 3))
BOTH = {("Net", "fgsm"): FGSM, ("Net", NOISE): CHANCE}
CLASSES = ("ant", "bee", "cow")


def test_a_curve_is_in_per_cent_and_random_signs_are_grey():
    figure = robustness.chart(BOTH, 2)
    curves = {trace.name: trace for trace in figure.data}
    assert list(curves["FGSM"].x) == [0, 2, 5]
    assert list(curves["FGSM"].y) == pytest.approx([80, 80, 60])
    assert list(curves["random signs"].y) == pytest.approx([80, 80, 80])
    assert curves["random signs"].line.color == robustness.GREY
    assert figure.layout.shapes[0].x0 == 2


def test_every_curve_can_be_told_apart_without_colour():
    lines = {(net, attack): FGSM for net in "AB" for attack in ("fgsm", "pgd", "bim", NOISE)}
    figure = robustness.chart(lines, 0)
    curves = [trace for trace in figure.data if trace.x[0] is not None]
    assert len({(trace.line.dash, trace.marker.symbol) for trace in curves}) == len(lines)
    named = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert sorted(named) == ["A", "B", "BIM", "FGSM", "PGD", "random signs"]


def test_the_sentence_says_what_was_counted():
    said = robustness.sentence(BOTH, 5, "5 held-out things")
    assert "Net names **80.0 %** of 5 held-out things rightly" in said
    assert "ε = **5/255**" in said
    assert "**60.0 %** under FGSM" in said
    assert "random signs of the same ε 80.0 %" in said


def test_both_ends_have_other_pictures_and_say_what_became_of_them():
    easiest, hardest = robustness.extremes(FGSM, 6)
    assert easiest == [1, 0]  # fooled at 2, then at 5; number 3 was wrong from the start
    assert hardest == [4, 2]  # never; at 5
    assert robustness.fate(FGSM, 1, CLASSES) == "2/255: cow"
    assert robustness.fate(FGSM, 4, CLASSES) == "> 5/255"
    assert robustness.extremes(CHANCE, 1) == ([0], [1])


@pytest.fixture
def table():
    fooled = torch.tensor([[8, 4], [1, 6], [0, 1]])
    counted = torch.tensor([[10, 8], [8, 9], [10, 9]])
    return Transfer(fooled, counted)


def test_a_cell_holds_its_share_and_its_counts(table):
    figure = transfer.chart(table, ["One", "Two"])
    cells = [cell for row in figure.data[0].z for cell in row]
    assert cells == pytest.approx([80, 50, 12.5, 100 * 6 / 9, 0, 100 / 9])
    assert figure.data[0].customdata[0][1] == "made for One, shown to Two: 4 of 8 fooled"
    assert list(figure.data[0].x) == ["A", "B"]
    assert transfer.legend(["One", "Two"]).startswith("**A** One · **B** Two · ")
    assert [note.text for note in figure.layout.annotations][:2] == ["80 %", "50 %"]


def test_the_strongest_transfer_stands_beside_chance(table):
    said = transfer.sentence(table, ["A", "B"], 12)
    assert re.search(r"fool \*\*A\*\* \(they fool it in 80 %\) fool \*\*B\*\*", said)
    assert "**50 %**" in said
    assert said.endswith("do in 11 %.")


def test_where_nothing_is_counted_nothing_is_claimed():
    empty = Transfer(torch.zeros(3, 2, dtype=torch.int64), torch.zeros(3, 2, dtype=torch.int64))
    assert "No picture" in transfer.sentence(empty, ["A", "B"], 12)
    assert {note.text for note in transfer.chart(empty, ["A", "B"]).layout.annotations} == {"–"}


LOAD = 'import dlviz\n\nmodel = dlviz.load_model("creatures_7x7")'
SOURCE = """from dlviz.io.datasets import held_out

pixels, labels = held_out("creatures")
pixels, labels = pixels[:12], labels[:12]"""


def printed(program: str, capsys) -> list[str]:
    exec(compile(program, "shown", "exec"), {})
    return capsys.readouterr().out.splitlines()


def test_the_programs_run_as_they_stand(capsys):
    shown = printed(robustness.code(LOAD, SOURCE, "fgsm", (0, 8)), capsys)
    assert re.fullmatch(r"ε = 0/255: \d+\.\d% right", shown[0])
    assert len(shown) == 2
    other = LOAD.replace("7x7", "11x11")
    rows = printed(transfer.code([LOAD, other], SOURCE, "fgsm", 8), capsys)
    assert len(rows) == 3
    assert all(row.count("%") == 2 for row in rows)
