"""CheXNet's table: F1 on 420 chest pictures with bootstrapped 95 % intervals.

Rajpurkar, Irvin et al. 2017, "CheXNet: Radiologist-Level Pneumonia Detection on Chest X-Rays with
Deep Learning", arXiv:1711.05225, section 3. Of five labels a picture, four
radiologists' and CheXNet's, each is judged by each of the other four; the mean of these four F1 is
the one in the table.
"""

from __future__ import annotations

from dataclasses import dataclass

PICTURES = 420
DIFFERENCE = (0.051, 0.005, 0.084)
"""CheXNet minus the radiologists' mean, on the same drawn pictures, and its interval."""


@dataclass(frozen=True)
class Row:
    """One reader's F1 and the ends of its interval."""

    title: str
    f1: float
    low: float
    high: float


TABLE: dict[str, Row] = {
    "radiologist_1": Row("Radiologist 1", 0.383, 0.309, 0.453),
    "radiologist_2": Row("Radiologist 2", 0.356, 0.282, 0.428),
    "radiologist_3": Row("Radiologist 3", 0.365, 0.291, 0.435),
    "radiologist_4": Row("Radiologist 4", 0.442, 0.390, 0.492),
    "mean": Row("Radiologists’ mean", 0.387, 0.330, 0.442),
    "chexnet": Row("CheXNet", 0.435, 0.387, 0.481),
}
