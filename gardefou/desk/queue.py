"""The queue as its pane shows it: three groups, each row with what is known at a glance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from gardefou.accounts.queries import values_of
from gardefou.clock import HOUR, MINUTE
from gardefou.desk import labels
from gardefou.guard.rules import tier_of
from gardefou.orders import rulebook
from gardefou.orders.ports import Ports
from gardefou.reports import queries as reports
from gardefou.reports.queries import Counts, Group, QueueRow
from gardefou.reports.queue import DUE_SOON
from gardefou.reports.workers import WORKERS
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import LANGUAGES, ngettext
from gardefou.words import gettext as _

PAGE = 60
#: From so many hours on the minutes are left out: with two figures before its colon it reads as a time of day.
_WHOLE_HOURS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the reader narrowed the queue to; carried from page to page in addresses."""

    language: str = ""
    only: str = ""
    after: str = ""

    def query(self, **changes: str) -> str:
        """Return the query string of an address with some of it changed."""
        values = {"language": self.language, "only": self.only, **changes}
        kept = {name: value for name, value in values.items() if value}
        return "?" + urlencode(kept) if kept else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line; in words: `what` it is about, its `number` of reports, how many reporters are usually `right`."""

    case_id: int
    href: str
    handle: str
    what: str
    number: str
    right: str
    tier: str
    due: str
    due_at: int
    soon: bool
    language: str
    holder: str
    mine: bool
    current: bool
    pick: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """The whole pane.

    Attributes:
        takes: whether the reader works on cases, and so may ask for the next one.
        picks: whether they may choose several.
        turns_at: when a hold ends or a case becomes due soon, which nobody says; None when nothing of the kind is near.
        again: where the pane is fetched again.
    """

    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    counts: Counts
    chosen: Chosen
    more: str
    takes: bool
    picks: bool
    turns_at: int | None
    again: str


def chosen_of(language: str, only: str, after: str) -> Chosen:
    """Return what an address narrows the queue to; anything unknown narrows nothing."""
    return Chosen(
        language=language if language in LANGUAGES else "",
        only=only if only in {group.value for group in Group} else "",
        after=after,
    )


def pane(tx: Tx, ports: Ports, *, me: SignedIn, now: int, chosen: Chosen, current: int | None) -> Pane:
    """Return the queue, for one reader."""
    page = reports.queue(
        tx,
        now=now,
        roles=me.roles,
        limit=PAGE,
        after=chosen.after or None,
        locale=chosen.language or None,
        only=chosen.only or None,
    )
    picks = bool(page.rows) and bool(me.roles & WORKERS)
    tiers = _tiers(tx, ports, page.rows, now)
    about = {category: labels.category(category) for category in {row.case.category for row in page.rows}}
    groups: dict[Group, list[Row]] = {}
    for row in page.rows:
        tier, what = tiers[row.case.account_id], about[row.case.category]
        groups.setdefault(row.group, []).append(
            _row(row, tier, what, me=me, now=now, query=chosen.query(), current=current, picks=picks)
        )
    return Pane(
        groups=tuple((_title(group, me), tuple(rows)) for group, rows in groups.items()),
        counts=reports.counts(tx, now=now, roles=me.roles),
        chosen=chosen,
        more=chosen.query(after=page.next) if page.next else "",
        takes=bool(me.roles & WORKERS),
        picks=picks,
        turns_at=min((at for row in page.rows for at in _turns(row, now)), default=None),
        again="/desk/queue" + _with(chosen.query(after=chosen.after), current),
    )


def _with(query: str, current: int | None) -> str:
    if current is None:
        return query
    return f"{query}&case={current}" if query else f"?case={current}"


def _turns(row: QueueRow, now: int) -> Iterator[int]:
    """Yield when a row changes by itself."""
    if row.holder is not None:
        yield row.holder.until
    if row.case.due_at - now > DUE_SOON:
        yield row.case.due_at - DUE_SOON


def _tiers(tx: Tx, ports: Ports, rows: Sequence[QueueRow], now: int) -> dict[int, str]:
    book = rulebook.in_force(tx, ports.load_rulebook)
    facts = values_of(tx, {row.case.account_id: row.facts for row in rows}, now)
    return {found: tier_of(book, values) for found, values in facts.items()}


def _title(group: Group, me: SignedIn) -> str:
    match group:
        case Group.DUE_SOON:
            return _("Due soon")
        case Group.PROTECTED:
            decides = me.roles & {"reviewer", "duty manager"}
            return _("Protected, or handed over") if decides else _("For reviewers: protected, or handed over")
        case Group.PRIORITY:
            return _("By priority")


def _row(
    row: QueueRow, tier: str, about: str, *, me: SignedIn, now: int, query: str, current: int | None, picks: bool
) -> Row:
    case = row.case
    left = case.due_at - now
    soon = left <= DUE_SOON
    number = ngettext("%(count)s report", "%(count)s reports", case.counting)
    right = ngettext("%(count)s usually right", "%(count)s usually right", case.who.proven) if case.who.proven else ""
    return Row(
        case_id=case.id,
        href=f"/desk/cases/{case.id}{query}",
        handle=row.handle,
        what=about,
        number=number,
        right=right,
        tier=tier,
        due=due_words(left, soon=soon),
        due_at=case.due_at,
        soon=soon,
        language=case.locale,
        holder="" if row.holder is None else row.holder.name,
        mine=row.holder is not None and row.holder.person_id == me.person_id,
        current=case.id == current,
        pick=f"{case.id}:{case.version}" if picks else "",
    )


def due_words(left: int, *, soon: bool) -> str:
    """Return how long is left: `due 0:04`, `6:41`, `late 0:12`, `late 17 h`; from ten hours on minutes say nothing."""
    if left < 0:
        return _("late %(time)s", time=_hours(-left))
    return _("due %(time)s", time=_hours(left)) if soon else _hours(left)


def _hours(length: int) -> str:
    hours = length // HOUR
    return f"{hours}\u202fh" if hours >= _WHOLE_HOURS else f"{hours}:{length % HOUR // MINUTE:02}"
