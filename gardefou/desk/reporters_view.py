"""Reporters as the desk shows them: what is proposed about whom, on what it rests, what was decided before."""

from collections.abc import Sequence
from dataclasses import dataclass

from gardefou.accounts.queries import accounts
from gardefou.desk.people import known as known_people
from gardefou.desk.people import named
from gardefou.orders.order import actor_named
from gardefou.redress.measures import gravity, intent
from gardefou.reports.misuse.criteria import Gravity, Intent
from gardefou.reports.misuse.measure import Measure
from gardefou.reports.misuse.queries import Proposal
from gardefou.reports.uploads import brought_by
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time

#: So much of a visitor's key tells them apart on a page; all of it stands in the address.
_SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """A warning or a suspension, as a line of a list."""

    of: Measure
    who: str
    title: str
    became: str
    by: str
    mine: bool
    stands: bool


def names(tx: Tx, reporters: Sequence[str]) -> dict[str, str]:
    """Return what reporters are called: members by their handle, others by the beginning of a key of no name.

    Of a platform's it is said that they came through it, and through which machine.
    """
    ids = {key: actor_named(key).member_id for key in reporters}
    known = accounts(tx, {one for one in ids.values() if one is not None})
    machines = brought_by(tx, reporters)
    return {
        key: f"@{known[number]['handle']}" if number is not None and number in known else _short(key, machines.get(key))
        for key, number in ids.items()
    }


def _short(key: str, machine: str | None) -> str:
    short = actor_named(key).key[:_SHORT]
    if machine is None:
        return _("visitor %(key)s", key=short)
    name = machine.removeprefix("token/")
    return _("reporter %(key)s of the platform that sends as %(machine)s", key=short, machine=name)


def proposed(one: Proposal) -> str:
    """Return what the house proposes about a reporter, in a word or two."""
    if not one.holds:
        return _("Nothing any more: the numbers have changed")
    return _("Leave their reports unprocessed") if one.warning is not None else _("Warn them")


def rests_on(one: Proposal) -> str:
    """Return the numbers that a proposal rests on, and from when they count where that is not the whole of the time."""
    if one.since:
        return _(
            "Of what they reported after %(time)s, when it was last decided about them: %(rejected)s of %(decided)s "
            "cases rejected in 30 days",
            time=day_and_time(one.since),
            rejected=str(one.record.rejected),
            decided=str(one.record.decided),
        )
    return _(
        "%(rejected)s of %(decided)s cases rejected in 30 days",
        rejected=str(one.record.rejected),
        decided=str(one.record.decided),
    )


def measure_lines(tx: Tx, found: Sequence[Measure], *, person_id: int, now: int) -> list[MeasureLine]:
    """Return measures as lines, for one reader."""
    whose = names(tx, [one.reporter for one in found])
    people = known_people(tx, [], now, also={one.by for one in found})
    return [
        MeasureLine(
            of=one,
            who=whose[one.reporter],
            title=_title(one),
            became=_became(one, now),
            by=named(one.by, people),
            mine=one.by == person_id,
            stands=one.stands(now),
        )
        for one in found
    ]


def _title(one: Measure) -> str:
    if one.until is None:
        return _("Warning")
    return _("Reports not processed until %(when)s", when=day_and_time(one.until))


def _became(one: Measure, now: int) -> str:
    if one.lifted_at is not None:
        return _("Taken back")
    if one.waits_for_answer:
        return _("Contested: somebody else answers")
    if not one.stands(now):
        return _("Over")
    return _("Contested, and stays") if one.answered_at is not None else _("In force")


def gravities() -> list[tuple[str, str]]:
    """Return how grave a misuse can be, to choose from; nothing is chosen beforehand."""
    return [("", _("Choose")), *((one.value, gravity(one)) for one in Gravity)]


def intents() -> list[tuple[str, str]]:
    """Return with what intention, to choose from; nothing is chosen beforehand."""
    return [("", _("Choose")), *((one.value, intent(one)) for one in Intent)]
