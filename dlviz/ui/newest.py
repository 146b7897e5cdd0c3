"""A bounded memory of results that threads share."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Newest(Generic[Value]):
    """The ``size`` values used last, by key. Shared by all who read them: read only."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        """The value of this key, made where there is none; the least recently used makes room.

        Two threads may both make one, outside the lock; both then get the same one.
        """
        with self._lock:
            known = self._values.get(key)
        made = make() if known is None else known
        with self._lock:
            value = self._values.setdefault(key, made)
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
            return value

    def peek(self, key: str) -> Value | None:
        """The value of this key, None where there is none; it counts as no use."""
        with self._lock:
            return self._values.get(key)

    def drop(self, key: str, value: Value) -> None:
        """Forget this value; another one under the key stays."""
        with self._lock:
            if self._values.get(key) is value:
                del self._values[key]

    def __len__(self) -> int:
        return len(self._values)
