"""`person.erase`: destroy who somebody was, once nothing they are part of is still open (promise 15).

What they did stays in the record and in the tables, under a number that leads to no name. Refused while it could serve
to hide: while they are engaged, while an order of theirs or about them is open, while an incident names them. All three
are asked of every number of one human, and again at the instant of the effect.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_, select

from gardefou.events.erase_mail import erase_mail
from gardefou.ledger import store
from gardefou.ledger.erase import erase
from gardefou.orders.erase_words import erase_words
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.orders.queries import open_orders_naming
from gardefou.reports.macros import erase_from_macros
from gardefou.reports.misuse.erase import erase_from_measures
from gardefou.reports.notes import erase_notes
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import StillNeededError
from gardefou.staff.erase_person import erase_person
from gardefou.staff.erased import MARK, is_erased
from gardefou.staff.keepers import keepers
from gardefou.staff.queries import joined_into, require_person
from gardefou.staff.tables import engagement, person_joined
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: Given a person's number, returns the open incidents that name them, oldest first. The incidents' room knows.
NamedIn = Callable[[Tx, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Erases a person; nothing is given, and nothing takes it back."""

    named_in: NamedIn
    given: ClassVar[tuple[str, ...]] = ()

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Insist that nobody needs to know any more who they are.

        Raises:
            StillNeededError: they are engaged, or part of an open order or of an open incident.
        """
        fields(change, needed=())
        for person_id in sorted(same_human(tx, subject.id)):
            for words in self._needed(tx, person_id, subject.label, now):
                raise StillNeededError(words)
        return {}

    def _needed(self, tx: Tx, person_id: int, name: str, now: int) -> Iterator[str]:
        bond = (engagement.c.person_id == person_id) & or_(engagement.c.ends.is_(None), engagement.c.ends > now)
        if tx.first(select(engagement.c.id).where(bond).limit(1)) is not None or person_id in keepers(tx, now):
            yield _("%(name)s is engaged: end the engagement first", name=name)
        for order in open_orders_naming(tx, person_id):
            yield _("%(name)s is part of order %(order)s, which is open: let it end first", name=name, order=order)
        for incident in self.named_in(tx, person_id):
            yield _("%(name)s is named by incident %(incident)s, which is open", name=name, incident=incident)

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Erase them, everywhere, in the order's own transaction."""
        actor = order.proposer
        row = require_person(tx, subject.id, lock=True)
        # The record keeps one commitment for them for good: whoever had none yet would get one with their name later.
        store.commit_to(tx, now=now, key=f"person:{subject.id}", content=str(row["name"]))
        said = erase_words(tx, actor=actor, now=now, person_id=subject.id)
        names = {"name": str(row["name"]), "email": str(row["email"])}
        erase_mail(tx, actor=actor, now=now, said=said, mark=MARK, **names)
        erase_from_macros(tx, actor=actor, mark=MARK, **names)
        erase_from_measures(tx, actor=actor, mark=MARK, **names)
        erase_notes(tx, actor=actor, person_id=subject.id, mark=MARK, **names)
        erase_person(tx, actor=actor, now=now, person_id=subject.id, order_id=order.id)
        erase(tx, actor=actor, now=now, person_id=subject.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return whether they were erased."""
        return "erased" if is_erased(require_person(tx, subject_id)) else ""


def same_human(tx: Tx, person_id: int) -> set[int]:
    """Return every number of one human: who was joined into whom."""
    root = joined_into(tx, person_id) or person_id
    gone = tx.all(select(person_joined.c.person_id).where(person_joined.c.joined_to == root))
    return {person_id, root, *(int(row["person_id"]) for row in gone)}
