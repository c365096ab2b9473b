"""Write down that a bundle with what commitments stand for is about to leave the house: who took it, and of what."""

from typing import Any

from gardefou.accounts.queries import account
from gardefou.events import Actor
from gardefou.ledger import store
from gardefou.ledger.entry import EntryKind
from gardefou.staff.queries import require_person
from gardefou.storage import Tx
from gardefou.watch.bundle import Scope, Written


def record_export(tx: Tx, *, actor: Actor, now: int, scope: Scope, written: Written) -> None:
    """Append the entry; the bundle is handed over once it is committed.

    Args:
        tx: the open transaction.
        actor: which auditor takes it.
        now: the instant.
        scope: what it is about.
        written: what was written, and the digest of its manifest: the record says which bundle it was.

    Raises:
        UnknownPersonError: no person takes it.
    """
    person = require_person(tx, actor.person_id or 0)
    body: dict[str, Any] = {
        "who": store.commit_to(tx, now=now, key=str(actor), content=str(person["name"])),
        "manifest": written.digest,
        "size": str(written.size),
        "entries": str(written.entries),
        "openings": str(written.openings),
        "people": str(len(scope.people)),
    }
    if scope.account_id is not None:
        handle = account(tx, scope.account_id)["handle"]
        body["account"] = store.commit_to(tx, now=now, key=f"account:{scope.account_id}", content=f"@{handle}")
    if scope.incident_id is not None:
        body["incident"] = str(scope.incident_id)
    store.append(
        tx,
        now=now,
        kind=EntryKind.LEDGER_EXPORTED.value,
        order_id=None,
        body=body,
        about=[f"person:{one}" for one in scope.people],
    )
