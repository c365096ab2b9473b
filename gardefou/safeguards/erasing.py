"""`person.erase`: destroy who somebody was, once nothing they are part of is still open (promise 15).

What they did stays in the record and in the tables, under a number that leads to no name. Refused while it could serve
to hide: while they are engaged, while an order of theirs or about them is open, while an incident names them. All three
are asked of every number of one human, and again at the instant of the effect.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import or_, select

from gardefou.events.erase_mail import erase_mail
from gardefou.ledger import store
from gardefou.ledger.erase import erase
from gardefou.orders.erase_words import erase_words
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.orders.queries import open_orders_naming
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import ErasedError, NothingToChangeError, StillNeededError
from gardefou.staff.erase_person import erase_person
from gardefou.staff.erased import MARK, is_erased
from gardefou.staff.keepers import keepers
from gardefou.staff.queries import joined_into, person_row, require_person
from gardefou.staff.tables import engagement, person_joined
from gardefou.storage import Tx
from gardefou.words import gettext as _

if TYPE_CHECKING:
    from gardefou.safeguards.plugs import Safeguard

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
            NothingToChangeError: they were erased before.
            StillNeededError: they are engaged, or part of an open order or of an open incident.
        """
        fields(change, needed=())
        if is_erased(require_person(tx, subject.id)):
            raise NothingToChangeError(_("They were erased before; nothing is left to erase"))
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


@dataclass(frozen=True, slots=True)
class NotErased:
    """Another safeguard about a person, which nobody can ask for once they were erased."""

    inner: "Safeguard"

    @property
    def given(self) -> tuple[str, ...]:
        """What the other one is given."""
        return self.inner.given

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read the other's change, of somebody who was not erased.

        Raises:
            ErasedError: they were.
            BadInputError: as the other one.
        """
        row = person_row(tx, subject.id)
        if row is not None and is_erased(row):
            raise ErasedError(_("That person was erased. Whoever works here again is enrolled anew."))
        return self.inner.check(tx, subject=subject, change=change, now=now)

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Do what the other one does."""
        self.inner.apply(tx, order=order, subject=subject, now=now)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:
        """Return what the other one reads back."""
        return self.inner.read_back(tx, subject_kind=subject_kind, subject_id=subject_id)
