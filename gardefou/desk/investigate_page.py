"""Investigate: what the record has of an account, a person, a rule, a kind and a span of time, drawn and listed.

For auditors. A person is looked up only under the order that two of them signed (`person_record`); they are named here
by number, so that no name stands in an address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from litestar import get
from litestar.response import Template

from gardefou.accounts.queries import by_handle
from gardefou.clock import Clock, from_iso
from gardefou.desk.errors import NotYoursError
from gardefou.desk.frame import frame
from gardefou.errors import BadInputError
from gardefou.ledger.entry import EntryKind
from gardefou.may import May
from gardefou.orders.kinds import Kind
from gardefou.orders.labels import act
from gardefou.orders.ports import Ports
from gardefou.orders.queries import account_renamed_from
from gardefou.orders.rulebook import in_force
from gardefou.safeguards.searches import searches_open_to
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import colleagues
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.storage.ids import BIGGEST
from gardefou.watch import investigate as watch
from gardefou.watch import who
from gardefou.watch.errors import LookupUnreadableError
from gardefou.watch.investigate import Stretch, Wanted
from gardefou.words import gettext as _
from gardefou.words.plain import storable

PAGE = 50
PARTS = 24
_LONGEST = 100
_DIGITS = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed into the form, as it was."""

    account: str = ""
    person: str = ""
    incident: str = ""
    rule: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""

    def address(self, **more: object) -> str:
        """Return the address of the page that shows this."""
        given = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}
        asked = urlencode({**given, **more})
        return "/desk/investigate" + (f"?{asked}" if asked else "")


@get("/desk/investigate", may=May.STAFF, roles=(Role.AUDITOR,), sync_to_thread=True)
def show(
    db: Database,
    clock: Clock,
    ports: Ports,
    me: SignedIn,
    account: str = "",
    person: str = "",
    incident: str = "",
    rule: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
    before: int | None = None,
) -> Template:
    """Show what the record has of what is asked for, the newest first, and how it lies over time."""
    now = clock.now()
    given = (account, person, incident, rule, kind, since, until)
    typed = Typed(**dict(zip(Typed.__slots__, (storable(one).strip()[:_LONGEST] for one in given), strict=True)))
    with db.reading() as tx:
        context = frame(tx, me, now) | _form(tx, ports, me=me, now=now, typed=typed)
        try:
            context |= _found(tx, wanted(tx, me, now, typed), typed, before)
        except BadInputError as problem:
            context |= {"wrong": problem.message, "lines": [], "stretches": [], "most": 0, "older": "", "newest": ""}
            return Template("desk/investigate.html", context=context, status_code=400)
    return Template("desk/investigate.html", context=context | {"wrong": ""})


def wanted(tx: Tx, me: SignedIn, now: int, typed: Typed) -> Wanted:
    """Return what is looked for.

    Raises:
        LookupUnreadableError: something typed means nothing here.
        NotYoursError: the record of that person is not open to the reader.
    """
    about = []
    if typed.account:
        about.append(f"account:{account_id_of(tx, typed.account)}")
    if typed.person:
        about.append(f"person:{_person(tx, me, now, typed.person)}")
    if typed.incident:
        about.append(f"incident:{_number(typed.incident, 'incident')}")
    return watch.checked(
        Wanted(
            about=tuple(about),
            rule=typed.rule,
            kind=typed.kind,
            since=instant(typed.since, "since"),
            until=instant(typed.until, "until"),
        )
    )


def account_id_of(tx: Tx, handle: str) -> int:
    """Return the account of that handle, now or until staff renamed it.

    Raises:
        LookupUnreadableError: there is none.
    """
    wanted_handle = handle.removeprefix("@")
    row = by_handle(tx, wanted_handle)
    found = account_renamed_from(tx, wanted_handle) if row is None else int(row["id"])
    if found is None:
        raise LookupUnreadableError(_("There is no account @%(handle)s.", handle=wanted_handle[:60]), field="account")
    return found


def _person(tx: Tx, me: SignedIn, now: int, typed: str) -> int:
    person_id = _number(typed, "person")
    if person_id not in searches_open_to(tx, reader=me.actor, now=now):
        raise NotYoursError(
            _("One person’s record is read by two auditors who have both signed for it, within a day of that.")
        )
    return person_id


def _number(typed: str, name: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS and int(typed) <= BIGGEST):
        raise LookupUnreadableError(_("“%(value)s” is not a number.", value=typed[:40]), field=name)
    return int(typed)


def instant(typed: str, name: str) -> int | None:
    """Return an instant as it was typed, in UTC; None of nothing.

    Raises:
        LookupUnreadableError: it is none.
    """
    if not typed:
        return None
    try:
        return int(from_iso(typed))
    except (ValueError, OverflowError) as problem:
        message = _("“%(value)s” is not a date and time; write it as 2017-11-02T19:30, in UTC.", value=typed[:40])
        raise LookupUnreadableError(message, field=name) from problem


def _form(tx: Tx, ports: Ports, *, me: SignedIn, now: int, typed: Typed) -> dict[str, Any]:
    opened = searches_open_to(tx, reader=me.actor, now=now)
    people = colleagues(tx, set(opened), now)
    return {
        "typed": typed,
        "people": [("", _("anybody")), *_named(people)] if people else (),
        "kinds": _kinds(),
        "rules": [rule.id for rule in in_force(tx, ports.load_rulebook).rules],
        "on_whom": not typed.account,
        "asked": any(getattr(typed, name) for name in typed.__slots__),
        "may_export": bool(typed.account) != bool(typed.incident),
    }


def _named(people: Mapping[int, Colleague]) -> list[tuple[str, str]]:
    return [(str(key), one.name) for key, one in sorted(people.items())]


def _kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every kind of order and of entry in words, each under what the two are called."""
    orders = [(kind.value, act(kind)) for kind in Kind]
    entries = [(kind.value, who.sort(kind)) for kind in EntryKind]
    return [
        (_("Orders"), sorted(orders, key=itemgetter(1))),
        (_("Steps and events"), sorted(entries, key=itemgetter(1))),
    ]


def _found(tx: Tx, asked: Wanted, typed: Typed, before: int | None) -> Mapping[str, Any]:
    found = watch.find(tx, asked, before=before, limit=PAGE + 1)
    told = watch.told(tx, found[:PAGE])
    stretches = watch.over_time(tx, asked, parts=PARTS)
    return {
        "lines": [(line, who.name(line), who.deed(line), who.whom(line)) for line in told],
        "stretches": stretches,
        "most": max((one.total for one in stretches), default=0),
        "sums": _sums(stretches),
        "older": typed.address(before=told[-1].index) if len(found) > PAGE else "",
        "newest": typed.address() if before is not None else "",
    }


def _sums(stretches: Sequence[Stretch]) -> dict[str, int]:
    names = ("effects", "undone", "refused", "other", "total")
    return {name: sum(getattr(one, name) for one in stretches) for name in names}
