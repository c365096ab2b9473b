"""An incident's steps in words, its figures, and what its picture shows; in the language spoken now."""

from collections.abc import Mapping, Sequence

from gardefou.clock import SECOND
from gardefou.incidents import picture
from gardefou.incidents.declare import IncidentKind
from gardefou.incidents.picture import LaneIn, Mark, Picture, Span
from gardefou.incidents.scale import scale
from gardefou.incidents.timeline import Step, dark
from gardefou.orders import labels
from gardefou.orders.kinds import DEEDS, Kind
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import clock_time, day, day_and_time, duration

#: More refused attempts one after another than this are told as one.
_ALIKE = 3


def kind(value: str) -> str:
    """Return what sort of incident it is, in words."""
    return {
        IncidentKind.REFUSED: _("Refused attempt"),
        IncidentKind.RESTORED: _("Protected account restored"),
        IncidentKind.BREAK_GLASS: _("One person acted alone"),
        IncidentKind.DIFFERENCE: _("World and record differ"),
    }[IncidentKind(value)]


def state(value: str) -> str:
    """Return an incident's state in words."""
    return _("Under review") if value == "open" else _("Stood down")


def role(value: str) -> str:
    """Return who did something, by role and never by name."""
    if value == "machine:clock":
        return _("the clock")
    if value.startswith("machine:"):
        return value.removeprefix("machine:")
    found = {"member": _("a member"), "visitor": _("a visitor"), "": _("the house"), "person": _("one of our staff")}
    return found.get(value) or labels.role(value).lower()


def said(step: Step) -> str:
    """Return what happened, in a few words."""
    if step.what == "order.executed":
        return _executed(step)
    if step.what == "order.voided":
        return {
            "vetoed": _("Vetoed"),
            "withdrawn": _("Withdrawn"),
            "expired": _("Ran out of time"),
        }.get(step.because, _("Void"))
    if step.what == "order.proposed" and step.kind is not None:
        return _("Proposed: %(act)s", act=labels.act(step.kind).lower())
    return {
        "order.refused": _("Attempt refused"),
        "attempt.refused": _("Signature or veto refused"),
        "order.voted": _("Signed"),
        "order.held": _("Held"),
        "order.waiting": _("Waiting again"),
        "order.reversed": _("Taken back"),
        "incident.opened": _("Incident opened"),
        "incident.stood_down": _("Incident stood down"),
        "statement.drafted": _("Statement drafted"),
        "statement.published": _("Statement published"),
    }.get(step.what, step.what)


def _executed(step: Step) -> str:
    if step.fell:
        return _("The page is gone")
    if step.rose:
        return _("The page is back")
    if step.undoes:
        return _("Restored")
    return {
        Kind.ACCOUNT_LIMIT: _("Limited; the page stays up"),
        Kind.ACCOUNT_FREEZE: _("Frozen; the page stays up"),
        Kind.POST_HIDE: _("A post is hidden; the page stays up"),
    }.get(step.kind or Kind.ACCOUNT_LIFT) or (labels.act(step.kind) if step.kind in DEEDS else _("In effect"))


def rules(step: Step) -> str:
    """Return the rules of a step, in words."""
    if not step.rules:
        return ""
    return (
        _("rule %(rules)s", rules=step.rules[0])
        if len(step.rules) == 1
        else _("rules %(rules)s", rules=", ".join(step.rules))
    )


def short_day(at: int) -> str:
    """Return `3 Nov`, « 3 nov. »."""
    return day_and_time(at).partition(",")[0].rpartition(" ")[0]


