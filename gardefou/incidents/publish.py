"""A statement as the subject of an order, and its publication as the order's effect (promise 19)."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import update

from gardefou.events import record
from gardefou.incidents import queries
from gardefou.incidents.claims import claims_of
from gardefou.incidents.errors import PublishedError, UnknownStatementError
from gardefou.incidents.ports import Announcer
from gardefou.incidents.tables import statement
from gardefou.ledger import store
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.storage import Tx

POST_LENGTH = 480


@dataclass(frozen=True, slots=True)
class StatementSubjects:
    """Finds statements. One whose claims the record no longer shows is another version: orders on it become void."""

    def read(self, tx: Tx, *, subject_id: int, now: int, lock: bool) -> Subject | None:  # noqa: ARG002  # the port's shape
        """Return the statement as a subject."""
        try:
            row = queries.statement(tx, subject_id, lock=lock)
        except UnknownStatementError:
            return None
        shown = {claim.key: claim.fields for claim in claims_of(tx, row["incident_id"])}
        holds = all(shown.get(claim["key"]) == claim["fields"] for claim in json.loads(row["claims"]))
        published = row["published_at"] is not None
        return Subject(
            kind="statement",
            id=subject_id,
            account_id=None,
            version=int(row["version"]) + int(published) + (0 if holds else 2),
            label=f"statement {row['number']}",
        )

    def changed(self, tx: Tx, *, subject: Subject) -> None:
        """Leave the version: being published has changed it already."""


@dataclass(frozen=True, slots=True)
class PublishEffect:
    """Publishes a statement: on its page, in the feed and as a post of the official account."""

    announcer: Announcer
    url: str

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Publish.

        Raises:
            PublishedError: it was published before.
        """
        changed = tx.execute(
            update(statement)
            .where(statement.c.id == subject.id, statement.c.published_at.is_(None))
            .values(published_at=now, order_id=order.id)
        )
        if changed.rowcount != 1:
            raise PublishedError
        row = queries.statement(tx, subject.id)
        for locale in ("en", "fr"):
            self._announce(tx, now=now, text=str(row[f"text_{locale}"]), incident_id=row["incident_id"], locale=locale)
        store.append(
            tx,
            now=now,
            kind="statement.published",
            order_id=order.id,
            body={
                "statement": str(subject.id),
                "incident": str(row["incident_id"]),
                "supersedes": str(row["supersedes"] or ""),
                "text_en": hashlib.sha256(row["text_en"].encode()).hexdigest(),
                "text_fr": hashlib.sha256(row["text_fr"].encode()).hexdigest(),
            },
            about=[f"incident:{row['incident_id']}", f"statement:{subject.id}"],
        )
        record(tx, now=now, kind="statement.published", subject=f"statement:{subject.id}")

    def _announce(self, tx: Tx, *, now: int, text: str, incident_id: int, locale: str) -> None:
        link = f"{self.url}/incidents/{incident_id}"
        room = POST_LENGTH - len(link) - 2
        shown = text if len(text) <= room else text[: room - 1].rsplit(" ", 1)[0] + "…"
        self.announcer.announce(tx, now=now, text=f"{shown} {link}", locale=locale)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return whether it is published."""
        return "published" if queries.statement(tx, subject_id)["published_at"] is not None else "draft"
