"""Lesson cards of the page “neurons”: settings, a question to predict from, and the answer.

One entry in ``NEURONS_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card

_CARDS: tuple[Card, ...] = ()

NEURONS_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}
