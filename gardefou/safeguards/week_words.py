"""A gap of the coming week in words, for whoever can still do something about it."""

from gardefou.guard.rulebook import Place
from gardefou.safeguards.at_hand import PROPOSES
from gardefou.safeguards.week import SEEN, Gap
from gardefou.words import gettext as _
from gardefou.words.numbers import weekday_and_time
from gardefou.words.roles import place as place_words


def sentence(gap: Gap, now: int) -> str:
    """Return `silence-critical: nobody could approve from Tue 24 Nov, 22:00 to Wed 25 Nov, 06:00 UTC (needs …)`."""
    said = {"rules": ", ".join(gap.rules), "when": span(gap, now), "needs": needs(gap.missing)}
    if gap.keys:
        return _("%(rules)s: nobody could %(when)s, for want of keys that sign by then.", **said)
    if any(place.because == PROPOSES for place in gap.missing):
        return _("%(rules)s: nobody could propose %(when)s (needs %(needs)s on shift).", **said)
    return _("%(rules)s: nobody could approve %(when)s (needs %(needs)s on shift).", **said)


def span(gap: Gap, now: int) -> str:
    """Return when it begins and ends, as far as a week can be seen."""
    starts, ends = weekday_and_time(gap.starts), weekday_and_time(gap.ends)
    lasts = gap.ends >= now + SEEN
    if gap.starts <= now:
        return _("at any hour of the next seven days") if lasts else _("from now to %(ends)s UTC", ends=ends)
    if lasts:
        return _("from %(starts)s UTC on", starts=starts)
    return _("from %(starts)s to %(ends)s UTC", starts=starts, ends=ends)


def needs(missing: tuple[Place, ...]) -> str:
    """Return who is missing: `a duty manager of another team`."""
    *first, last = [place_words(place.role, other=place.other) for place in missing]
    return _("%(first)s and %(last)s", first=", ".join(first), last=last) if first else last
