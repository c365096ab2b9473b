"""What every page of the desk carries: who is here, how much is open, and where the live stream continues."""

from typing import Any

from sqlalchemy import func, select

from gardefou.clock import DAY, MINUTE
from gardefou.events.tables import event
from gardefou.incidents.tables import incident
from gardefou.orders.queries import number_open
from gardefou.reports.queries import counts
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import clock_time, is_far, weekday_and_time

_SOON = 14 * DAY
_HEAD = select(
    select(func.coalesce(func.max(event.c.id), 0)).scalar_subquery().label("cursor"),
    number_open().label("orders"),
    select(func.count()).select_from(incident).where(incident.c.state == "open").scalar_subquery().label("incidents"),
)
#: How long before the end of a shift the head of every page leads to handing over.
LEAVES_SOON = 30 * MINUTE


def frame(tx: Tx, me: SignedIn, now: int) -> dict[str, Any]:
    """Return what the frame of a page shows, read in the page's own transaction.

    All of it is as it was at one instant, the cursor too, so that nothing which happens while the page is made is
    missed by its stream.
    """
    head, cases = tx.execute(_HEAD).one(), counts(tx, now=now, roles=me.roles)
    return {
        "me": me,
        "me_detail": detail(me, now),
        "nav_counts": {
            "desk": cases.total,
            "orders": head.orders,
            "incidents": head.incidents,
        },
        "nav_more": {"desk": cases.more},
        "stream": f"/desk/stream?after={head.cursor}",
        "leaves_soon": me.on_shift_until is not None and me.on_shift_until - now <= LEAVES_SOON,
        "now": now,
    }


def detail(me: SignedIn, now: int) -> str:
    """Return team, shift, and how long the engagement lasts when it ends soon."""
    if me.keeps_restore:
        return _("may only restore")
    said = [_("Team %(team)s", team=me.team)] if me.team else []
    if me.is_last_day:
        said.append(_("last day"))
    elif me.engagement_ends is not None and me.engagement_ends - now < _SOON:
        left = (me.engagement_ends - now) // DAY
        said.append(ngettext("%(count)s day left", "%(count)s days left", left))
    said.append(shift_words(me.on_shift_until, now))
    return ", ".join(said)


def shift_words(ends: int | None, now: int) -> str:
    """Return until when somebody is on shift, with the day where a time of day alone would not say which is meant."""
    if ends is None:
        return _("off shift")
    if is_far(ends, now):
        return _("on shift until %(day)s", day=weekday_and_time(ends))
    return _("on shift until %(time)s", time=clock_time(ends))
