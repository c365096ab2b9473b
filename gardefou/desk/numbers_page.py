"""Numbers that people look at: what comes in, what is open, how long it takes, how often it is undone; and as CSV.

Everything is counted when asked, by time, category and language, never by person. What somebody alone did stands on
their own page, and there only where the house has turned that on (`person_figures`).
"""

from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.response import Template

from gardefou.clock import Clock, from_iso
from gardefou.desk import labels
from gardefou.desk.charts.charts import CHARTS
from gardefou.desk.charts.csv_file import csv_of
from gardefou.desk.charts.picture import picture
from gardefou.desk.frame import frame
from gardefou.errors import BadInputError
from gardefou.may import May
from gardefou.reports.categories import Category
from gardefou.reports.errors import FigureError
from gardefou.reports.figures import cells
from gardefou.reports.figures.asked import Last, Question, Span, between, category_of, last, locale_of, spelt
from gardefou.reports.figures.overview import Figures, overview
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.words import LANGUAGES
from gardefou.words import gettext as _
from gardefou.words.plain import storable

CHOSEN = "chosen"
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the form says, as it was typed."""

    span: str = ""
    since: str = ""
    until: str = ""
    category: str = ""
    language: str = ""

    @property
    def query(self) -> str:
        """The query string that asks the same again; nothing of what was left empty."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in named.items() if value})


@get("/desk/numbers", may=May.STAFF, sync_to_thread=True)
def show(
    db: Database,
    clock: Clock,
    me: SignedIn,
    span: str = "",
    since: str = "",
    until: str = "",
    category: str = "",
    language: str = "",
) -> Template:
    """Show what was counted, as charts with their figures beside them."""
    now = clock.now()
    typed = _typed(span, since, until, category, language)
    with db.reading() as tx:
        context = frame(tx, me, now) | _form(typed)
        try:
            asked = _asked(typed, now)
        except BadInputError as problem:
            context |= {"typed": typed, "wrong": problem.message, "charts": [], "sums": None}
            return Template("desk/numbers.html", context=context, status_code=400)
        found = overview(tx, asked, now)
    first, final = spelt(asked.span)
    context |= {
        "typed": replace(typed, since=first, until=final),
        "wrong": "",
        "charts": [_drawn(one, found, typed) for one in CHARTS],
        "sums": _sums(found),
        "span": asked.span,
    }
    return Template("desk/numbers.html", context=context)


@get("/desk/numbers.csv", may=May.STAFF, plain=400, media="text/csv", sync_to_thread=True)
def download(
    db: Database,
    clock: Clock,
    chart: str = "",
    span: str = "",
    since: str = "",
    until: str = "",
    category: str = "",
    language: str = "",
) -> Response[str]:
    """Hand over the figures of one chart as CSV.

    Raises:
        FigureError: there is no such chart, or it cannot be asked for like that.
    """
    if chart not in CHARTS:
        raise FigureError(_("These are the charts: %(names)s.", names=", ".join(CHARTS)), field="chart")
    now = clock.now()
    asked = _asked(_typed(span, since, until, category, language), now)
    with db.reading() as tx:
        found = overview(tx, asked, now)
    first, final = spelt(asked.span)
    name = f"gardefou-{chart}-{first}-{final}.csv"
    return Response(
        csv_of(CHARTS[chart](found)),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _typed(*given: str) -> Typed:
    names = (one.name for one in fields(Typed))
    typed = Typed(**{name: storable(one).strip()[:_LONGEST] for name, one in zip(names, given, strict=True)})
    if not typed.span:
        return replace(typed, span=CHOSEN if typed.since or typed.until else Last.DAY.value)
    # Days that were left in the form mean nothing beside a span that ends now.
    return typed if typed.span == CHOSEN else replace(typed, since="", until="")


def _asked(typed: Typed, now: int) -> Question:
    """Return what the form asks for.

    Raises:
        FigureError: something in it means nothing here.
    """
    return Question(span=_span(typed, now), category=category_of(typed.category), locale=locale_of(typed.language))


def _span(typed: Typed, now: int) -> Span:
    if typed.span == CHOSEN:
        since, until = _day(typed.since, "since"), _day(typed.until, "until")
        return between(since if since is not None else until or now, until if until is not None else now, now)
    if typed.span not in set(Last):
        raise FigureError(_("“%(value)s” is not a span of time here.", value=typed.span), field="span")
    return last(Last(typed.span), now)


def _day(typed: str, name: str) -> int | None:
    if not typed:
        return None
    try:
        return int(from_iso(typed))
    except (ValueError, OverflowError) as problem:
        message = _("“%(value)s” is not a day; write it as 2017-11-02.", value=typed)
        raise FigureError(message, field=name) from problem


def _form(typed: Typed) -> dict[str, Any]:
    return {
        "chosen": CHOSEN,
        "spans": [
            (Last.DAY.value, _("Last 24 hours")),
            (Last.WEEK.value, _("Last 7 days")),
            (Last.MONTH.value, _("Last 30 days")),
            (CHOSEN, _("Chosen days")),
        ],
        "categories": [("", _("every one")), *((one.value, labels.category(one)) for one in Category)],
        "languages": [("", _("every one")), *((one, labels.language(one)) for one in LANGUAGES)],
        "narrowed": bool(typed.category or typed.language),
    }


def _drawn(key: str, found: Figures, typed: Typed) -> dict[str, Any]:
    chart = CHARTS[key](found)
    return {
        "chart": chart,
        "picture": None if chart.nothing or chart.lying else picture(chart),
        "csv": f"/desk/numbers.csv?chart={key}&{typed.query}",
    }


def _sums(found: Figures) -> dict[str, Any]:
    """Return what stands above the charts: the whole span in a few figures."""
    still = cells.whole(found.open.cells)
    return {
        "open": still.number,
        "late": still.of_these,
        "oldest": None if found.open.oldest is None else found.now - found.open.oldest,
        "reports": cells.whole(found.reports).number,
        "took": found.took_in_all,
        "in_time": cells.whole(found.closed).share,
        "reopened": cells.whole(found.closings).share,
        "taken_back": cells.whole(found.orders).share,
    }
