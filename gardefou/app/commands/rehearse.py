"""`rehearse`: what the record's past would have been under another rulebook, before anyone votes on it."""

from typing import Annotated

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Json, answer, out, the_house
from gardefou.app.commands.prove import called, read_file
from gardefou.app.errors import OK
from gardefou.guard.rules import Rulebook
from gardefou.orders import labels
from gardefou.orders.kinds import kind_named
from gardefou.watch.rehearse import Fate, Rehearsal, Rehearsed, fates
from gardefou.watch.rehearse import rehearse as play
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import day_and_time, duration

MOST_SHOWN = 40


def rehearse(
    rulebook: Annotated[str, typer.Argument(help="The rulebook's file.", metavar="RULEBOOK")],
    data: Data = None,
    json: Json = False,
) -> int:
    """Play the record's past under another rulebook: what it would have stopped, delayed or let through."""
    book = read_file(rulebook)
    with the_house(data) as house, house.db.reading() as tx:
        played = play(tx, book)
    if json:
        answer(_thing(book, played), as_json=True, words="")
        return OK
    _tell(called(book, rulebook), played)
    return OK


def _thing(book: Rulebook, played: Rehearsal) -> dict[str, object]:
    middle, worst = played.delays
    return {
        "rulebook": book.digest.hex(),
        "name": book.name,
        "counts": {fate.value: number for fate, number in played.counts.items()},
        "delay": {"median": str(middle), "worst": str(worst)},
        "orders": [one.to_json() for one in played.others],
    }


def _tell(name: str, played: Rehearsal) -> None:
    counts = played.counts
    summary = Table(title=_("The past under %(name)s", name=name), show_header=False)
    for fate in Fate:
        if counts[fate] or fate is not Fate.UNREADABLE:
            summary.add_row(fates()[fate], str(counts[fate]), _bar(counts[fate], len(played.orders)))
    out().print(summary)
    if counts[Fate.DELAYED]:
        middle, worst = played.delays
        words = _(
            "Delays: %(middle)s in the middle, %(worst)s at worst.", middle=duration(middle), worst=duration(worst)
        )
        out().print(words, markup=False)
    if not played.others:
        out().print(_("Nothing would have gone otherwise."), markup=False)
        return
    table = Table(_("When"), _("Order"), _("What"), _("Tier"), _("Would have been"))
    for one in played.others[-MOST_SHOWN:]:
        act = labels.act(kind_named(one.kind))
        tier = labels.tier(one.tier) if one.tier else ""
        table.add_row(day_and_time(one.at), str(one.order_id), act, tier, _became(one))
    out().print(table)
    left = len(played.others) - MOST_SHOWN
    if left > 0:
        out().print(ngettext("%(count)s earlier one: --json.", "%(count)s earlier ones: --json.", left), markup=False)


def _bar(number: int, of: int) -> str:
    return "█" * round(24 * number / of) if of else ""


def _became(one: Rehearsed) -> str:
    words = fates()[one.fate]
    if one.fate is Fate.DELAYED:
        return f"{words}: {duration(one.delay)}"
    if one.people:
        more = ngettext("%(count)s more person", "%(count)s more people", one.people)
        return f"{words}: {more}"
    rules = ", ".join(dict.fromkeys(rule for rule, _code in one.reasons if rule))
    return f"{words} ({rules})" if rules else words
