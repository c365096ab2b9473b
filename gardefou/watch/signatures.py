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
from gardefou.orders.tables import signature
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enrolled:
    """What the record says of a key: when it was enrolled, and for which site."""

    at: int
    site: str


def check_signatures(tx: Tx, tally: Tally | None = None) -> Iterator[Finding]:
    """Yield every signature that is not good, and every decision that rests on one which is not there.

    Steps:
        (1) Each key in the database is the one its entry committed to, and none is there without an entry.
        (2) Each signature was made by such a key, on its site, ripe and not ended then, to this verb, order and person.
        (3) Each person whom the guard took for having signed has signed.
        (4) What is kept of signatures beside the record is what the record has of them.
    """
    enrolled = {
        str(entry.body["credential"]): _Enrolled(at=entry.at, site=str(entry.body["site"]))
        for entry in _entries(tx, ENROLLED)
    }
    yield from _keys(tx, enrolled)
    found: dict[tuple[int, str, str], str] = {}
    for entry in store.entries(tx, where=tables.entry.c.kind.in_(sorted(_STEPS))):
        yield from _one(tx, entry, enrolled, found, tally or Tally())
    yield from _kept(tx, found)


def _entries(tx: Tx, kind: str) -> Iterator[Entry]:
    return store.entries(tx, where=tables.entry.c.kind == kind)


def _keys(tx: Tx, enrolled: Mapping[str, _Enrolled]) -> Iterator[Finding]:
    """(1)."""
    rows = tx.all(select(credential).where(credential.c.public_key.is_not(None)).order_by(credential.c.id))
    for row in rows:
        about = f"credential:{row['id']}"
        opened = tx.first(select(tables.opening).where(tables.opening.c.key == about))
        content = key_text(person_id=int(row["person_id"]), public_key=row["public_key"])
        as_enrolled = (content, _Enrolled(at=row["enrolled_at"], site=str(row["site"])))
        if opened is None or (opened["content"], enrolled.get(opened["commitment"])) != as_enrolled:
            yield Finding(code="key-differs", fields={"key": str(row["id"])})


def _one(
    tx: Tx, entry: Entry, enrolled: Mapping[str, _Enrolled], found: dict[tuple[int, str, str], str], tally: Tally
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


def _checked(tx: Tx, entry: Entry, verb: Verb, enrolled: Mapping[str, _Enrolled]) -> str:
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
        _still_in_force(tx, key, entry.at)
        if site_at(one.origin).id != enrolled[key].site:
            raise BadAssertionError("site")
    challenge = challenge_of(verb=verb, digest=bytes.fromhex(entry.body["digest"]), person_id=person_id)
    check(one, challenge=challenge, site=site_at(one.origin), public_key=public_key)
    return DEMO if key == DEMO else VALID


def _ripe_key(content: str, person_id: int, enrolled: _Enrolled | None, signed_at: int) -> bytes:
    key = json.loads(content)
    if key["person"] != str(person_id):
        raise BadAssertionError("unknown-key")
    if enrolled is None or enrolled.at + RIPE_AFTER > signed_at:
        raise BadAssertionError("too-new")
    return bytes.fromhex(key["public_key"])


def _still_in_force(tx: Tx, key: str, signed_at: int) -> None:
    """Insist that a key had not been ended when it signed; that its row says so rightly, `watch.safeguards` sees to."""
    number = store.keys_of(tx, [key])[key].removeprefix("credential:")
    ended_at = tx.scalar(select(credential.c.ended_at).where(credential.c.id == int(number)))
    if ended_at is not None and ended_at < signed_at:
        raise BadAssertionError("ended")


def _kept(tx: Tx, found: Mapping[tuple[int, str, str], str]) -> Iterator[Finding]:
    """(4): no signature was taken away beside the record, and none put there."""
    people = store.keys_of(tx, {who for _order, who, _verb in found})
    recorded = {(order, people[who], verb) for order, who, verb in found if who in people}
    rows = tx.all(select(signature.c.order_id, signature.c.person_id, signature.c.verb))
    kept = {(row["order_id"], f"person:{row['person_id']}", row["verb"]) for row in rows}
    for order, _who, verb in sorted(recorded ^ kept):
        yield Finding(code="signature-missing", order_id=order, fields={"verb": verb})
