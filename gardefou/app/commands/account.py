"""`restore`: bring an account back now."""

from typing import Annotated, Any

import typer

from gardefou.app.commands.common import Data, Json, answer, the_house
from gardefou.app.commands.restore_everything import restore_everything
from gardefou.app.commands.verdicts import reasons
from gardefou.app.errors import FINDING, OK
from gardefou.app.people import account_named, number_typed, person_named
from gardefou.enforcement.restore import restore as restore_verb
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.guard.verdict import Refused, to_json
from gardefou.orders import labels, queries
from gardefou.orders.kinds import DEEDS, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import Outcome
from gardefou.words import gettext as _
from gardefou.words.numbers import duration

Account = Annotated[str, typer.Argument(help="The account's handle or number.", metavar="[ACCOUNT]")]
By = Annotated[str, typer.Option(help="Put back everything this person did that is in effect, instead of one account.")]


def restore(
    as_: Annotated[str, typer.Option("--as", help="Who restores: a name, number or e-mail address.")],
    account: Account = "",
    why: Annotated[str, typer.Option(help="One sentence for the record.")] = "",
    everything_by: By = "",
    order: Annotated[
        str,
        typer.Option(help="The number of the order to take back, as its page has it; the gravest if left out."),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> int:
    """Bring an account back now, or everything that one person did. It takes one person and no wait."""
    if bool(account) == bool(everything_by) or (everything_by and order):
        raise BadInputError(_("Name an account, or --everything-by a person: one of the two."))
    if everything_by:
        return restore_everything(everything_by, as_, why=why, data=data, json=json)
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
