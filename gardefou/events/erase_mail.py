"""Erase somebody from the messages that left, or were to leave, the house (promise 15).

What was written to them is emptied, and never sent if it was still to be; in what was written to others, their name and
address are replaced, and so is what they said under an order, in the letters about it. Whether, and when, a message was
accepted stays: holds rest on it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, or_, select, update

from gardefou.events.actor import Actor
from gardefou.events.tables import outbox
from gardefou.storage import Tx


def erase_mail(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    name: str,
    email: str,
    said: Mapping[int, Iterable[str]],
    mark: str,  # every write names its actor
) -> None:
    """Empty what was written to an address, and put a word in the place of a name, an address and texts elsewhere.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant, microseconds.
        name: whom it is about.
        email: their address.
        said: texts that are gone, by the order they stood under.
        mark: the word.
    """
    for row in _holding(tx, outbox.c.body, (name, email)):
        body: dict[str, Any] = json.loads(row["body"])
        if str(body.get("to", "")).strip().casefold() != email.strip().casefold():
            _write(tx, row, without(body, (email, name), mark))
            continue
        left = {key: value if key == "locale" else mark for key, value in body.items()}
        ended = {"state": "given up", "done_at": now} if row["state"] == "queued" else {}
        _write(tx, row, left, **ended)
    for order_id, texts in said.items():
        for row in _holding(tx, outbox.c.key, (f"order:{order_id}:",)):
            _write(tx, row, without(json.loads(row["body"]), texts, mark))


def _holding(tx: Tx, column: ColumnElement[str], texts: Iterable[str]) -> Iterable[RowMapping]:
    """Return the rows that hold one of these, as it is or as JSON writes it."""
    spelt = sorted({form for text in texts for form in (text, json.dumps(text, ensure_ascii=False)[1:-1])})
    return tx.all(select(outbox).where(or_(*(column.icontains(text, autoescape=True) for text in spelt))))


def _write(tx: Tx, row: RowMapping, body: Mapping[str, Any], **more: Any) -> None:
    text = json.dumps(dict(body), ensure_ascii=False)
    tx.execute(update(outbox).where(outbox.c.id == row["id"]).values(body=text, last_error=None, **more))


def without(body: Mapping[str, Any], texts: Iterable[str], mark: str) -> dict[str, Any]:
    """Return a body with a word in the place of these texts, wherever they stand for themselves."""
    # A longer word that begins with a name is another one; of two texts the longer is looked for first.
    words = re.compile("|".join(_whole(text) for text in sorted(texts, key=len, reverse=True)), re.IGNORECASE)
    return {key: words.sub(mark, value) if isinstance(value, str) else value for key, value in body.items()}


def _whole(text: str) -> str:
    before = r"(?<!\w)" if text[:1].isalnum() else ""
    return before + re.escape(text) + (r"(?!\w)" if text[-1:].isalnum() else "")
