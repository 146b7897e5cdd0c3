"""What a detector's mistakes add up to where it runs all day, and what is known of such use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """Something that happened or is written; ``source`` says where, at ``address``."""

    name: str
    title: str
    text: str
    source: str
    address: str


_FACTS = (
    Fact(
        "authors",
        "An author of such a detector asked",
        "At its end the paper on YOLOv3 asks what we are going to do with these detectors now that"
        " we have them. It points at companies that sell personal data, and at the military, hopes"
        " for zebras counted in a national park, and says that researchers have a responsibility"
        " to at least consider the harm that their work might do.",
        "Redmon and Farhadi (2018), YOLOv3: An incremental improvement",
        "https://arxiv.org/abs/1804.02767",
    ),
    Fact(
        "shades",
        "Accurate on average, not for everyone",
        "Three commercial systems told gender from faces with an error of at most 0.8 % for"
        " lighter-skinned men, and up to 34.7 % for darker-skinned women. An average over all"
        " hides that.",
        "Buolamwini and Gebru (2018), Gender Shades",
        "https://proceedings.mlr.press/v81/buolamwini18a.html",
    ),
    Fact(
        "law",
        "Some uses are forbidden",
        "The European Union’s AI Act prohibits, except in cases that it lists, the use of real-time"
        " remote biometric identification in publicly accessible spaces for law enforcement.",
        "Regulation (EU) 2024/1689, Article 5",
        "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
    ),
)
FACTS: dict[str, Fact] = {fact.name: fact for fact in _FACTS}

QUESTIONS: tuple[str, ...] = (
    "Who looks at an alarm, and what happens to the person in the picture before somebody does?",
    "Which mistake is worse here, one missed or one wrong? Who decided, and who bears it?",
    "Whose pictures was it trained on, and for whom was it never measured?",
    "Would you want to be filmed by it? What would the same money do otherwise?",
)


@dataclass(frozen=True)
class Mistakes:
    """Counted on pictures at one threshold: ``wrong`` boxes, ``missed`` and ``found`` things."""

    pictures: int
    wrong: int
    missed: int
    found: int

    def wrong_a_day(self, per_hour: float, cameras: int) -> float:
        """Wrong boxes a day, if every picture were as likely to bring one as those counted."""
        return self.wrong / self.pictures * per_hour * 24 * cameras