def length(micros: int) -> str:
    """Return a length in whole seconds; what took less is 0 s."""
    return duration(micros // SECOND * SECOND)


def figures(
    found: Sequence[Step], people: Sequence[tuple[int, int]], said_who: int | None
) -> list[tuple[str, str, str]]:
    """Return the table of figures: what, how much, and what stands beside it.

    Args:
        found: the steps.
        people: for each order that would have silenced: people it takes, and its hold.
        said_who: when a statement first said who, by role.
    """
    gone = dark(found)
    began = _began(found, gone)
    return [
        (_("Time dark"), *_dark(gone)),
        (_("People it takes to act on this account"), *_people(people)),
        (_("What stopped it"), *_stopped(found, gone)),
        (_("Time to know who did it, by role"), _("0 s"), _("from the record")),
        (_("Time to say who, in public"), *_published(began, said_who)),
    ]


def _began(found: Sequence[Step], gone: Sequence[tuple[int, int | None]]) -> int | None:
    return gone[0][0] if gone else next((step.at for step in found if step.order_id is not None), None)


def _dark(gone: Sequence[tuple[int, int | None]]) -> tuple[str, str]:
    if not gone:
        return _("0 s"), _("the page stayed up")
    if gone[-1][1] is None:
        return _("still gone"), _("since %(time)s UTC", time=clock_time(gone[-1][0], seconds=True))
    whole = sum((until or since) - since for since, until in gone)
    return length(whole), "" if len(gone) == 1 else ngettext("%(count)s time", "%(count)s times", len(gone))


def _people(people: Sequence[tuple[int, int]]) -> tuple[str, str]:
    if not people:
        return "1", ""
    most, hold = max(people)
    return str(most), _(", and %(time)s", time=duration(hold)) if hold else ""


def _stopped(found: Sequence[Step], gone: Sequence[tuple[int, int | None]]) -> tuple[str, str]:
    back = [step for step in found if step.rose]
    if back:
        whole = sum((until or since) - since for since, until in gone)
        return _("A person (%(role)s)", role=role(back[-1].role)), _("%(time)s after it was gone", time=length(whole))
    voided = [step for step in found if step.what == "order.voided"]
    if voided:
        last = voided[-1]
        if last.because == "vetoed":
            return _("A veto (%(role)s)", role=role(last.role)), _("before anything changed")
        return said(last), _("before anything changed")
    refused = [step for step in found if step.what == "order.refused"]
    if refused:
        return rules(refused[-1]).capitalize(), _("before anything changed")
    return (_("Nobody so far"), "") if gone else (_("Nothing had to"), "")


def _published(began: int | None, said_who: int | None) -> tuple[str, str]:
    if said_who is None or began is None:
        return _("Not said so far"), ""
    return length(said_who - began), _("after it began")


def drawn(found: Sequence[Step], numbers: Mapping[int, int], *, title: str, detail: str) -> Picture:
    """Return the picture of an incident: one lane, the rail under it, what was refused as a block on the rail.

    Args:
        found: the steps.
        numbers: the number of each statement, by id.
        title: what the lane is called.
        detail: the line below that.
    """
    shown = [step for step in found if step.what not in ("incident.opened", "statement.drafted", "order.waiting")]
    gone = dark(shown)
    holds = [(step.at, _ended(shown, step)) for step in shown if step.what == "order.held" and step.held_until]
    instants = [step.at for step in shown] + [until for _since, until in holds]
    reference = sum((until or since) - since for since, until in gone) + sum(until - since for since, until in holds)
    clock = scale(instants, reference=reference)
    marks = _marks(shown, numbers)
    lane = LaneIn(
        title=title,
        detail=detail,
        marks=marks,
        dark=[Span(since=since, until=until, title=_gone_for(since, until)) for since, until in gone],
        holds=[Span(since=since, until=until) for since, until in holds],
        posts=[step.at for step in shown if step.what in ("order.proposed", "order.voted")],
    )
    ticks = _ticks([*dict.fromkeys(sorted(instants))])
    return picture.draw([lane], clock, ticks=ticks, day=_("%(day)s, UTC", day=day(instants[0])) if instants else "")


def _ended(found: Sequence[Step], held: Step) -> int:
    """Return when a hold ended: at its end, or when its order did."""
    after = [step.at for step in found if step.order_id == held.order_id and step.index > held.index]
    return min([held.held_until or held.at, *after])


def _gone_for(since: int, until: int | None) -> str:
    return _("Gone") if until is None else _("%(time)s dark", time=length(until - since))


def _ticks(instants: Sequence[int]) -> list[tuple[int, str]]:
    written, last = [], day(instants[0]) if instants else ""
    for at in instants:
        words = clock_time(at, seconds=True)
        if day(at) != last:
            words, last = f"{short_day(at)}, {words}", day(at)
        written.append((at, words))
    return written


def _marks(found: Sequence[Step], numbers: Mapping[int, int]) -> list[Mark]:
    marks: list[Mark] = []
    alike: list[Step] = []
    for step in [*found, None]:
        if step is not None and step.what == "order.refused":
            alike.append(step)
            continue
        marks += _refusals(alike)
        alike = []
        if step is not None:
            marks.append(_mark(step, numbers))
    return marks


def _refusals(alike: Sequence[Step]) -> list[Mark]:
    """Return refused attempts as blocks on the rail; many in a row share one set of words."""
    if len(alike) <= _ALIKE:
        return [
            Mark(at=one.at, shape="block", title=said(one), detail=_("%(role)s, in 0 s", role=role(one.role)))
            for one in alike
        ]
    words = ngettext("%(count)s attempt refused", "%(count)s attempts refused", len(alike))
    first = Mark(at=alike[0].at, shape="block", title=words, detail=_("each in 0 s"))
    return [first, *(Mark(at=one.at, shape="block") for one in alike[1:])]


def _mark(step: Step, numbers: Mapping[int, int]) -> Mark:
    shape = "fall" if step.fell else "back" if step.rose else "dot"
    title = said(step)
    if step.statement_id is not None:
        title = _("Statement %(number)s", number=numbers.get(step.statement_id, 0))
        return Mark(at=step.at, title=title, detail=_("published"), below=True)
    if step.what in ("order.proposed", "order.voted"):
        shape = "post"
    detail = role(step.role)
    if step.what == "order.held" and step.held_until is not None:
        detail = _("%(time)s, one veto stops it", time=duration(step.held_until - step.at))
    elif step.fell:
        return Mark(at=step.at, shape=shape)
    return Mark(at=step.at, shape=shape, title=title, detail=detail)


def listed(found: Sequence[Step], numbers: Mapping[int, int]) -> list[dict[str, object]]:
    """Return the steps as a dated list: when, what, by whom, under which rule, how long after the one before."""
    lines: list[dict[str, object]] = []
    for (_at, at), step in zip(_ticks([step.at for step in found]), found, strict=True):
        what = said(step)
        if step.statement_id is not None:
            what = _("%(what)s: statement %(number)s", what=what, number=numbers.get(step.statement_id, 0))
        more = [_who(step), rules(step)]
        if step.since is not None and step.since >= SECOND:
            more.append(_("%(time)s later", time=length(step.since)))
        lines.append(
            {
                "at": at,
                "what": what,
                "more": ", ".join(one for one in more if one),
                "shape": "fall" if step.fell else "back" if step.rose else "refused" if "refused" in step.what else "",
                "assumed": False,
                "href": "",
                "order_id": step.order_id,
            }
        )
    return lines


def _who(step: Step) -> str:
    if not step.role:
        return ""
    words = role(step.role)
    return _("%(name)s (%(role)s)", name=step.name, role=words) if step.name else words
