"""The replayed incident as a page shows it: two lanes over one clock, figures, statements as they were reported."""

from dataclasses import dataclass

from gardefou.app.replay.lane import Lane
from gardefou.app.replay.scenario import Act, Scenario
from gardefou.clock import SECOND, from_datetime
from gardefou.incidents import picture
from gardefou.incidents.picture import LaneIn, Mark, Picture, Span
from gardefou.incidents.scale import scale
from gardefou.incidents.telling import short_day
from gardefou.words import current, ngettext, pgettext
from gardefou.words import gettext as _
from gardefou.words.numbers import clock_time, day, duration, followers, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A statement as it was reported; `instead` says what the one that replaces it corrects."""

    number: int
    text: str
    at: str
    replaced_by: int | None
    instead: str


def title(scenario: Scenario) -> str:
    """Return the incident's title."""
    return scenario.title_fr if current() == "fr" and scenario.title_fr else scenario.title


def hide(scenario: Scenario) -> Act:
    """Return the act it all came from."""
    return next(act for act in scenario.acts if act.does == "hide")


def drawn(scenario: Scenario, happened: Lane, ruled: Lane) -> Picture:
    """Return both lanes over one clock. What is assumed is dashed, and what was reported roughly says so."""
    told = _told(scenario)
    asked = hide(scenario)
    reference = happened.dark_seconds * SECOND
    ends = [at for span in (*happened.dark, *ruled.dark) for at in span if at is not None]
    instants = [asked.instant, *ends, *(act.instant for act in told)]
    clock = scale(instants, reference=reference)
    lanes = [_happened(scenario, happened, told), _ruled(scenario, happened, ruled)]
    return picture.draw(lanes, clock, ticks=_ticks(scenario, sorted(set(instants))), day=_first_day(asked.instant))


def _told(scenario: Scenario) -> list[Act]:
    return [act for act in scenario.acts if act.does == "state"]


def _first_day(at: int) -> str:
    return _("%(day)s, UTC", day=short_day(at))


def _happened(scenario: Scenario, lane: Lane, told: list[Act]) -> LaneIn:
    asked, restored = hide(scenario), next((act for act in scenario.acts if act.does == "restore"), None)
    reach = _(
        "%(followers)s, %(posts)s posts",
        followers=followers(scenario.account.followers),
        posts=number(scenario.account.posts),
    )
    marks = [
        Mark(
            at=asked.instant,
            title=_("One person confirms"),
            detail=_("no second person is needed") if lane.people_needed == 1 else "",
            assumed=asked.certainty == "assumed",
        ),
        *(Mark(at=since, shape="fall") for since, _until in lane.dark),
    ]
    if restored is not None and lane.dark:
        marks.append(
            Mark(
                at=restored.instant,
                shape="back",
                title=_("A person restores it"),
                detail=_("who did was not published"),
            )
        )
    for place, act in enumerate(told, start=1):
        known = _("%(time)s to say who", time=_about(lane.seconds_to_know)) if act.names_who and lane.dark else ""
        marks.append(Mark(at=act.instant, title=_("Statement %(number)s", number=place), detail=known, below=True))
    return LaneIn(
        title=_("As it happened"),
        detail=_("no rule"),
        marks=marks,
        dark=[Span(since=since, until=until, title=_dark(since, until), detail=reach) for since, until in lane.dark],
        rail=False,
    )


def _dark(since: int, until: int | None) -> str:
    return _("Gone") if until is None else _("%(time)s dark", time=_minutes(until - since))


def _minutes(micros: int) -> str:
    whole = micros // (60 * SECOND)
    return ngettext("%(count)s minute", "%(count)s minutes", whole) if whole else duration(micros)


def _ruled(scenario: Scenario, happened: Lane, lane: Lane) -> LaneIn:
    asked = hide(scenario)
    refused = lane.stopped_by == "rule" and lane.stopped_at is not None
    after = (lane.stopped_at or asked.instant) - asked.instant
    marks = [
        Mark(
            at=asked.instant,
            shape="block" if refused else "dot",
            title=_("The same click"),
            detail=_("refused in %(time)s", time=duration(after)) if refused else "",
            assumed=asked.certainty == "assumed",
        )
    ]
    fell = [(since, until) for since, until in happened.dark if not lane.dark and until is not None]
    return LaneIn(
        title=_("With the rulebook"),
        detail=", ".join(lane.rules[-1:]) or lane.rulebook,
        marks=[*marks, *(Mark(at=since, shape="none", title=_("The page stays up")) for since, _until in fell[:1])],
        dark=[Span(since=since, until=until, title=_dark(since, until)) for since, until in lane.dark],
        not_fallen=[Span(since=since, until=until, title=_("the fall that did not happen")) for since, until in fell],
    )


