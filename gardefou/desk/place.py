"""Why a case stands where it stands in the queue: one line, and the sum behind it."""

from dataclasses import dataclass
from functools import reduce

from gardefou.clock import MINUTE
from gardefou.desk import labels
from gardefou.reports.case import Case
from gardefou.reports.categories import DUE_HOURS, SEVERITY
from gardefou.reports.priority import OTHERS_AT_MOST, minutes_for_reach, minutes_for_reporters
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers

#: What is due so soon is grave.
_GRAVE_HOURS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the sum: what, what was found, and the head start it gives."""

    what: str
    found: str
    gives: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a case stands, and why.

    Attributes:
        before: whether anything puts it before others of its kind.
        words: why, in one line.
        told: when the duty manager was told of it; empty where they were not.
        lines: the sum.
        rule: what holds of every case.
    """

    before: bool
    words: str
    told: str
    lines: tuple[Line, ...]
    rule: str


def place(case: Case, now: int) -> Place | None:
    """Return why a case stands where it stands; None of one that is closed."""
    if not case.open:
        return None
    about = labels.category(case.category)
    readers = numbers.followers(case.reach)
    by_reporters, by_reach = minutes_for_reporters(case.who.weight), minutes_for_reach(case.reach)
    said = [*_for_reviewers(case), about[:1].lower() + about[1:]]
    if case.who.proven:
        said.append(_usually_right(case.who.proven))
    if by_reach:
        said.append(readers)
    said.append(_("waiting since %(when)s", when=_at(case.opened_at, now)))
    said.append(_("due %(when)s", when=_at(case.due_at, now)))
    return Place(
        before=case.for_reviewers or bool(by_reporters or by_reach) or DUE_HOURS[case.category] <= _GRAVE_HOURS,
        words=reduce(_and, said),
        told="" if case.told_at is None else _("Duty manager told %(when)s", when=_at(case.told_at, now)),
        lines=tuple(_sum(case, now)),
        rule=_rule(case),
    )


def _sum(case: Case, now: int) -> list[Line]:
    weight, readers = numbers.thousandths(case.who.weight), numbers.followers(case.reach)
    lines = [
        Line(what=labels.category(case.category), found=_gravity(case)),
        Line(what=_("Due"), found=_at(case.due_at, now)),
        *_reporters(case),
    ]
    if case.for_reviewers:
        return [*lines, Line(what=_("Together they weigh"), found=weight)]
    return [
        *lines,
        Line(what=_("Together they weigh"), found=weight, gives=_sooner(minutes_for_reporters(case.who.weight))),
        Line(what=_("Reach"), found=readers, gives=_sooner(minutes_for_reach(case.reach))),
        Line(what=_("Stands as if due"), found=_at(case.rank_at, now)),
    ]


def _and(first: str, second: str) -> str:
    return _("%(first)s; %(second)s", first=first, second=second)


def _for_reviewers(case: Case) -> list[str]:
    if case.protected:
        return [_("its account is protected")]
    return [] if case.handed_to is None else [_("it was handed to reviewers")]


def _usually_right(count: int) -> str:
    return ngettext("%(count)s reporter who is usually right", "%(count)s reporters who are usually right", count)


def _gravity(case: Case) -> str:
    return _("kind %(place)s of %(all)s, the gravest first", place=case.severity + 1, all=len(SEVERITY))


def _reporters(case: Case) -> list[Line]:
    who, lines = case.who, []
    if who.proven:
        weight = numbers.thousandths(who.proven_weight)
        lines.append(Line(what=_usually_right(who.proven), found=_("weigh %(weight)s", weight=weight)))
    others = who.reporters - who.proven
    if others:
        what = (
            ngettext("%(count)s other reporter", "%(count)s other reporters", others)
            if who.proven
            else ngettext("%(count)s reporter", "%(count)s reporters", others)
        )
        weight = numbers.thousandths(who.others_weight)
        if who.others_weight > OTHERS_AT_MOST:
            lines.append(Line(what=what, found=_("weigh %(weight)s, counted as 1", weight=weight)))
        else:
            lines.append(Line(what=what, found=_("weigh %(weight)s", weight=weight)))
    return lines


def _sooner(minutes: int) -> str:
    if not minutes:
        return _("no head start")
    return _("%(time)s sooner", time=numbers.duration(minutes * MINUTE))


def _rule(case: Case) -> str:
    if case.for_reviewers:
        return _(
            "Reviewers work through these by when they are due; what is due within 15 minutes comes before all other "
            "cases. How many report moves no case."
        )
    return _(
        "What is due within 15 minutes comes first, then the graver kind, then what stands as if due sooner. How many "
        "report moves no case."
    )


def _at(at: int, now: int) -> str:
    """Return a time of day; with its day where that could be taken for another."""
    return numbers.day_and_time(at) if numbers.is_far(max(at, now), min(at, now)) else numbers.clock_time(at)
