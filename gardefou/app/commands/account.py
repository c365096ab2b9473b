"""`restore` and `who`: bring an account back now, and ask the record who did what to it."""

from typing import Annotated, Any

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Json, answer, out, the_house
from gardefou.app.errors import FINDING, OK
from gardefou.app.people import account_named, number_typed, person_named
from gardefou.enforcement.restore import restore as restore_verb
from gardefou.events import Actor
from gardefou.guard.verdict import Refused, Verdict, to_json
from gardefou.orders import labels, queries
from gardefou.orders.kinds import DEEDS, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import Outcome
from gardefou.watch import who as record
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time, duration
from gardefou.words.reasons import sentence

Account = Annotated[str, typer.Argument(help="The account's handle or number.", metavar="ACCOUNT")]


def restore(
    account: Account,
    as_: Annotated[str, typer.Option("--as", help="Who restores: a name, number or e-mail address.")],
    why: Annotated[str, typer.Option(help="One sentence for the record.")] = "",
    order: Annotated[
        str,
        typer.Option(help="The number of the order to take back, as its page has it; the gravest if left out."),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> int:
    """Bring an account back now. It takes one person and no wait."""
    with the_house(data) as house, house.db.transaction() as tx:
        row = account_named(tx, account)
        person = person_named(tx, as_)
        outcome = restore_verb(
            tx,
            house.ports,
            actor=Actor.person(int(person["id"])),
            now=house.clock.now(),
            subject_kind="account",
            subject_id=int(row["id"]),
            why=why,
            reverses=number_typed(order) if order else None,
        )
        standing = queries.standing_by_record(tx, "account", int(row["id"]))
        gone = _gone(tx, outcome)
        reverses = outcome.order.reverses
        took_back = None if reverses is None else queries.order(tx, reverses).kind
        row = account_named(tx, str(row["id"]))  # By the name it goes by now.
    done = outcome.order.state is State.EXECUTED
    thing = {
        "account": str(row["id"]),
        "handle": row["handle"],
        "restored": done,
        "standing": standing,
        "order": str(outcome.order.id),
        "seconds": gone // 1_000_000,
        "verdict": to_json(outcome.verdict),
    }
    answer(thing, as_json=json, words=_words(str(row["handle"]), outcome, standing, gone, took_back))
    return OK if done else FINDING


def _gone(tx: Any, outcome: Outcome) -> int:
    """Return how long what is taken back was in effect, microseconds."""
    order = outcome.order
    if order.executed_at is None or order.reverses is None:
        return 0
    return order.executed_at - (queries.order(tx, order.reverses).executed_at or order.executed_at)


def _words(handle: str, outcome: Outcome, standing: str, gone: int, took_back: Kind | None) -> str:
    if outcome.order.state is State.EXECUTED and took_back is not None and took_back in DEEDS:
        return _(
            "Taken back from @%(handle)s after %(time)s: %(act)s. Order %(order)s.",
            handle=handle,
            act=labels.act(took_back),
            time=duration(gone),
            order=outcome.order.id,
        )
    if outcome.order.state is State.EXECUTED:
        return _(
            "Restored: @%(handle)s is %(standing)s again, after %(time)s. Order %(order)s.",
            handle=handle,
            standing=_standing(standing),
            time=duration(gone),
            order=outcome.order.id,
        )
    if isinstance(outcome.verdict, Refused):
        head = _("Refused. @%(handle)s was not restored. Nothing has changed.", handle=handle)
    else:
        head = _("Not yet. @%(handle)s is not restored: order %(order)s waits.", handle=handle, order=outcome.order.id)
    return "\n".join([head, *reasons(outcome.verdict)])


def _standing(standing: str) -> str:
    return {"active": _("active"), "limited": _("limited"), "frozen": _("frozen"), "hidden": _("hidden")}[standing]


def reasons(verdict: Verdict, **known: str | int) -> list[str]:
    """Return a verdict's reasons in words, one line each; `known` are fields the guard has no use for."""
    said = (sentence(one.code, {**known, **one.fields}) for one in verdict.reasons)
    return ["- " + " ".join(part for part in words if part) for words in said]


def who(
    account: Account,
    data: Data = None,
    json: Json = False,
) -> None:
    """Print who did what to an account, when, under which rule, from the record."""
    with the_house(data) as house, house.db.reading() as tx:
        row = account_named(tx, account)
        lines = record.who(tx, int(row["id"]))
        named = [(line, record.name(line), record.deed(line)) for line in lines]
    if json:
        things = [{**line.to_json(), "name": name, "deed": deed} for line, name, deed in named]
        answer({"account": str(row["id"]), "handle": row["handle"], "deeds": things}, as_json=True, words="")
        return
    if not named:
        answer({}, as_json=False, words=_("Nothing was ever done to @%(handle)s.", handle=row["handle"]))
        return
    table = Table(_("Entry"), _("When"), _("Who"), _("What"), _("Rules"), _("After"), title=f"@{row['handle']}")
    for line, name, deed in named:
        since = "" if line.since_last is None else duration(line.since_last)
        what = f"{deed} ({line.why})" if line.why else deed
        when = day_and_time(line.at, seconds=True)
        table.add_row(str(line.index), when, name, what, ", ".join(line.rules), since)
    out().print(table)
