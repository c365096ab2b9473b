"""`who`: ask the record who did what, by account, person, rule, kind and time."""

from typing import Annotated

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Json, answer, out, the_house
from gardefou.app.people import account_named, person_named
from gardefou.clock import from_iso
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.safeguards.searches import search_open_to
from gardefou.storage import Tx
from gardefou.watch import investigate
from gardefou.watch import who as record
from gardefou.watch.errors import LookupUnreadableError
from gardefou.watch.investigate import Wanted
from gardefou.watch.who import Line
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time, duration

Account = Annotated[str, typer.Argument(help="The account's handle or number.", metavar="[ACCOUNT]")]
PersonAsked = Annotated[
    str, typer.Option("--person", help="Whose deeds: a name, number or e-mail address; needs --as.")
]
As = Annotated[str, typer.Option("--as", help="Which auditor asks, who has signed the order person.search.")]
Rule = Annotated[str, typer.Option(help="Under which rule, by its name.")]
OfKind = Annotated[str, typer.Option("--kind", help="Which kind of order (account.hide) or entry (order.refused).")]
Since = Annotated[str, typer.Option(help="From when, as 2017-11-02T19:00, in UTC.")]
Until = Annotated[str, typer.Option(help="Until when, not included, in UTC.")]
Last = Annotated[int | None, typer.Option(min=1, help="At most so many, the newest; all of them if left out.")]


def who(
    account: Account = "",
    person: PersonAsked = "",
    as_: As = "",
    rule: Rule = "",
    kind: OfKind = "",
    since: Since = "",
    until: Until = "",
    last: Last = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Print who did what, when, under which rule, from the record: to an account, by a person, in a span of time."""
    if not any((account, person, rule, kind, since, until)):
        raise BadInputError(_("Name an account, or what else to look for: see `gardefou who --help`."))
    with the_house(data) as house, house.db.reading() as tx:
        row = account_named(tx, account) if account else None
        about = [] if row is None else [f"account:{row['id']}"]
        if person:
            about.append(f"person:{_opened(tx, person, as_, house.clock.now())}")
        asked = Wanted(
            about=tuple(about), rule=rule, kind=kind, since=_instant(since, "since"), until=_instant(until, "until")
        )
        found = investigate.find(tx, investigate.checked(asked), limit=last)
        lines = investigate.told(tx, found)[::-1]
        named = [(line, record.name(line), record.deed(line)) for line in lines]
    if json:
        things = [{**line.to_json(), "name": name, "deed": deed} for line, name, deed in named]
        of = {} if row is None else {"account": str(row["id"]), "handle": row["handle"]}
        answer({**of, "deeds": things}, as_json=True, words="")
        return
    if not named and row is not None and asked == Wanted(about=asked.about):
        answer({}, as_json=False, words=_("Nothing was ever done to @%(handle)s.", handle=row["handle"]))
        return
    if not named:
        answer({}, as_json=False, words=_("The record has nothing of the kind."))
        return
    _print(named, None if row is None else f"@{row['handle']}")


def _print(named: list[tuple[Line, str, str]], title: str | None) -> None:
    columns = [_("Entry"), _("When"), _("Who"), _("What"), _("Rules"), _("After")]
    if title is None:
        columns.insert(4, _("On whom"))
    table = Table(*columns, title=title)
    for line, name, deed in named:
        since = "" if line.since_last is None else duration(line.since_last)
        what = f"{deed} ({line.why})" if line.why else deed
        cells = [str(line.index), day_and_time(line.at, seconds=True), name, what, ", ".join(line.rules), since]
        if title is None:
            cells.insert(4, record.whom(line))
        table.add_row(*cells)
    out().print(table)


def _opened(tx: Tx, person: str, as_: str, now: int) -> int:
    """Return the person whose record is open to whoever asks.

    Raises:
        LookupUnreadableError: it is not.
    """
    if not as_:
        raise LookupUnreadableError(_("Say who asks, with --as: a person’s record is read by two auditors."))
    reader, person_id = Actor.person(int(person_named(tx, as_)["id"])), int(person_named(tx, person)["id"])
    if search_open_to(tx, person_id=person_id, reader=reader, now=now) is None:
        raise LookupUnreadableError(
            _(
                "That record is not open to them: two auditors sign an order person.search first, "
                "and read it within a day."
            )
        )
    return person_id


def _instant(typed: str, name: str) -> int | None:
    if not typed:
        return None
    try:
        return int(from_iso(typed))
    except (ValueError, OverflowError) as problem:
        message = _("“%(value)s” is not a date and time; write it as 2017-11-02T19:30, in UTC.", value=typed[:40])
        raise LookupUnreadableError(message, field=name) from problem
