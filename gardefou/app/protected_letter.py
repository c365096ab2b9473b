"""Tells the duty managers on shift that protected accounts are reported: once for a case, however many report it."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from gardefou.app.house import House, address
from gardefou.desk import labels
from gardefou.events import Actor, outbox
from gardefou.reports import duty_told
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import duty_managers_on_shift, engaged_as
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers, speak

#: So many cases are listed in one letter; the others are counted.
LISTED = 20


def tell_of_protected(house: House, *, actor: Actor, now: int) -> int:
    """Write to the duty managers on shift, or where nobody is, to all of them; return how many cases they are told of.

    Where the house has no duty manager at all, the cases wait to be told.
    """
    with house.db.reading() as tx:
        if not duty_told.waits(tx, now=now):
            return 0
    with house.db.transaction() as tx:
        readers = duty_managers_on_shift(tx, now) or engaged_as(tx, {Role.DUTY_MANAGER}, now)
        found = duty_told.told(tx, actor=actor, now=now) if readers else []
        for one in readers if found else ():
            _write(tx, house, one, found, now)
    return len(found)


def _write(tx: Tx, house: House, reader: Colleague, found: Sequence[RowMapping], now: int) -> None:
    url = address(tx, house)
    with speak(reader.locale):
        lines = [_line(row, url) for row in found[:LISTED]]
        if len(found) > LISTED:
            more = len(found) - LISTED
            lines.append("- " + ngettext("%(count)s more case", "%(count)s more cases", more) + f"  {url}/desk")
        subject = ngettext(
            "%(count)s protected account is reported", "%(count)s protected accounts are reported", len(found)
        )
        text = _(
            "%(lines)s\n\nReviewers decide. You are told of a case once, however many people report the account, and "
            "again only if it gets graver or is still open in a day.",
            lines="\n".join(lines),
        )
        body = {"to": reader.email, "subject": subject, "text": text, "locale": reader.locale}
    outbox.enqueue(tx, now=now, topic="mail", key=f"protected:{now}:{found[0]['id']}:{reader.id}", body=body)


def _line(row: RowMapping, url: str) -> str:
    said = _(
        "@%(handle)s, %(readers)s: %(complaint)s, reported since %(when)s, due %(due)s",
        handle=row["handle"],
        readers=numbers.followers(row["followers"]),
        complaint=labels.category(row["category"]),
        when=numbers.day_and_time(row["opened_at"]),
        due=numbers.day_and_time(row["due_at"]),
    )
    return f"- {said}  {url}/desk/cases/{row['id']}"
