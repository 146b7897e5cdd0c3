"""Tasks beyond classification: a class for every pixel, boxes, and a style to imitate."""

from __future__ import annotations

from dlviz.core.tasks_cards import TASKS_CARDS
from dlviz.ui.tasks.views import TASKS
from dlviz.ui.views import open_views

open_views("tasks", TASKS_CARDS, TASKS)
