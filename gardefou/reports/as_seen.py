"""What somebody saw of a case when they decided, and what has changed since.

A page carries it in its form beside the version. It is believed in nothing but the words of a refusal: whether a case
has changed, its version alone says.
"""

from dataclasses import dataclass

from gardefou.events import Actor
from gardefou.events.actor import ActorKind
from gardefou.orders.order import actor_named
from gardefou.reports.case import Case
from gardefou.reports.errors import CaseChangedError, CaseClosedError, HeldByAnotherError
from gardefou.reports.leases import holder, in_the_way
from gardefou.reports.offers import Follows
from gardefou.staff.queries import person
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext

_PARTS, _LONGEST = 6, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page showed of a case.

    Attributes:
        severity: the place of its gravest complaint; 0 is gravest.
        protected: whether its account was protected.
        handed: whether it had been handed to reviewers.
        reports: how many reports it had.
        aside: how many of them were set aside.
        waits: whether it waited for an order.
    """

    severity: int
    protected: bool
    handed: bool
    reports: int
    aside: int = 0
    waits: bool = False

    def __str__(self) -> str:
        """Return it as a form carries it."""
        return f"{self.severity}.{int(self.protected)}.{int(self.handed)}.{self.reports}.{self.aside}.{int(self.waits)}"


def seen_of(case: Case) -> Seen:
    """Return what there is to see of a case."""
    return Seen(
        severity=case.severity,
        protected=case.protected,
        handed=case.handed_to is not None,
        reports=case.reports,
        aside=case.set_aside,
        waits=case.order_id is not None,
    )


def seen_in(text: str) -> Seen | None:
    """Return what a form says was seen; None when it says nothing that can be read."""
    parts = text.split(".")
    if len(parts) != _PARTS or not all(part.isascii() and part.isdigit() for part in parts) or len(text) > _LONGEST:
        return None
    severity, protected, handed, reports, aside, waits = (int(part) for part in parts)
    told = {"protected": bool(protected), "handed": bool(handed), "waits": bool(waits)}
    return Seen(severity=severity, reports=reports, aside=aside, **told)


def require_as_seen(
    tx: Tx,
    case: Case,
    *,
    actor: Actor,
    now: int,
    version: int | None,
    seen: Seen | None = None,
    follows: Follows | None = None,
) -> None:
    """See that a case is open, as the actor saw it, and in nobody else's hands.

    Args:
        tx: the open transaction; the case's row is locked in it.
        case: the case as it is.
        actor: who wants to act on it; the house waits for nobody's hold.
        now: the instant.
        version: the version they saw; None where they looked at the account and not at the case.
        seen: what they saw of it, for the words alone.
        follows: who knows which accounts members follow; None where nobody does.

    Raises:
        CaseClosedError, CaseChangedError, HeldByAnotherError: it is not so; the message says what has happened.
    """
    if not case.open:
        raise CaseClosedError(_closed(tx, case, now), case=str(case.id))
    if version is not None and case.version != version:
        codes, words = _changes(case, seen)
        if not words:
            raise CaseChangedError(_("This case has changed since you looked. Look again."), case=str(case.id))
        message = _("This case has changed since you looked: %(what)s. Look again.", what=", ".join(words))
        raise CaseChangedError(message, case=str(case.id), changed=" ".join(codes))
    held = holder(tx, case.id, now)
    if held is not None and in_the_way(tx, held=held, case=case, person_id=actor.person_id, now=now, follows=follows):
        raise HeldByAnotherError(_("%(name)s holds this case.", name=held.name), case=str(case.id))


def _closed(tx: Tx, case: Case, now: int) -> str:
    by = None if case.closed_by is None else actor_named(case.closed_by)
    if by is not None and by.kind is ActorKind.MACHINE:
        return _("This case is closed: an order on the account has taken effect.")
    one = None if by is None or by.person_id is None else person(tx, by.person_id, now)
    return _("This case is closed.") if one is None else _("This case is closed: %(name)s closed it.", name=one.name)


def _changes(case: Case, seen: Seen | None) -> tuple[list[str], list[str]]:
    """Return what is not as it was seen, as codes and in words; nothing where nobody says what was seen."""
    if seen is None:
        return [], []
    is_now = seen_of(case)
    changes = (
        (is_now.severity < seen.severity and is_now.aside >= seen.aside, "graver", _("a graver complaint has come")),
        (is_now.protected and not seen.protected, "protected", _("its account is protected now")),
        (is_now.handed and not seen.handed, "handed", _("it was handed to reviewers")),
        (is_now.aside > seen.aside, "aside", _("some of its reports were set aside")),
        (is_now.aside < seen.aside, "back", _("reports that were set aside count again")),
        (is_now.waits and not seen.waits, "waits", _("an order that answers it was proposed")),
        (seen.waits and not is_now.waits, "ended", _("the order that it waited for no longer answers it")),
    )
    found = [(code, words) for is_so, code, words in changes if is_so]
    if not found:
        found.append(("reopened", _("it was closed and opened again")))
    more = is_now.reports - seen.reports
    if more > 0:
        found.append(("reports", ngettext("%(count)s more report has come", "%(count)s more reports have come", more)))
    codes, words = zip(*found, strict=True)
    return list(codes), list(words)
