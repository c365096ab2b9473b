"""Who was erased by order, what that emptied, and what it should have (promise 15).

An opening may be gone where an executed order to erase explains it, and nowhere else; and where such an order stands,
nothing that it covers may be left. It covers, up to its own entry: the person's own commitment and those of their keys;
the texts, signatures and whatever else was shown, in every entry that is theirs (`who`); and of the entries of orders
about them (`subject`), other than to erase them, the texts, and the change where it names them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from gardefou.ledger import store, tables
from gardefou.ledger.store import Entry
from gardefou.orders.kinds import NAMING, Kind
from gardefou.orders.tables import orders
from gardefou.staff.erased import MARK, is_erased
from gardefou.staff.tables import credential, person
from gardefou.storage import Tx
from gardefou.watch.finding import Finding

#: What an entry says in somebody's own words, or with their key.
_OWN = frozenset({"why", "signature", "said", "credential"})
_NAMING = frozenset(kind.value for kind in NAMING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Everybody whom an order has erased.

    Attributes:
        since: by a person's commitment, the entry that erased them.
        people: their numbers.
    """

    since: Mapping[str, int] = field(default_factory=dict)
    people: frozenset[int] = frozenset()

    def explains(self, entry: Entry, made: str, where: str) -> bool:
        """Return whether an order has emptied what an entry commits to under a name, or should have."""
        if made in self.since:
            return True
        body = entry.body
        if where in _OWN and self._covers(entry, str(body.get("who", ""))):
            return True
        kind = body.get("order_kind")
        named = where == "why" or (where == "change" and kind in _NAMING)
        return named and kind != Kind.PERSON_ERASE.value and self._covers(entry, str(body.get("subject", "")))

    def _covers(self, entry: Entry, who: str) -> bool:
        return who in self.since and entry.index < self.since[who]


def erased(tx: Tx) -> Erased:
    """Return whom executed orders have erased, from the entries that say so."""
    since: dict[str, int] = {}
    people: set[int] = set()
    rows = tx.all(select(orders.c.id, orders.c.subject_id).where(orders.c.kind == Kind.PERSON_ERASE.value))
    for row in rows:
        for entry in store.entry_of_order(tx, row["id"]):
            if entry.kind == "order.executed" and entry.body.get("order_kind") == Kind.PERSON_ERASE.value:
                since[str(entry.body["subject"])] = entry.index
                people.add(int(row["subject_id"]))
    return Erased(since=since, people=frozenset(people))


def check_erasures(tx: Tx, known: Erased) -> Iterator[Finding]:
    """Yield whoever was erased and whose row, keys or openings still say who they are; and who only looks erased."""
    for row in tx.all(select(person).order_by(person.c.id)):
        if is_erased(row) is not (row["id"] in known.people):
            yield _finding("name", int(row["id"]))
    theirs = credential.c.person_id.in_(known.people)
    for row in tx.all(select(credential).where(theirs, credential.c.label != MARK).order_by(credential.c.id)):
        yield _finding("credential", int(row["person_id"]))
    opening = tables.opening
    for person_id in sorted(known.people):
        left = or_(opening.c.written_by == person_id, opening.c.about_person == person_id) & (opening.c.salt != b"")
        if tx.first(select(opening.c.commitment).where(left).limit(1)) is not None:
            yield _finding("opening", person_id)


def _finding(what: str, person_id: int) -> Finding:
    return Finding(code="erasure-differs", fields={"what": what, "person": str(person_id)})
