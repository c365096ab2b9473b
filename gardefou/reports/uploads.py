"""Uploads of many reports at once, each known by its sender's key, so that sending one again changes nothing."""

import json
from collections.abc import Collection

from sqlalchemy import delete, select, text, update

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.events.actor import ActorKind
from gardefou.reports.errors import KeyUsedError
from gardefou.reports.tables import brought, upload
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.words import gettext as _

#: So long an upload is known again.
KNOWN_FOR = 7 * DAY
#: Old ones taken away with each new one.
SWEPT = 20
#: Both databases read this sentence; SQLAlchemy has no common spelling of it.
_BEGIN = text(
    "INSERT INTO upload (key, sender, digest, answers, created_at) VALUES (:key, :sender, :digest, '', :now) "
    "ON CONFLICT (key) DO NOTHING"
)


_BRING = {
    kind: text(
        f"INSERT INTO brought (reporter, machine) SELECT one.value, :machine FROM {keys} AS one WHERE true "
        "ON CONFLICT (reporter) DO NOTHING"
    )
    for kind, keys in (
        ("postgresql", "json_array_elements_text(CAST(:keys AS json))"),
        ("sqlite", "json_each(:keys)"),
    )
}


def begin_upload(tx: Tx, *, actor: Actor, now: int, key: bytes, digest: bytes) -> str | None:
    """Begin an upload; whoever sends the same at once waits until this one has ended.

    Args:
        tx: the open transaction.
        actor: the machine that sends it.
        now: the instant, microseconds.
        key: a digest of what the sender calls it.
        digest: a digest of what was sent.

    Returns:
        What was answered when it was sent before; None when it is new.

    Raises:
        KeyUsedError: something else was sent under this key.
    """
    kept = upload.c
    old = select(kept.key).where(kept.created_at <= now - KNOWN_FOR).limit(SWEPT).with_for_update(skip_locked=True)
    tx.execute(delete(upload).where(kept.key.in_(old.scalar_subquery())))
    if tx.execute(_BEGIN, {"key": key, "sender": str(actor), "digest": digest, "now": now}).rowcount:
        return None
    row = tx.first(select(upload).where(kept.key == key))
    if row is None or bytes(row["digest"]) != digest:
        raise KeyUsedError(
            _("Other reports were sent under this Idempotency-Key. Nothing was taken: send these under a new one.")
        )
    return str(row["answers"])


def end_upload(tx: Tx, *, key: bytes, answers: str) -> None:
    """Keep what an upload was answered, in the transaction that filed its reports."""
    tx.execute(update(upload).where(upload.c.key == key).values(answers=answers))


def note_brought(tx: Tx, *, actor: Actor, reporters: Collection[Actor]) -> None:
    """Keep through which machine a platform's reporters came; always in the same order, so that no two wait in a ring.

    The machine itself, where it named nobody, came through nobody.
    """
    keys = sorted({str(one) for one in reporters if one.kind is ActorKind.VISITOR})
    if keys:
        tx.execute(_BRING[tx.dialect], {"keys": json.dumps(keys), "machine": actor.key})


def brought_by(tx: Tx, reporters: Collection[str]) -> dict[str, str]:
    """Return through which machine each of these reporters came; whoever came by themselves is left out."""
    if not reporters:
        return {}
    rows = tx.all(select(brought).where(among(brought.c.reporter, sorted(reporters))))
    return {str(row["reporter"]): str(row["machine"]) for row in rows}
