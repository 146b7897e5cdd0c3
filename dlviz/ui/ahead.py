"""Answers ahead of a rerun: what a click changes on the screen, fetched by the component itself.

A rerun takes its way through Streamlit and all of the page. Where somebody waits for pictures, a
component asks for them here and shows them; the rerun that follows brings the same ones, and with
them the address, the sentences and the files to save.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from dlviz.ui.cookie import visitor_of
from dlviz.ui.visitor import visitor_id

PATH = "/dlviz/ahead"
PATIENCE = 0.5  # seconds: one answer is worked out at a time, the next one waits for so long
_OPEN = "answers ahead"
_NO_STORE = {"cache-control": "no-store"}


@dataclass(eq=False)
class Answers:
    """What one page of one visitor may ask: ``answer(number)`` for numbers below ``count``.

    It is the session that holds it: it ends with the session, and with the page's next question.
    """

    owner: str
    about: str
    count: int
    answer: Callable[[int], Mapping[str, Any]]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    _lock: Lock = field(default_factory=Lock)

    def get(self, number: int) -> bytes | None:
        """The answer as JSON; None where another one takes too long or it cannot be given."""
        if not self._lock.acquire(timeout=PATIENCE):
            return None
        try:
            return json.dumps(self.answer(number), separators=(",", ":")).encode()
        except ValueError:  # one sentence for the page, which its rerun will say
            return None
        finally:
            self._lock.release()


_known: WeakValueDictionary[str, Answers] = WeakValueDictionary()


def offer_answers(about: str, count: int, answer: Callable[[int], Mapping[str, Any]]) -> str:
    """The token with which this page's components may ask for ``answer``; the last one ends.

    ``answer`` is called in another thread, without Streamlit: nothing of the session may be used
    in it. The same ``about`` (all that an answer depends on, the number aside) keeps its token.
    Empty for a visitor without a cookie, whom a request would not name.
    """
    owner, known = visitor_id()
    if not known:
        return ""
    before: Answers | None = st.session_state.get(_OPEN)
    if before is None or (before.owner, before.about) != (owner, about):
        before = st.session_state[_OPEN] = Answers(owner, about, count, answer)
        _known[before.token] = before
    return before.token


def ahead(request: Request) -> Response:
    """The answer that ``token`` and ``number`` ask for; 204 where the rerun has to bring it.

    404 for whatever was not offered to this visitor. Starlette runs this in a thread of its own.
    """
    answers = _known.get(request.query_params.get("token", ""))
    number = request.query_params.get("number", "")
    if answers is None or not _is_theirs(answers, request.scope) or not _is_number(number):
        return Response(status_code=404, headers=_NO_STORE)
    if int(number) >= answers.count:
        return Response(status_code=404, headers=_NO_STORE)
    body = answers.get(int(number))
    if body is None:
        return Response(status_code=204, headers=_NO_STORE)
    return Response(body, media_type="application/json", headers=_NO_STORE)


def _is_theirs(answers: Answers, scope: Scope) -> bool:
    return compare_digest(answers.owner, visitor_of(scope) or "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6
