"""One open page of a case, as long as its stream lasts: colleagues read that somebody looks, and a hold is renewed."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.reports import presence
from gardefou.reports.leases import Lease, deciding
from gardefou.reports.presence import Lookers
from gardefou.reports.view import case
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext

#: How often a page says that it is still open, seconds; it is forgotten after more than twice as long.
SAYS_EVERY = 45.0
#: So many are named; more are counted.
NAMED = 3

_log = structlog.get_logger(__name__)


class Looking:
    """A page of a case that somebody has open."""

    def __init__(self, db: Database, clock: Clock, actor: Actor, case_id: int) -> None:
        """Know who looks at what; nothing is written yet."""
        self._db, self._clock, self._actor, self._case_id = db, clock, actor, case_id
        self._page: int | None = None
        self._said: float | None = None

    def due(self, steady: float) -> bool:
        """Return whether the page has something to say by now, and take note that it says it."""
        if self._said is not None and steady - self._said < SAYS_EVERY:
            return False
        self._said = steady
        return True

    def say(self) -> None:
        """Say that the page is open."""
        with self._db.transaction() as tx:
            named: dict[str, Any] = {"actor": self._actor, "now": self._clock.now(), "case_id": self._case_id}
            if self._page is None:
                self._page = presence.arrive(tx, **named)
            else:
                presence.stay(tx, **named, page=self._page)

    def close(self) -> None:
        """Say that the page is closed, without waiting: whoever closes a page does not wait either."""
        # A process that is ending starts nothing any more; then the page is forgotten by itself.
        with suppress(RuntimeError):
            asyncio.get_running_loop().run_in_executor(None, self._close)

    def _close(self) -> None:
        if self._page is None:
            return
        try:
            with self._db.transaction() as tx:
                presence.leave(tx, actor=self._actor, now=self._clock.now(), case_id=self._case_id, page=self._page)
        except SQLAlchemyError as problem:
            _log.warning("desk.page_forgotten_by_itself", problem=str(problem).splitlines()[0])


def presence_context(tx: Tx, *, me: SignedIn, now: int, case_id: int) -> dict[str, Any]:
    """Return what the lines say of who holds a case and who looks at it."""
    found = case(tx, case_id)
    held = deciding(tx, found, now)
    others = presence.lookers(tx, case_id=case_id, now=now, but=me.person_id)
    return {
        "case": found,
        "holder": held,
        "mine": held is not None and held.person_id == me.person_id,
        "watching": watching_words(others, held),
        "forgotten_at": others.until,
        "now": now,
    }


def watching_words(others: Lookers, held: Lease | None) -> str:
    """Return who else looks, whoever holds the case left out: that they look is plain."""
    names = [name for name in others.names if held is None or name != held.name]
    if not names:
        return ""
    if len(names) > NAMED:
        return ngettext("%(count)s other is looking", "%(count)s others are looking", len(names))
    if len(names) == 1:
        return _("%(name)s is looking too", name=names[0])
    return _("%(names)s are looking too", names=", ".join(names))