def _ticks(scenario: Scenario, instants: list[int]) -> list[tuple[int, str]]:
    asked = hide(scenario)
    assumed = {act.instant for act in scenario.acts if act.certainty == "assumed" and act.takes_effect is None}
    if asked.certainty == "assumed":
        assumed.add(asked.instant)
    rough = {act.instant for act in scenario.acts if act.about}
    if asked.takes_effect is not None and asked.instant in assumed:
        rough.add(from_datetime(asked.takes_effect))
    written, last = [], day(instants[0])
    for at in instants:
        words = clock_time(at)
        if at in assumed:
            words = _("%(time)s, assumed", time=words)
        elif at in rough:
            words = _("about %(time)s", time=words)
        elif day(at) != last:
            words = f"{short_day(at)}, {words}"
        last = day(at)
        written.append((at, words))
    return written


def _about(seconds: int | None) -> str:
    return _("never") if seconds is None else pgettext("length", "about %(time)s", time=duration(seconds * SECOND))


def figures(happened: Lane, ruled: Lane) -> list[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Return the table: what, as it happened, with the rulebook; each a figure and what stands beside it."""
    return [
        (_("Time dark"), _dark_figure(happened), _dark_figure(ruled)),
        (_("People it took to hide the account"), _people(happened), _people(ruled)),
        (_("What stopped it"), _stopper(happened), _stopper(ruled)),
        (_("Time to say who did it, by role"), _known(happened), _known(ruled)),
    ]


def _dark_figure(lane: Lane) -> tuple[str, str]:
    seconds = lane.dark_seconds
    return (duration(seconds * SECOND), f"({number(seconds)} s)") if seconds else (_("0 s"), "")


def _people(lane: Lane) -> tuple[str, str]:
    return number(lane.people_needed), _(", and %(time)s", time=duration(lane.hold)) if lane.hold else ""


def _stopper(lane: Lane) -> tuple[str, str]:
    if lane.stopped_by == "rule":
        return "", _("Rule %(rules)s, before anything changed", rules=", ".join(lane.rules[:1]))
    if lane.stopped_by == "person":
        return "", _("A person, %(time)s late", time=_minutes(lane.dark_seconds * SECOND))
    return "", _("Nobody")


def _known(lane: Lane) -> tuple[str, str]:
    if lane.outcome == "stayed up" and lane.seconds_to_know is not None:
        return "", _("%(time)s, from the record", time=duration(lane.seconds_to_know * SECOND))
    words = _about(lane.seconds_to_know)
    return "", words[:1].upper() + words[1:]


def statements(scenario: Scenario) -> list[Reported]:
    """Return the statements as they were reported, the one in force first."""
    told = _told(scenario)
    french = current() == "fr"
    found = []
    for place, act in enumerate(told):
        after = told[place + 1] if place + 1 < len(told) else None
        at = _("about %(time)s", time=clock_time(act.instant)) if act.about else clock_time(act.instant)
        found.append(
            Reported(
                number=place + 1,
                text=act.says_fr if french and act.says_fr else act.says,
                at=_("%(day)s, %(time)s UTC", day=day(act.instant), time=at),
                replaced_by=None if after is None else place + 2,
                instead="" if after is None else (after.instead_fr if french else after.instead),
            )
        )
    return found[::-1]


def listed(scenario: Scenario, happened: Lane, ruled: Lane) -> list[dict[str, object]]:
    """Return the picture's events as a dated list, for a narrow page and for who cannot see it."""
    lines: list[tuple[int, dict[str, object]]] = []
    for lane, name in (
        (_happened(scenario, happened, _told(scenario)), ""),
        (_ruled(scenario, happened, ruled), _("with the rulebook")),
    ):
        lines += [(span.since, _event(name, "fall", f"{span.title}", span.detail)) for span in lane.dark]
        lines += [
            (
                mark.at,
                _event(
                    name,
                    {"block": "refused", "dot": "", "none": ""}.get(mark.shape, mark.shape),
                    mark.title,
                    mark.detail,
                    assumed=mark.assumed,
                ),
            )
            for mark in lane.marks
            if mark.title
        ]
    ticks = dict(_ticks(scenario, sorted({at for at, _line in lines})))
    return [{**line, "at": ticks[at]} for at, line in sorted(lines, key=lambda pair: pair[0])]


def _event(lane: str, shape: str, what: str, more: str, *, assumed: bool = False) -> dict[str, object]:
    told = f"{what}, {lane}" if lane else what
    return {"shape": shape, "what": told, "more": more, "assumed": assumed, "href": ""}
