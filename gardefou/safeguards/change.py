"""Read what an order would change: texts under known names, each checked, in one spelling."""

from collections.abc import Mapping

from gardefou.clock import DAY, from_iso, to_iso
from gardefou.safeguards.errors import ChangeError
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time
from gardefou.words.plain import misleading_in, unseen_in

LONGEST = 400
#: The farthest ahead that somebody's time here, or on duty, may begin.
FARTHEST = 366 * DAY


def fields(
    change: Mapping[str, str],
    *,
    needed: tuple[str, ...],
    optional: tuple[str, ...] = (),
    longest: int = LONGEST,
    lines: bool = False,
) -> dict[str, str]:
    """Return every known field, trimmed; an optional one that is not given is empty.

    Args:
        change: what was given.
        needed: the fields there must be.
        optional: the fields there may be.
        longest: the most characters of one.
        lines: whether they may be texts of several lines, and no names.

    Raises:
        ChangeError: one is missing, unknown, too long, or holds what nobody sees.
    """
    unknown = sorted(change.keys() - {*needed, *optional})
    if unknown:
        known = ", ".join((*needed, *optional)) or _("none")
        words = _("%(name)s: no such field here; known are: %(known)s", name=unknown[0][:40], known=known)
        raise ChangeError(words, field=unknown[0][:40])
    read = {name: str(change.get(name, "")).strip() for name in (*needed, *optional)}
    for name, text in read.items():
        if len(text) > longest:
            raise ChangeError(_("%(name)s: longer than %(most)s characters", name=name, most=longest), field=name)
        code = misleading_in(text) if lines else unseen_in(text)
        if code:
            words = _("%(name)s: holds a character that nobody sees, %(code)s; write it without", name=name, code=code)
            raise ChangeError(words, field=name)
    for name in needed:
        if not read[name]:
            raise ChangeError(_("%(name)s: missing", name=name), field=name)
    return read


def instant(read: Mapping[str, str], name: str) -> int | None:
    """Return an instant written as ISO 8601 in UTC; None when it is empty.

    Raises:
        ChangeError: it is none.
    """
    if not read[name]:
        return None
    try:
        at = from_iso(read[name])
        to_iso(at)  # What no calendar of ours can write is none either.
    except (ValueError, OverflowError) as problem:
        words = _("%(name)s: %(text)s is no instant; write it like 2026-11-02T08:00:00Z", name=name, text=read[name])
        raise ChangeError(words, field=name) from problem
    return at


def interval(read: Mapping[str, str]) -> tuple[int, int | None]:
    """Return the half-open interval from `starts` to `ends`.

    Raises:
        ChangeError: it has no start, or ends before it begins.
    """
    starts, ends = instant(read, "starts"), instant(read, "ends")
    if starts is None:
        raise ChangeError(_("%(name)s: missing", name="starts"), field="starts")
    if ends is not None and ends <= starts:
        raise ChangeError(_("It would end at %(time)s, before it begins", time=day_and_time(ends)), field="ends")
    return starts, ends


def ahead(starts: int, now: int) -> None:
    """Insist that something begins soon enough to be meant.

    Raises:
        ChangeError: it begins more than 366 days ahead.
    """
    if starts > now + FARTHEST:
        words = _("It would begin at %(time)s; 366 days ahead is the farthest", time=day_and_time(starts))
        raise ChangeError(words, field="starts")


def spelt(at: int | None) -> str:
    """Return an instant in the one spelling that is signed."""
    return "" if at is None else to_iso(at)
