"""Looks ahead once an hour: whoever can still change the rota is told of a night in which nobody could approve.

Told once for each gap: what has been told is remembered for as long as the gap is there, however its edges move.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gardefou.app.house import House, address
from gardefou.events import outbox
from gardefou.orders import rulebook
from gardefou.safeguards.found import founded
from gardefou.safeguards.week import Gap, gaps
from gardefou.safeguards.week_words import sentence
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import engaged_as
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.storage.house import remember, remembered
from gardefou.words import gettext as _
from gardefou.words import speak

TOLD = "nights_told"
#: Who can add a shift, and so is told.
RESPONSIBLE = frozenset({Role.ADMINISTRATOR, Role.DUTY_MANAGER})


def look_ahead(house: House, now: int) -> list[Gap]:
    """Tell the administrators and duty managers of gaps they have not been told of; return these gaps.

    A house that is not founded yet is still being set up: nobody is told.
    """
    with house.db.reading() as tx:
        if not founded(tx):
            return []
        ahead = gaps(tx, rulebook.in_force(tx, house.ports.load_rulebook), now)
    with house.db.transaction() as tx:
        before = _told(tx)
        new = [gap for gap in ahead if not any(known.same(gap) for known in before)]
        kept = [_Told.of(gap, before) for gap in ahead]
        if kept != before:
            remember(tx, key=TOLD, value=json.dumps([[one.rules, one.starts, one.ends] for one in kept]))
        if new:
            for one in engaged_as(tx, RESPONSIBLE, now):
                _write(tx, house, one, new, now)
    return new


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A gap that was told, as far as it reached then and since."""

    rules: str
    starts: int
    ends: int

    def same(self, gap: Gap) -> bool:
        """Return whether a gap is this one, or what is left of it."""
        return self.rules == ", ".join(gap.rules) and gap.starts <= self.ends and self.starts <= gap.ends

    @staticmethod
    def of(gap: Gap, before: Iterable["_Told"]) -> "_Told":
        """Return a gap as it is remembered from now on: it began when it was first seen to."""
        began = min((known.starts for known in before if known.same(gap)), default=gap.starts)
        return _Told(rules=", ".join(gap.rules), starts=min(began, gap.starts), ends=gap.ends)


def _told(tx: Tx) -> list[_Told]:
    return [
        _Told(rules=rules, starts=starts, ends=ends) for rules, starts, ends in json.loads(remembered(tx, TOLD) or "[]")
    ]


def _write(tx: Tx, house: House, reader: Colleague, new: Sequence[Gap], now: int) -> None:
    with speak(reader.locale):
        said = {"gaps": "\n".join(f"- {sentence(gap, now)}" for gap in new), "url": f"{address(tx, house)}/desk/people"}
        if all(gap.keys for gap in new):
            text = _(
                "In the coming seven days there are hours in which nobody could do what the rules allow, for want of "
                "keys that sign by then:\n\n%(gaps)s\n\nA key signs 72 hours after it was enrolled. See %(url)s",
                **said,
            )
        else:
            text = _(
                "In the coming seven days there are hours in which nobody could do what the rules allow, for want of "
                "people on shift:\n\n%(gaps)s\n\nAdd a shift while there is time: %(url)s",
                **said,
            )
        body = {"to": reader.email, "subject": _("Hours ahead that nobody could approve"), "text": text}
    first = new[0]
    key = f"nights:{now}:{first.starts}:{reader.id}"
    outbox.enqueue(tx, now=now, topic="mail", key=key, body=body | {"locale": reader.locale})
