"""Set the reports of a burst aside together: they are kept and shown apart, and the case no longer counts them.

Nothing is hidden or closed by it, the account reported is not touched, and whoever filed one is still told the outcome.
What comes later is not set aside by itself: as long as the burst goes on it is offered to be added to the set.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import insert, update

from gardefou.events import Actor
from gardefou.reports.as_seen import Seen
from gardefou.reports.aside import Aside, Counted, Which, count_set, first_of_each, in_force, offers
from gardefou.reports.case import Case
from gardefou.reports.count_aside import count_aside
from gardefou.reports.errors import BurstChangedError
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.keep_sums import keep_sums
from gardefou.reports.leads import lead_of
from gardefou.reports.offers import Follows
from gardefou.reports.priority import Weighed
from gardefou.reports.sums import kept, of_case
from gardefou.reports.tables import aside
from gardefou.reports.take_out import take_out_few
from gardefou.reports.view import case as case_row
from gardefou.reports.workers import require_decider
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext


def set_aside(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    case_id: int,
    version: int,
    since: int,
    upto: int,
    reports: int,
    seen: Seen | None = None,
    follows: Follows | None = None,
) -> Aside:
    """Set the reports of a burst aside, those that the actor saw and no others.

    Args:
        tx: the open transaction.
        actor: the person who does it; they take hold of the case where it is free.
        now: the instant, microseconds.
        case_id: the case.
        version: the version they saw.
        since: when the burst that they saw began.
        upto: the place of the last report that was there.
        reports: how many they saw offered.
        seen: what they saw of the case, to be told what has changed since.
        follows: who knows which accounts members follow; None where nobody does.

    Returns:
        What is set aside now, of this burst.

    Raises:
        UnknownCaseError: there is no such case.
        CaseClosedError, CaseChangedError, HeldByAnotherError: it is not as the actor saw it.
        BurstChangedError: another number of reports would be set aside than they saw; nothing is.
        WorkerError: the actor may not decide it.
    """
    before = case_row(tx, case_id)
    require_decider(tx, actor, now, before, follows)
    # Counting a storm takes a moment: it is done before anything is locked. The reports that were there do not change,
    # and all else is read again.
    ahead = _wanted(tx, before, since, upto)
    counted = count_set(tx, ahead.which, beside=ahead.beside, reports=before.reports)
    case = hold_to_act(tx, actor=actor, now=now, case_id=case_id, version=version, seen=seen, follows=follows)
    wanted = _wanted(tx, case, since, upto)
    # From here on no other words can count in these reports than those that do now.
    keep_sums(tx, case_id=case_id, upto=case.reports)
    if wanted != ahead:
        counted = count_set(tx, wanted.which, beside=wanted.beside, reports=case.reports)
    more = counted.reports - (wanted.aside.reports if wanted.aside else 0)
    if more != reports or more <= 0:
        raise _changed(more)
    # What came while they were counted was not among what was left.
    came = first_of_each(tx, case_id, after=before.reports, upto=case.reports) if wanted == ahead else {}
    found = _write(tx, now, wanted, counted, by=str(actor))
    count_aside(
        tx,
        actor=actor,
        now=now,
        case=case,
        kind="case.set_aside",
        # Where nothing counts any more, it stays what it was: somebody decides it all the same.
        lead=lead_of({**came, **counted.left}) or case.lead,
        before=wanted.aside,
        after=found,
    )
    take_out_few(tx, actor=actor, now=now, found=found)
    return next(one for one in in_force(tx, case.id) if one.id == found.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The set that somebody wants to see set aside, and what is of it already."""

    which: Which
    aside: Aside | None
    beside: Sequence[Aside]
    # Up to here reports were added up: nothing that counts in them has changed where this has not.
    summed: int


def _wanted(tx: Tx, case: Case, since: int, upto: int) -> _Wanted:
    """Return the reports of a burst that were there up to a place.

    Raises:
        BurstChangedError: there is no such burst.
    """
    summed, sums = kept(tx, case.id).upto, of_case(tx, case)
    apart = in_force(tx, case.id)
    for one in offers(sums, apart):
        if one.since <= since < one.until:
            upto = max(min(upto, case.reports), one.aside.upto if one.aside else 0)
            words = tuple(sorted(pair for pair in sums.words.items() if pair[1] < upto))
            which = Which(case_id=case.id, since=one.since, until=one.until, upto=upto, words=words)
            beside = tuple(each for each in apart if each != one.aside)
            return _Wanted(which=which, aside=one.aside, beside=beside, summed=summed)
    raise _changed(0)


def _changed(more: int) -> BurstChangedError:
    if more <= 0:
        return BurstChangedError(_("No reports are offered to be set aside like that. Look again."))
    return BurstChangedError(
        ngettext(
            "This burst has changed since you looked: it would be %(count)s report now. Nothing was set aside. Look "
            "again.",
            "This burst has changed since you looked: it would be %(count)s reports now. Nothing was set aside. Look "
            "again.",
            more,
        )
    )


def _write(tx: Tx, now: int, wanted: _Wanted, counted: Counted, *, by: str) -> Aside:
    """Write a set down, or what was added to it."""
    which, known = wanted.which, wanted.aside
    found = Aside(
        id=tx.new_id(now) if known is None else known.id,
        case_id=which.case_id,
        since=which.since,
        until=which.until,
        upto=which.upto,
        words=which.words,
        reports=counted.reports,
        young=counted.young,
        same=counted.same,
        set_by=by,
        set_at=now,
        # What was taken out before for less of it weighs again: all of them are weighed anew.
        weighed_to=counted.first - 1,
        taken_out=Weighed(),
        kinds=counted.kinds,
        whole=0,
    )
    told = {"words": json.dumps(found.words), "taken_out": json.dumps({}), "kinds": json.dumps(found.kinds)}
    row = asdict(found) | told
    tx.execute(
        insert(aside).values(**row) if known is None else update(aside).where(aside.c.id == found.id).values(**row)
    )
    return found
