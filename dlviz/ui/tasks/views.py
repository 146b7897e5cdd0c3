"""The views of the page “tasks”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

TASKS_VIEWS: dict[str, LabView] = {
    "iou": LabView("IoU", "How good is a box? Drag it and see.", "iou", torch=False),
    "style": LabView(
        "Imitating style", "Can a picture show one thing and look like another?", "style"
    ),
}

TASKS = Views(
    key="task",
    package="dlviz.ui.tasks",
    entries=TASKS_VIEWS,
    common=(),
)
