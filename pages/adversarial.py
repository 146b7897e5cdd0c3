"""The adversarial lab: attacks on any network of the shelf, taken apart."""

from __future__ import annotations

from dlviz.core.attack_cards import ATTACK_CARDS
from dlviz.ui.adversarial.views import ADVERSARIAL
from dlviz.ui.views import open_lab

open_lab("adversarial", ATTACK_CARDS, ADVERSARIAL, model="mobilenet_v2")
