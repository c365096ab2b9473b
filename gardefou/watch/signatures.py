"""Every signature in the record, checked again: offline, with nothing but the record and its openings, years later.

Upholds promises 2 and 3. What signs is the key that the record has committed to since it was enrolled, not the one that
stands in a table today. A key, or a person, whose opening was erased verifies as *erased*.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from gardefou.guard.facts import SIGNED
from gardefou.guard.rulebook import SIGNATURE
from gardefou.ledger import store, tables
from gardefou.ledger.store import Entry
from gardefou.orders.lifecycle import TRANSITIONS, State
from gardefou.staff.assertion import check, read
from gardefou.staff.credentials import DEMO, RIPE_AFTER, VALID
from gardefou.staff.enrol_passkey import key_text
from gardefou.staff.errors import BadAssertionError
from gardefou.staff.signed_bytes import Verb, challenge_of
from gardefou.staff.site import site_at
from gardefou.staff.tables import credential
from gardefou.staff.unsafe_demo_authenticator import demo_public_key
from gardefou.storage import Tx
from gardefou.storage.house import MADE_BY, remembered
from gardefou.watch.erasures import Erased
from gardefou.watch.finding import Finding
from gardefou.watch.replay import proposer_of

ENROLLED = "credential.enrolled"
ERASED = "erased"
_STEPS = frozenset(TRANSITIONS.values()) | {"order.voted"}


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many signatures there are of each sort: `valid`, `demo`, `erased`."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, sort: str) -> None:
        """Count one more."""
        self.counts[sort] = self.counts.get(sort, 0) + 1


def check_signatures(tx: Tx, tally: Tally | None = None, erased: Erased | None = None) -> Iterator[Finding]:
    """Yield every signature that is not good, and every decision that rests on one which is not there.

    Steps:
        (1) Each key in the database is the one its entry committed to, and none is there without an entry.
        (2) Each signature was made by such a key, ripe then, to this verb, order and person.
        (3) Each person whom the guard took for having signed has signed.
    """
    enrolled = {str(entry.body["credential"]): entry.at for entry in _entries(tx, ENROLLED)}
    yield from _keys(tx, enrolled, frozenset() if erased is None else erased.people)
    found: dict[tuple[int, str, str], str] = {}
    for entry in store.entries(tx, where=tables.entry.c.kind.in_(sorted(_STEPS))):
        yield from _one(tx, entry, enrolled, found, tally or Tally())


def _entries(tx: Tx, kind: str) -> Iterator[Entry]:
    return store.entries(tx, where=tables.entry.c.kind == kind)


def _keys(tx: Tx, enrolled: Mapping[str, int], gone: frozenset[int]) -> Iterator[Finding]:
    """(1); of somebody erased nothing of a key is left, beside the record or in it."""
    rows = tx.all(select(credential).where(credential.c.public_key.is_not(None)).order_by(credential.c.id))
    for row in rows:
        about = f"credential:{row['id']}"
        opened = tx.first(select(tables.opening).where(tables.opening.c.key == about))
        content = key_text(person_id=int(row["person_id"]), public_key=row["public_key"])
        if row["person_id"] in gone and row["public_key"] == b"" and opened is not None and not opened["salt"]:
            continue
        as_enrolled = (content, row["enrolled_at"])
        if opened is None or (opened["content"], enrolled.get(opened["commitment"])) != as_enrolled:
            yield Finding(code="key-differs", fields={"key": str(row["id"])})


def _one(
    tx: Tx, entry: Entry, enrolled: Mapping[str, int], found: dict[tuple[int, str, str], str], tally: Tally
) -> Iterator[Finding]:
    order_id, body, verb = entry.order_id or 0, entry.body, _verb(entry)
    if "signature" in body and verb is not None:
        # (2) The signature.
        try:
            sort = _checked(tx, entry, verb, enrolled)
        except (BadAssertionError, ValueError, KeyError, TypeError) as problem:
            why = getattr(problem, "why", "unreadable")
            yield Finding(code="signature-bad", index=entry.index, order_id=order_id, fields={"why": why})
            return
        found[order_id, str(body["who"]), verb] = sort
        tally.add(sort)
    # (3) Who was taken for having signed.
    for who, needed in _taken_for_signed(entry):
        if (order_id, who, needed) not in found:
            yield Finding(code="signature-missing", index=entry.index, order_id=order_id, fields={"verb": needed})


def _verb(entry: Entry) -> Verb | None:
    if entry.body.get("state", {}).get("before") == State.PROPOSED:
        return "propose"
    if entry.kind == "order.voted":
        return "approve"
    return "veto" if entry.body.get("because") == "vetoed" else None


def _taken_for_signed(entry: Entry) -> Iterator[tuple[str, Verb]]:
    """Yield whom a decision takes for having signed; what is refused whoever signs, nobody was asked to sign."""
    if entry.body["verdict"]["verdict"] == "refused":
        return
    facts: Mapping[str, Any] = entry.body.get("facts", {})
    proposer = facts.get("proposer", {})
    if proposer.get("signature") in SIGNED:
        yield proposer_of(facts), "propose"
    for one in facts.get("approvers", ()):
        if one["signature"] in SIGNED:
            yield str(one["id"]), "approve"
    needs = (entry.body["verdict"].get("plan") or {}).get("needs", ())
    if _verb(entry) == "veto" and SIGNATURE in needs:
        yield str(entry.body["who"]), "veto"


def _checked(tx: Tx, entry: Entry, verb: Verb, enrolled: Mapping[str, int]) -> str:
    """Return what a signature verifies as.

    Raises:
        BadAssertionError: it does not.
    """
    who, key, said = (str(entry.body[name]) for name in ("who", "credential", "signature"))
    opened = store.open_(tx, [said, key])
    person = store.keys_of(tx, [who]).get(who)
    if said not in opened or person is None or (key != DEMO and key not in opened):
        return ERASED
    person_id, one = int(person.partition(":")[2]), read(opened[said])
    if key == DEMO:
        if remembered(tx, MADE_BY) != DEMO:
            raise BadAssertionError("demo")
        public_key = demo_public_key(person_id)
    else:
        public_key = _ripe_key(opened[key], person_id, enrolled.get(key), entry.at)
    challenge = challenge_of(verb=verb, digest=bytes.fromhex(entry.body["digest"]), person_id=person_id)
    check(one, challenge=challenge, site=site_at(one.origin), public_key=public_key)
    return DEMO if key == DEMO else VALID


def _ripe_key(content: str, person_id: int, enrolled_at: int | None, signed_at: int) -> bytes:
    key = json.loads(content)
    if key["person"] != str(person_id):
        raise BadAssertionError("unknown-key")
    if enrolled_at is None or enrolled_at + RIPE_AFTER > signed_at:
        raise BadAssertionError("too-new")
    return bytes.fromhex(key["public_key"])
