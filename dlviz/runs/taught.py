"""From the events of a taught run to what a job remembers."""

from __future__ import annotations

import base64
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dlviz.core.events import DivergedError, Score, Step
from dlviz.core.specs import SpecError
from dlviz.core.taught import Shown, ShownPicture, Taught, TaughtSpec
from dlviz.io.png import png_bytes
from dlviz.runs.jobs import Job
from dlviz.runs.taught_kinds import TAUGHT

if TYPE_CHECKING:
    from dlviz.core.data import ImageData

SHOWN_SECONDS = 1 / 4
MOST_OF_THE_TIME = 1 / 10  # that being looked at may take from learning


class TaughtRecorder:
    """The executor's Recorder for a TaughtSpec.

    ``own`` are the pictures of the visitor for whom it runs, by name. Raises ``SpecError`` for a
    kind that there is not.
    """

    device = "CPU"

    def __init__(self, spec: TaughtSpec, own: Mapping[str, ImageData] | None = None) -> None:
        if spec.kind not in TAUGHT:
            raise SpecError("There is no such task.")
        self._spec = spec
        self._run: Taught = TAUGHT[spec.kind].make(spec, own or {})
        self.total_steps = self._run.total_steps
        self._due = 0.0

    def __iter__(self) -> Iterator[Callable[[Job], bool]]:
        """An entry a step; the score after an epoch's last one comes with it, as does a picture.

        A pause must not come between them.
        """
        events = iter(self._run)
        for event in events:
            several = [event]
            if isinstance(event, Step) and event.step % self._run.steps_per_epoch == 0:
                several.append(next(events))
            last = several[-1].step == self.total_steps
            news = self._news(always=event.step == 0 or last)
            trained = self._run.trained() if last else None
            yield partial(self._enter, several, news, trained)

    def change(self, name: str, value: float) -> None:
        self._spec.change(0, name, value)  # which refuses it

    def rest(self, job: Job) -> None:
        job.history.show("net", packed(self._run.shown()))

    def finish(self) -> Callable[[Job], bool]:
        return partial(self._enter, (), packed(self._run.shown()), self._run.trained())

    def sentence(self, error: Exception) -> str | None:
        return str(error) if isinstance(error, DivergedError | SpecError) else None

    def _news(self, *, always: bool) -> dict[str, Any] | None:
        now = time.monotonic()
        if not always and now < self._due:
            return None
        found = packed(self._run.shown())
        ended = time.monotonic()
        self._due = ended + max(SHOWN_SECONDS, (ended - now) / MOST_OF_THE_TIME)
        return found

    def _enter(
        self,
        events: Sequence[Step | Score],
        news: dict[str, Any] | None,
        trained: Any,
        job: Job,
    ) -> bool:
        """Write what happened into the job (under the executor's lock)."""
        if news is not None:
            job.history.show("net", news)
        for event in events:
            if isinstance(event, Step):
                job.step = event.step
                job.clock.count(event.count)
                job.history.add_step(event.step, event.loss, event.accuracy, event.rate)
            elif math.isfinite(event.loss):  # JSON has no NaN
                job.history.add_score(event.step, event.loss, event.accuracy)
        if trained is not None:
            job.outcome = trained
        return bool(events) and isinstance(events[0], Step)


def packed(shown: Shown) -> dict[str, Any]:
    """What a viewer gets: pictures as PNG in base64, all else as it is."""
    return {"pictures": [_picture(item) for item in shown.pictures], "lines": list(shown.lines)}


def _picture(item: ShownPicture) -> dict[str, Any]:
    height, width, _ = item.pixels.shape
    return {
        "title": item.title,
        "width": width,
        "height": height,
        "png": base64.b64encode(png_bytes(item.pixels)).decode(),
        "boxes": [vars(box) for box in item.boxes],
    }
