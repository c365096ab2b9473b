"""`approve` and `veto`: a yes or a no to one order, by a key in this machine's socket.

At a terminal nothing but a key says who somebody is: without one, the order's page in the browser is named.
"""

from collections.abc import Callable
from typing import Annotated

import typer

from gardefou.app.commands.account import reasons
from gardefou.app.commands.common import Data, Json, answer, the_house
from gardefou.app.commands.signing import answer_here
from gardefou.app.errors import FINDING, OK
from gardefou.app.house import House, address
from gardefou.app.people import number_typed, person_named
from gardefou.events import Actor
from gardefou.guard.verdict import Refused, to_json
from gardefou.orders import approve as approving
from gardefou.orders import labels, queries
from gardefou.orders import veto as vetoing
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome
from gardefou.orders.sign import asked_by
from gardefou.staff.signed_bytes import Verb
from gardefou.storage import Tx
from gardefou.words import gettext as _

Number = Annotated[str, typer.Argument(help="The order's number, as its page has it.", metavar="ORDER")]
As = Annotated[str, typer.Option("--as", help="Whose key signs: a name, number or e-mail address.")]
Why = Annotated[str, typer.Option(help="One sentence for colleagues.")]
Cast = Callable[[Tx, House, Actor, Order, str], Outcome]


def approve(order: Number, as_: As, why: Why = "", data: Data = None, json: Json = False) -> int:
    """Sign one exact order with a key in this machine's socket, or say where the browser signs it."""

    def cast(tx: Tx, house: House, who: Actor, read: Order, said: str) -> Outcome:
        return approving.approve(
            tx,
            house.ports,
            actor=who,
            now=house.clock.now(),
            order_id=read.id,
            digest_hex=read.digest.hex(),
            why=why,
            said=said,
        )

    return _vote(cast, "approve", order, as_=as_, data=data, json=json)


def veto(order: Number, as_: As, why: Why = "", data: Data = None, json: Json = False) -> int:
    """Stop one order with a key in this machine's socket, or say where the browser stops it."""

    def cast(tx: Tx, house: House, who: Actor, read: Order, said: str) -> Outcome:
        now = house.clock.now()
        return vetoing.veto(tx, house.ports, actor=who, now=now, order_id=read.id, why=why, said=said)

    return _vote(cast, "veto", order, as_=as_, data=data, json=json)


def _vote(cast: Cast, verb: Verb, typed: str, *, as_: str, data: str | None, json: bool) -> int:
    with the_house(data) as house:
        with house.db.reading() as tx:
            who = Actor.person(int(person_named(tx, as_)["id"]))
            found = queries.order(tx, number_typed(typed))
            link = f"{address(tx, house)}/desk/orders/{found.id}"
        signs = found.open and asked_by(found.verdict.plan)
        said = answer_here(house, who=who, verb=verb, order=lambda _tx, _now: found) if signs else ""
        if not said:
            words = _("Read it and decide in the browser: %(link)s", link=link)
            answer({"order": str(found.id), "state": found.state.value, "url": link}, as_json=json, words=words)
            return OK
        with house.db.transaction() as tx:
            outcome = cast(tx, house, who, found, said)
    answer(
        {
            "order": str(found.id),
            "state": outcome.order.state.value,
            "url": link,
            "verdict": to_json(outcome.verdict),
        },
        as_json=json,
        words=_words(outcome, verb, link),
    )
    return FINDING if isinstance(outcome.verdict, Refused) else OK


def _words(outcome: Outcome, verb: Verb, link: str) -> str:
    title = labels.act(outcome.order.kind)
    if isinstance(outcome.verdict, Refused):
        return "\n".join([_("Refused: %(title)s. Nothing has changed.", title=title), *reasons(outcome.verdict)])
    if verb == "veto":
        return _("Stopped: %(title)s. Nothing was done: %(link)s", title=title, link=link)
    return "\n".join([_("Signed: %(title)s. See %(link)s", title=title, link=link), *reasons(outcome.verdict)])
