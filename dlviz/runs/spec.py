"""What every kind of run says of itself: an executor needs to know no more. Imports no torch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar


class Change(Protocol):
    """A hand on the running training: from the update after ``step`` on, ``name`` is ``value``."""

    @property
    def step(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def value(self) -> float: ...


class Train(Protocol):
    """How to train, as far as every kind of run has it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def learning_rate(self) -> float: ...

    @property
    def epochs(self) -> int: ...

    @property
    def seed(self) -> int: ...


class Spec(Protocol):
    """A frozen dataclass that decides all numbers of a run; the kinds are told apart by type."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def train(self) -> Train: ...

    @property
    def interventions(self) -> tuple[Change, ...]: ...

    @property
    def words(self) -> str: ...

    def change(self, step: int, name: str, value: float) -> Change:
        """A change that this kind of run takes; ``SpecError`` for one that it does not."""


AnySpec = TypeVar("AnySpec", bound=Spec)


def with_seed(spec: AnySpec, seed: int) -> AnySpec:
    """The same run from other initial weights and in another order."""
    return replace(spec, train=replace(spec.train, seed=seed))


def same_but_for_seed(one: Spec, other: Spec) -> bool:
    """Whether two specs say the same but for their seed; of two kinds they never do."""
    return with_seed(one, 0) == with_seed(other, 0)
