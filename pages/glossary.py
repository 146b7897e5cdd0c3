"""The glossary: every block with its picture, its shape rule and its number of weights."""

from __future__ import annotations

from dlviz.ui.glossary import glossary
from dlviz.ui.pages import header

header("glossary")
glossary()
