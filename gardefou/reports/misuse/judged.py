"""What whoever decides about a reporter has to say, and who that may be."""

from dataclasses import dataclass

from sqlalchemy import select

from gardefou.events import Actor
from gardefou.orders.order import actor_named
from gardefou.reports.errors import MisuseError, TooNearError, UnknownMeasureError, WorkerError
from gardefou.reports.misuse.criteria import Gravity, Intent
from gardefou.reports.offers import offer_of
from gardefou.reports.tables import reporter as reporter_table
from gardefou.reports.workers import REVIEWERS, require_worker
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.plain import is_blank, paragraphs

LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What somebody found on looking into the reports; `judged` makes one.

    Attributes:
        reason: in their words, which the reporter reads.
        unfounded: how many of the rejected reports they found manifestly unfounded.
        gravity: how grave the misuse is.
        intent: with what intention, as far as it can be seen.
    """

    reason: str
    unfounded: int
    gravity: Gravity
    intent: Intent


def judged(*, reason: str, unfounded: int | None, gravity: str, intent: str, shown: int) -> Judged:
    """Return what was found, if all of it was said; `shown` is how many reports there were to read again.

    Raises:
        MisuseError: something is missing, or none of what can be said.
    """
    if unfounded is None or not 1 <= unfounded <= shown:
        raise MisuseError(
            _(
                "Say how many of the %(shown)s reports shown are manifestly unfounded, from 1 to %(shown)s.",
                shown=str(shown),
            )
        )
    try:
        return Judged(
            reason=words_given(reason, _("Say why, in words that the reporter reads.")),
            unfounded=unfounded,
            gravity=Gravity(gravity),
            intent=Intent(intent),
        )
    except ValueError:
        raise MisuseError(_("Say how grave it is, and with what intention, as far as you can see it.")) from None


def words_given(text: str, missing: str) -> str:
    """Return what somebody has to say in words.

    Raises:
        MisuseError: there are none, or too many.
    """
    words = paragraphs(text)
    if is_blank(words):
        raise MisuseError(missing)
    if len(words) > LONGEST:
        raise MisuseError(_("At most 1,000 characters. Nothing has changed."))
    return words


def require_judge(tx: Tx, *, actor: Actor, now: int, reporter: str) -> int:
    """Return the person who wants to decide about a reporter, whose row is locked.

    Raises:
        WorkerError: they are neither a reviewer nor a duty manager here now; TooNearError, it is about theirs.
        UnknownMeasureError: nobody by that key ever reported.
    """
    one = require_worker(tx, actor, now)
    if not one.roles & REVIEWERS:
        raise WorkerError(_("Reviewers and duty managers decide about reporters; your roles do not."))
    known = select(reporter_table.c.key).where(reporter_table.c.key == reporter)
    if tx.first(known.with_for_update()) is None:
        raise UnknownMeasureError(_("Nobody by that key has reported anything."))
    member_id, near = actor_named(reporter).member_id, offer_of(tx, one.id)
    if member_id is not None and member_id in {*near.own, *near.employers}:
        raise TooNearError(_("These reports come from an account of yours or your employer’s: somebody else decides."))
    return one.id
