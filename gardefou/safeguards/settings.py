"""`setting.change`: the settings a promise rests on, as they are in force, and how another value comes into force.

A setting lies in a file that whoever starts the program writes alone. So the house keeps what was agreed upon beside
it: a program that is started with anything else executes nothing but restores until the two are the same again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import ClassVar

from sqlalchemy import delete, insert, select, update

from gardefou.events import Actor
from gardefou.ledger import store
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.orders.queries import executed_since
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.safeguards.tables import setting_in_force
from gardefou.storage import Tx
from gardefou.storage.house import FOUNDED, remembered
from gardefou.words import gettext as _

#: The verifier key of the record's log, its name among it: what outsiders check the record with (promise 14).
LOG_KEY = "ledger_vkey"
#: Where notices go out, in whose name, where their links lead, and whom an owner is told to write to; and whose word
#: makes a head of the record a witnessed one (promise 13).
GUARDED = ("smtp", "mail_from", "contest", "url", LOG_KEY, "witnesses", "witnesses_needed")
#: A head of the record that the house has lost and goes on without, `SIZE ROOT`: no program is started with it, and
#: only a head that the record does not have can be named (promise 14).
RECOVERED = "ledger_recovered"
AGREED = (*GUARDED, RECOVERED)
_HEAD = re.compile(r"(0|[1-9][0-9]{0,18}) ([0-9a-f]{64}|-)", re.ASCII)
#: What was agreed upon where a house was founded before a setting was guarded.
_UNSAID = {"witnesses": "", "witnesses_needed": "0"}

#: Given a guarded setting and what somebody typed, returns it in the one spelling that is kept, without its password;
#: refuses what is no such setting, or could not be started with.
Spell = Callable[[str, str], str]


def in_force(tx: Tx) -> dict[str, str]:
    """Return the guarded settings in force; none before the founding."""
    return {row["name"]: row["value"] for row in tx.all(select(setting_in_force))}


def differing(tx: Tx, values: Mapping[str, str]) -> list[str]:
    """Return the guarded settings that a program was started with and nobody agreed upon; none before the founding."""
    if not remembered(tx, FOUNDED):
        return []
    agreed = in_force(tx)
    # A house that was founded before it had a log agreed upon no key; then there is none to hold another against.
    free = () if agreed.get(LOG_KEY) else (LOG_KEY,)
    return [name for name in GUARDED if name not in free and values.get(name) != agreed.get(name, _UNSAID.get(name))]


def addresses(tx: Tx, *, url: str, contest: str) -> tuple[str, str]:
    """Return where links lead and whom an owner writes to, as agreed upon; what is given, where nothing was."""
    agreed = in_force(tx)
    named = agreed.get("contest") or parseaddr(agreed.get("mail_from", ""))[1]
    return agreed.get("url") or url, named or contest


def head_spelt(size: int, root: bytes) -> str:
    """Return a head as `ledger_recovered` names it: its size, and its root in hexadecimal digits, `-` where unknown."""
    return f"{size} {root.hex() or '-'}"


def recovered_heads(tx: Tx) -> set[str]:
    """Return every head that the house has agreed to go on without, however long ago."""
    newest = in_force(tx).get(RECOVERED, "")
    if not newest:
        return set()
    done = executed_since(tx, kind=Kind.SETTING_CHANGE, since=0, limit=None)
    return {newest, *(one.change["value"] for one in done if one.change["name"] == RECOVERED)}


def _lost(tx: Tx, text: str) -> str:
    """Return a head that the record does not have, in its one spelling.

    Raises:
        ChangeError: it is written otherwise, or the record has it.
    """
    size, _space, root = text.partition(" ")
    if not _HEAD.fullmatch(text):
        words = _(
            "a head is its size, a space, and its root in 64 hexadecimal digits: `gardefou ledger recover` knows it"
        )
        raise ChangeError(words, field="value")
    now = store.head(tx)
    if (int(size), root) == (now.size, now.root.hex()):
        raise ChangeError(_("the record has that head: nothing is lost"), field="value")
    return text


def enter_settings(tx: Tx, *, actor: Actor, values: Mapping[str, str]) -> None:  # noqa: ARG001  # the founding's entry names who
    """Put the first guarded settings in force, as the house is founded; what was tried before counts no more."""
    tx.execute(delete(setting_in_force))
    for name in GUARDED:
        if name in values:
            row = {"name": name, "one": HOUSE_ID, "value": values[name], "order_id": None}
            tx.execute(insert(setting_in_force).values(**row))


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """Puts another `value` of the guarded setting `name` in force; the programs are then started with it."""

    spell: Spell
    given: ClassVar[tuple[str, ...]] = ("name", "value")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read the setting; what is signed names the value it replaces too, and holds no password.

        Raises:
            ChangeError: it is none that is guarded, or no such value can be started with.
            NothingToChangeError: it is in force.
        """
        read = fields(change, needed=("name",), optional=("value",))
        name = read["name"]
        if name not in AGREED:
            known = ", ".join(AGREED)
            words = _("%(name)s is no setting that is guarded; these are: %(known)s", name=name[:40], known=known)
            raise ChangeError(words, field="name")
        value, before = (
            _lost(tx, read["value"]) if name == RECOVERED else self.spell(name, read["value"]),
            in_force(tx).get(name, _UNSAID.get(name, "")),
        )
        if value == before:
            raise NothingToChangeError(_("%(name)s is set so already", name=name))
        return {"name": name, "value": value, "before": before}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Put it in force."""
        said = order.change
        row = {"value": said["value"], "order_id": order.id}
        if said["name"] in in_force(tx):
            tx.execute(update(setting_in_force).where(setting_in_force.c.name == said["name"]).values(**row))
        else:
            tx.execute(insert(setting_in_force).values(name=said["name"], one=HOUSE_ID, **row))

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a setting has no standing."""
        return ""
