"""`role.grant` and `role.take`: what a person may do here. Nobody has a part in what they are granted themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import NothingToChangeError
from gardefou.safeguards.joining import still_oneself
from gardefou.staff.grant_role import grant_role, role_named
from gardefou.staff.queries import grants_in_force
from gardefou.staff.take_role import take_role
from gardefou.storage import Tx
from gardefou.words import gettext as _


def _held(tx: Tx, person_id: int, now: int) -> set[str]:
    return {str(row["role"]) for row in grants_in_force(tx, [person_id], now)}


@dataclass(frozen=True, slots=True)
class GrantRole:
    """Grants `role`."""

    given: ClassVar[tuple[str, ...]] = ("role",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read the role.

        Raises:
            ChangeError, PersonError: there is none of that name.
            NothingToChangeError: they hold it, or have been joined into somebody else.
        """
        role = role_named(fields(change, needed=("role",))["role"])
        still_oneself(tx, subject)
        if role.value in _held(tx, subject.id, now):
            raise NothingToChangeError(_("%(name)s holds the role %(role)s", name=subject.label, role=role.value))
        return {"role": role.value}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Grant it."""
        grant_role(
            tx, actor=order.proposer, now=now, person_id=subject.id, role=order.change["role"], order_id=order.id
        )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Takes `role` away."""

    given: ClassVar[tuple[str, ...]] = ("role",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read the role.

        Raises:
            ChangeError, PersonError: there is none of that name.
            NothingToChangeError: they do not hold it.
        """
        role = role_named(fields(change, needed=("role",))["role"])
        if role.value not in _held(tx, subject.id, now):
            words = _("%(name)s does not hold the role %(role)s", name=subject.label, role=role.value)
            raise NothingToChangeError(words)
        return {"role": role.value}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Take it."""
        take_role(tx, actor=order.proposer, now=now, person_id=subject.id, role=order.change["role"], order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""
