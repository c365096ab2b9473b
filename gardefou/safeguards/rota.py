"""`rota.enter`: the shifts of one person for days or weeks, as one order: whoever signs it reads them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from gardefou.clock import DAY
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import ahead, fields, interval, spelt
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.joining import still_oneself
from gardefou.safeguards.shifts import LONGEST_SHIFT
from gardefou.staff.add_shift import add_shift
from gardefou.staff.on_rota import bonds_of, shifts_of
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time

#: So many shifts of one person stand in one order: two months of days.
MOST = 62
_LONGEST = MOST * 50

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class EnterRota:
    """Puts a person on duty at several times: `shifts`, each `FROM/UNTIL`, with spaces between them."""

    given: ClassVar[tuple[str, ...]] = ("shifts",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read the shifts, in order, without those that are on the rota already.

        Raises:
            ChangeError: one cannot be read, is over, too long, too far ahead, outside any engagement, or overlaps.
            NothingToChangeError: all of them are on the rota already.
        """
        read = fields(change, needed=("shifts",), longest=_LONGEST)
        wanted = read_spans(read["shifts"])
        still_oneself(tx, subject)
        fit(tx, subject.id, wanted, now)
        known = set(shifts_of(tx, subject.id, now))
        fresh = [span for span in wanted if span not in known]
        if not fresh:
            raise NothingToChangeError(_("the rota of %(name)s has these shifts", name=subject.label))
        return {"shifts": spell_spans(fresh)}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Add the shifts."""
        for starts, ends in read_spans(order.change["shifts"]):
            add_shift(
                tx, actor=order.proposer, now=now, person_id=subject.id, starts=starts, ends=ends, order_id=order.id
            )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""


def spell_spans(spans: Sequence[Span]) -> str:
    """Return shifts in the one spelling that is signed."""
    return " ".join(f"{spelt(starts)}/{spelt(ends)}" for starts, ends in sorted(spans))


def read_spans(text: str) -> list[Span]:
    """Read shifts, in the order in which they begin.

    Raises:
        ChangeError: one cannot be read, ends before it begins, or there are too many.
    """
    parts = text.split()
    if len(parts) > MOST:
        raise ChangeError(_("%(count)s shifts in one order; %(most)s are the most", count=len(parts), most=MOST))
    return sorted({_span(part) for part in parts})


def _span(part: str) -> Span:
    begins, _slash, until = part.partition("/")
    starts, ends = interval({"starts": begins, "ends": until})
    if ends is None:
        raise ChangeError(_("%(name)s: missing", name="ends"), field="shifts")
    return starts, ends


def fit(tx: Tx, person_id: int, spans: Sequence[Span], now: int) -> None:
    """Insist that shifts can be on a person's rota.

    Raises:
        ChangeError: one is over, too long, too far ahead, outside any engagement, or overlaps another.
    """
    for starts, ends in spans:
        one_shift(starts, ends, now)
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise _overlap(after, before)
    known = shifts_of(tx, person_id, now)
    bonds = bonds_of(tx, person_id)
    for span in spans:
        _engaged(span, bonds)
        for other in known:
            if span != other and span[0] < other[1] and other[0] < span[1]:
                raise _overlap(span, other)


def one_shift(starts: int, ends: int, now: int) -> None:
    """Insist that a shift is not long over, and of a length that somebody can work.

    One that was ahead when it was proposed may have ended before the last signature came: it does no harm.

    Raises:
        ChangeError: it is over, too long, or too far ahead.
    """
    if ends <= now - DAY:
        raise ChangeError(_("The shift of %(time)s is over already", time=day_and_time(starts)), field="shifts")
    if ends - starts > LONGEST_SHIFT:
        words = _("The shift of %(time)s lasts more than 48 hours", time=day_and_time(starts))
        raise ChangeError(words, field="shifts")
    ahead(starts, now)


def _engaged(span: Span, bonds: Sequence[tuple[int, int | None]]) -> None:
    """Refuse a shift of which any part lies outside every engagement."""
    at = span[0]
    for starts, ends in bonds:
        if starts <= at and (ends is None or ends > at):
            at = span[1] if ends is None else ends
        if at >= span[1]:
            return
    words = _(
        "No engagement binds them at %(time)s, in the shift of %(shift)s",
        time=day_and_time(at),
        shift=day_and_time(span[0]),
    )
    raise ChangeError(words, field="shifts")


def _overlap(one: Span, other: Span) -> ChangeError:
    words = _(
        "The shift from %(from)s overlaps the one from %(other)s to %(until)s",
        **{"from": day_and_time(one[0]), "other": day_and_time(other[0]), "until": day_and_time(other[1])},
    )
    return ChangeError(words, field="shifts")
