"""A stranger's text on its way to a spec: checks, JSON, links. Imports no torch."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import fields
from typing import Any

from dlviz.core.words import limit

MAX_SPEC_CHARS = 20_000
MAX_LINK_CHARS = 4_000


class SpecError(ValueError):
    """A spec asks for something that does not exist or is over a stated limit."""


def require(condition: bool, sentence: str) -> None:
    """Raises ``SpecError`` with the sentence where the condition does not hold."""
    if not condition:
        raise SpecError(sentence)


def require_number(
    value: object, name: str, low: float, high: float, *, whole: bool = False
) -> None:
    """Raises ``SpecError`` unless it is a (whole) number from ``low`` to ``high``."""
    kinds = (int,) if whole else (int, float)
    ok = isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
    kind = "a whole number" if whole else "a number"
    limits = f"from {limit(low)} to {limit(high)}"
    require(ok, f"{name} must be {kind} {limits}, not {str(value)[:40]!r}.")


def parsed(text: str) -> object:
    """A stranger's JSON. Raises ``SpecError`` if it is none, or too long."""
    require(len(text) <= MAX_SPEC_CHARS, f"A spec has at most {MAX_SPEC_CHARS} characters.")
    try:
        raw: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SpecError("The spec is not valid JSON.") from error
    return raw


def packed_link(text: str) -> str:
    """A spec's JSON as a short text for an address; ``unpacked_link`` gives it back."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpacked_link(text: str) -> str:
    """The JSON in a stranger's address. Raises ``SpecError`` if it is damaged or too long."""
    require(len(text) <= MAX_LINK_CHARS, f"A link has at most {MAX_LINK_CHARS} characters.")
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        # A few bytes can unpack to gigabytes: stop at the limit.
        return zlib.decompressobj().decompress(packed, MAX_SPEC_CHARS + 1).decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        raise SpecError("The link's spec is damaged.") from error


def fields_of(cls: type, raw: object) -> dict[str, Any]:
    """The fields of a dataclass in a stranger's JSON object; raises ``SpecError`` for others."""
    if not isinstance(raw, dict):
        raise SpecError(f"{cls.__name__} must be a JSON object.")
    unknown = set(raw) - {item.name for item in fields(cls)}
    require(not unknown, f"{cls.__name__} has no field {min(unknown, default='')[:40]!r}.")
    return raw
