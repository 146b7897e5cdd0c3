"""The views of the page “tasks”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

TASKS_VIEWS: dict[str, LabView] = {
    "segment": LabView("Segmentation", "Can a network name every single pixel?", "segment"),
    "locate": LabView("One box", "Can a network that names a thing also say where?", "locate"),
    "iou": LabView("IoU", "How good is a box? Drag it and see.", "iou", torch=False),
    "detect": LabView("Many boxes", "How does one look find all things at once?", "detect"),
    "nms": LabView("NMS", "Of many boxes on one thing, which stays?", "nms"),
    "precision": LabView("Precision", "How good is a detector, in one number?", "precision"),
    "style": LabView(
        "Imitating style", "Can a picture show one thing and look like another?", "style"
    ),
    "photo": LabView("Photographs", "What does a detector trained on photographs find?", "photo"),
    "masks": LabView("Photograph masks", "Which pixels are cat, person or chair?", "masks"),
    "care": LabView("Use", "What do a good detector’s mistakes add up to?", "care"),
}

TASKS = Views(
    key="task",
    package="dlviz.ui.tasks",
    entries=TASKS_VIEWS,
    common=(),
)
