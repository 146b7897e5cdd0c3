"""What opens at once on a cold server needs no PyTorch: the three pairs and the glossary."""

from __future__ import annotations

from tests.test_architecture import fail_without_torch

PAIRS = """
from dlviz.core.experiments import EXPERIMENTS
from dlviz.figures.experiments_charts import over_epochs, seed_by_seed
from dlviz.figures.experiments_code import code
from dlviz.figures.experiments_words import against
from dlviz.figures.overlay import legend
from dlviz.io.experiments import read_experiments
from dlviz.runs.outcomes import outcomes_of
from dlviz.runs.visitors import Visitor
import dlviz.ui.experiments.batch_norm, dlviz.ui.experiments.dropout
import dlviz.ui.experiments.initialisation
for name, outcomes in read_experiments().items():
    arms = EXPERIMENTS[name].arms
    assert against(arms, outcomes, "loss", "accuracy")
    over_epochs(arms, outcomes, "loss"), seed_by_seed(arms, outcomes, "loss")
    assert code(EXPERIMENTS[name])
    assert not outcomes_of(Visitor("a").records.entries(), arms[0].spec)
"""
GLOSSARY = """
from dlviz.core.glossary import BLOCKS, search
from dlviz.core.glossary_block import usual
from dlviz.figures.glossary_code import code
from dlviz.figures.glossary_pictures import picture
from dlviz.figures.sheets import sheet_of
import dlviz.ui.glossary
for name in search(""):
    block = BLOCKS[name]
    assert block.worked(usual(block)).lines and code(block, usual(block))
    picture(name, "dark")
"""


def test_the_pairs_and_the_glossary_paint_before_pytorch_is_there() -> None:
    assert fail_without_torch([PAIRS, GLOSSARY]) == {}
