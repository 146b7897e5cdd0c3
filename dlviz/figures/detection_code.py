"""The programs that the views on boxes show; each runs as it stands."""

from __future__ import annotations

_FOUND = """from dlviz.core.detection.grid_detector import {names}
from dlviz.io.shape_detector import held_out_scenes, load_detector, look

scenes = held_out_scenes()
output = look(load_detector(), scenes)
"""


def suppression_code(scene: int, threshold: float, least: float) -> str:
    """The candidates of a scene, suppressed by torchvision's own and by hand."""
    return f"""import torch
from torchvision.ops import batched_nms, box_iou

{_FOUND.format(names="candidates")}
found = candidates(output, least={least})[{scene}]
boxes, scores, labels = map(torch.from_numpy, (found.boxes, found.scores, found.labels))

kept, left = [], scores.argsort(descending=True, stable=True)
while len(left):
    best, left = left[0], left[1:]
    kept.append(best.item())
    alike = box_iou(boxes[best][None], boxes[left])[0] > {threshold}
    left = left[~(alike & (labels[left] == labels[best]))]
print(len(boxes), "candidates,", len(kept), "kept:", kept)
assert sorted(kept) == sorted(batched_nms(boxes, scores, labels, {threshold}).tolist())
"""


def precision_code(label: int, threshold: float, most_overlap: float, least: float) -> str:
    """Average precision of one form, and all of COCO's figures."""
    names = "detections"
    return f"""from dlviz.core.detection.precision import average_precision
from dlviz.core.detection.precision import mean_average_precision, rank
{_FOUND.format(names=names)}
truths = [scene.truth for scene in scenes]
found = detections(output, least={least}, most_overlap={most_overlap})
ranking = rank(found, truths, label={label}, threshold={threshold})
for score, right, precision, recall in zip(
    ranking.score, ranking.right, ranking.precision, ranking.recall
):
    print(f"{{score:.2f}} {{'right' if right else 'wrong'}} {{precision:.2f}} {{recall:.2f}}")
print("AP of this form:", average_precision(ranking))
print("AP50:", mean_average_precision(found, truths, [0.5]))
print("AP75:", mean_average_precision(found, truths, [0.75]))
print("mAP:", mean_average_precision(found, truths))
"""


def detect_code(least: float, most_overlap: float) -> str:
    """Train the detector, then look at a scene."""
    return f"""from dlviz.core.detection.grid_detector import detections
from dlviz.io.shape_detector import held_out_scenes, load_detector, look
from dlviz.io.shape_scenes import CLASSES
from dlviz.runs.detect import DetectRun
from dlviz.runs.taught_kinds import TAUGHT

TRAIN = False  # True: half a minute; False: the shipped weights, which the same run has made
tensors = None
if TRAIN:
    run = DetectRun(TAUGHT["detect"].preset)
    for event in run:
        if event.step % run.steps_per_epoch == 0:
            print(event)
    tensors = run.trained()
output = look(load_detector(tensors), held_out_scenes()[:1])
(found,) = detections(output, least={least}, most_overlap={most_overlap})
for box, label, score in zip(found.boxes, found.labels, found.scores):
    print(CLASSES[label], round(float(score), 2), box.round(1))
"""


def locate_code() -> str:
    """Train the locator for one epoch."""
    return """from dataclasses import replace
from dlviz.runs.locate import LocateRun
from dlviz.runs.taught_kinds import TAUGHT

preset = TAUGHT["locate"].preset
train = replace(preset.train, epochs=1)
small = replace(preset, train=train, settings=(("creatures", 200), ("box", 1.0)))
run = LocateRun(small)  # give it preset for the whole run
for event in run:
    pass
print(run.lines[-1])
"""


def photo_code(net: str, photograph: str, least: float) -> str:
    """A downloaded detector on a photograph; it downloads it if need be."""
    return f"""from dlviz.io.photographs import load_photograph
from dlviz.io.torchvision_detectors import DETECTORS, categories, fetch_detector
from dlviz.io.torchvision_detectors import find, load_coco_detector

if not DETECTORS["{net}"].path.is_file():
    for done in fetch_detector("{net}"):
        pass
found = find(load_coco_detector("{net}"), load_photograph("{photograph}"), least={least})
for box, label, score in zip(found.boxes, found.labels, found.scores):
    print(categories("{net}")[label], round(float(score), 2), box.round(1))
"""
