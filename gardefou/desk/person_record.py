"""What one person did, from the record: for the two auditors who signed for it, for a day, and for nobody else.

Everywhere else the record is read by account. Looking somebody up by name is an order that two people sign and that
says why, and so an entry that everybody can read.
"""

from collections.abc import Iterator

from litestar import get
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.desk.errors import NotYoursError
from gardefou.desk.frame import frame
from gardefou.events import Actor
from gardefou.ledger import store
from gardefou.may import May
from gardefou.orders.order import Order
from gardefou.orders.queries import in_effect_by
from gardefou.safeguards.searches import LASTS, search_open_to
from gardefou.staff.errors import UnknownPersonError
from gardefou.staff.queries import person, same_human
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.watch import who as watch
from gardefou.watch.investigate import told as lines_told
from gardefou.words import gettext as _

PAGE = 50


@get("/desk/people/{person_id:int}/record", may=May.STAFF, roles=(Role.AUDITOR,), plain=403, sync_to_thread=True)
def show(db: Database, clock: Clock, me: SignedIn, person_id: int, before: int | None = None) -> Template:
    """Show the entries that name one person, the newest first."""
    now = clock.now()
    with db.reading() as tx:
        one = person(tx, person_id, now)
        if one is None:
            raise UnknownPersonError(_("Nobody works here by that number."))
        opened = search_open_to(tx, person_id=person_id, reader=me.actor, now=now)
        if opened is None or opened.executed_at is None or Role.AUDITOR.value not in me.roles:
            raise NotYoursError(
                _("One person’s record is read by two auditors who have both signed for it, within a day of that.")
            )
        entries = store.newest_about(tx, f"person:{person_id}", before=before, limit=PAGE)
        told = lines_told(tx, entries)
        undone = next(_in_effect(tx, person_id), None)
        context = frame(tx, me, now)
    context |= {
        "one": one,
        "why": opened.change["why"],
        "order_id": opened.id,
        "in_effect": "" if undone is None else f"/desk/orders/{undone.id}/others",
        "until": opened.executed_at + LASTS,
        "on_whom": True,
        "lines": [(line, watch.name(line), watch.deed(line), watch.whom(line)) for line in told],
        "older": f"/desk/people/{person_id}/record?before={entries[-1].index}" if len(entries) == PAGE else "",
    }
    return Template("desk/person_record.html", context=context)


def _in_effect(tx: Tx, person_id: int) -> Iterator[Order]:
    """Yield what they proposed that is in effect: from the page of one, all of it is put back."""
    for one in same_human(tx, person_id):
        yield from in_effect_by(tx, str(Actor.person(one)))
