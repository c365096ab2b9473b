"""A person, and the house itself, as the subjects of orders."""

from dataclasses import dataclass

from gardefou.orders.ports import Subject
from gardefou.staff.bump_version import bump_version
from gardefou.staff.erased import is_erased, spoken_of
from gardefou.staff.queries import person_row, require_person
from gardefou.storage import Tx

#: There is one house.
HOUSE_ID = 1


@dataclass(frozen=True, slots=True)
class PersonSubjects:
    """Finds people."""

    def read(self, tx: Tx, *, subject_id: int, now: int, lock: bool) -> Subject | None:  # noqa: ARG002  # the port's shape
        """Return the person as a subject; None when nobody was ever enrolled by that number."""
        if person_row(tx, subject_id) is None:
            return None
        row = require_person(tx, subject_id, lock=lock)
        return Subject(
            kind="person",
            id=subject_id,
            account_id=None,
            version=int(row["version"]),
            label=spoken_of(row),
            erased=is_erased(row),
        )

    def changed(self, tx: Tx, *, subject: Subject) -> None:
        """Give the person a new version: what else was signed about them is about somebody else now."""
        bump_version(tx, subject.id)


@dataclass(frozen=True, slots=True)
class HouseSubjects:
    """Finds the house. Its rulebook is in every order's digest, so it needs no version of its own."""

    def read(self, tx: Tx, *, subject_id: int, now: int, lock: bool) -> Subject | None:  # noqa: ARG002  # the port's shape
        """Return the house."""
        if subject_id != HOUSE_ID:
            return None
        return Subject(kind="house", id=HOUSE_ID, account_id=None, version=0, label="house")

    def changed(self, tx: Tx, *, subject: Subject) -> None:
        """Leave it: open orders under the old rules become void by themselves."""
