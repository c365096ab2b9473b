"""What a reporter is told of a warning or a suspension: what it means, why, on what it rests, how to contest it."""

from dataclasses import dataclass

from gardefou.reports.misuse.criteria import REJECTED_AGAIN, WARNED_FOR, Gravity, Intent
from gardefou.reports.misuse.measure import Measure
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import day, day_and_time


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMeasure:
    """A warning or a suspension, in words.

    Attributes:
        of: what was decided.
        title: in one line.
        lines: a statement of reasons, a sentence or two each.
        stands: whether it holds now.
        contestable: whether its reporter can contest it still.
    """

    of: Measure
    title: str
    lines: tuple[str, ...]
    stands: bool
    contestable: bool


def shown(one: Measure, *, now: int, contest: str, elsewhere: bool = False) -> ShownMeasure:
    """Return what a reporter reads of a measure.

    Args:
        one: the warning or the suspension.
        now: the instant.
        contest: the address that answers those who contest.
        elsewhere: whether its reporter is a platform's, who has no page here and contests it by writing.
    """
    contestable = one.contested_at is None and one.lifted_at is None
    return ShownMeasure(
        of=one,
        title=_title(one, now),
        lines=tuple(_lines(one, now, contest, elsewhere=elsewhere)),
        stands=one.stands(now),
        contestable=contestable,
    )


def _title(one: Measure, now: int) -> str:
    if one.lifted_at is not None:
        return _("What was decided about your reports was taken back.")
    if one.until is None:
        return _("You have been warned about your reports.")
    if one.stands(now):
        return _("Your reports are not being processed until %(when)s.", when=day_and_time(one.until))
    return _("Your reports were not processed until %(when)s. They are again.", when=day_and_time(one.until))


def not_taken(one: Measure, *, contest: str) -> str:
    """Return what a platform's reporter reads each time that a report of theirs is not taken.

    Args:
        one: the suspension.
        contest: the address that answers those who contest.
    """
    return _(
        "This reporter’s reports are not being processed until %(when)s, and this one was not taken. Why: “%(reason)s” "
        "To contest it, write to %(address)s and name decision %(number)s: somebody who had no part in it answers. If "
        "somebody is in danger now, call the emergency services.",
        when=day_and_time(one.until or 0),
        reason=one.reason,
        address=contest,
        number=str(one.id),
    )


def _lines(one: Measure, now: int, contest: str, *, elsewhere: bool) -> list[str]:
    found = [
        _means(one) if one.stands(now) else _meant(one),
        _("Why: %(reason)s", reason=one.reason),
        _rests_on(one),
        _("How grave it is: %(gravity)s. With what intention: %(intent)s.", **_weighed(one)),
        _("People decided this, on %(when)s: no machine decides here.", when=day_and_time(one.at)),
    ]
    if one.lifted_because:
        found.append(_("Why it was taken back: %(reason)s", reason=one.lifted_because))
    elif one.answer:
        found.append(_("You contested it; it stays. Why: %(reason)s", reason=one.answer))
    elif one.contested_at is not None:
        found.append(_("You contested it. Somebody who had no part in it answers you here."))
    if one.lifted_at is None and elsewhere:
        found.append(
            _(
                "To contest it, write to %(address)s and name decision %(number)s: somebody who had no part in it "
                "answers. You can also turn to a certified out-of-court dispute settlement body, or to a court.",
                address=contest,
                number=str(one.id),
            )
        )
    elif one.lifted_at is None:
        found.append(
            _(
                "You can also write to %(address)s, or turn to a certified out-of-court dispute settlement body, or to "
                "a court.",
                address=contest,
            )
        )
    return found


def _means(one: Measure) -> str:
    if one.until is not None:
        return _(
            "What you send until then is not taken, and you are told so each time. What you sent before stays, and the "
            "rest of your account is as it was."
        )
    return ngettext(
        "Nothing is taken from you. Until %(day)s it is remembered: if %(count)s more case that you report is found "
        "unfounded, your reports can be left unprocessed for a time.",
        "Nothing is taken from you. Until %(day)s it is remembered: if %(count)s more cases that you report are found "
        "unfounded, your reports can be left unprocessed for a time.",
        REJECTED_AGAIN,
        day=day(one.at + WARNED_FOR),
    )


def _meant(one: Measure) -> str:
    """Return what a measure meant that stands no more."""
    if one.until is not None:
        return _(
            "It is over: what you send is taken as before. What you sent while it lasted was not taken: send it again "
            "if it still matters. What you had sent before stayed, and the rest of your account was as it is."
        )
    return _("It is over, and is not held against you any more. Nothing was taken from you.")


def _rests_on(one: Measure) -> str:
    return _(
        "On what it rests: of the %(decided)s cases you had reported in and that were decided in the 30 days before, "
        "%(rejected)s were rejected. Of those read again, %(unfounded)s were manifestly unfounded.",
        decided=str(one.decided),
        rejected=str(one.rejected),
        unfounded=str(one.unfounded),
    )


def _weighed(one: Measure) -> dict[str, str]:
    return {"gravity": gravity(one.gravity), "intent": intent(one.intent)}


def gravity(value: Gravity) -> str:
    """Return how grave a misuse is, in words."""
    return {
        Gravity.TIME: _("it costs others time"),
        Gravity.HARM: _("it harms those it is aimed at"),
        Gravity.GRAVE: _("it harms them gravely"),
    }[value]


def intent(value: Intent) -> str:
    """Return with what intention somebody misuses reports, in words."""
    return {
        Intent.UNKNOWN: _("it cannot be seen"),
        Intent.CARELESS: _("carelessly"),
        Intent.DELIBERATE: _("on purpose"),
        Intent.CONCERTED: _("in concert with others"),
    }[value]
