"""`approve` and `veto`: a yes or a no to one order, by a key in this machine's socket.

At a terminal nothing but a key says who somebody is: without one, the order's page in the browser is named.
"""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from gardefou.app.commands.common import Data, Json, answer, the_house
from gardefou.app.commands.signing import answer_here
from gardefou.app.commands.verdicts import reasons
from gardefou.app.errors import FINDING, OK
from gardefou.app.house import House, address
from gardefou.app.people import number_typed, person_named
from gardefou.events import Actor
from gardefou.guard.verdict import Refused, Verdict, to_json
from gardefou.orders import approve as approving
from gardefou.orders import labels, queries, rulebook
from gardefou.orders import veto as vetoing
from gardefou.orders.errors import NotOpenError
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome
from gardefou.orders.sign import asked_by
from gardefou.orders.subject import subject_of
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
            against = _against(tx, house, verb, found, who)
        if against is not None:
            words = "\n".join([_("Refused: nothing was signed, and nothing has changed."), *reasons(against)])
            answer(_thing(found, link, against), as_json=json, words=words)
            return FINDING
        signs = asked_by(found.verdict.plan)
        said = answer_here(house, who=who, verb=verb, order=lambda _tx, _now: found) if signs else ""
        if not said:
            words = _(
                "Nothing was signed: no key answered here. Read it and decide in the browser: %(link)s", link=link
            )
            answer(_thing(found, link), as_json=json, words=words)
            return FINDING
        with house.db.transaction() as tx:
            outcome = cast(tx, house, who, found, said)
    answer(_thing(outcome.order, link, outcome.verdict), as_json=json, words=_words(outcome, verb, link))
    return FINDING if isinstance(outcome.verdict, Refused) else OK


def _thing(order: Order, link: str, verdict: Verdict | None = None) -> dict[str, Any]:
    said = {} if verdict is None else {"verdict": to_json(verdict)}
    return {"order": str(order.id), "state": order.state.value, "url": link, **said}


def _against(tx: Tx, house: House, verb: Verb, order: Order, who: Actor) -> Refused | None:
    """Return why this person's yes or no could not count, if they signed as well as they can; None where it could.

    Raises:
        NotOpenError: the order is over, or asks nobody any more.
    """
    now = house.clock.now()
    if verb == "veto":
        if not order.open:
            raise NotOpenError(_("order %(order)s is over: there is nothing left to stop", order=order.id))
        verdict = vetoing.judge(tx, house.ports, actor=who, order=order, now=now)
        return verdict if isinstance(verdict, Refused) else None
    if order.state is not State.WAITING:
        raise NotOpenError(_("order %(order)s asks nobody any more", order=order.id))
    subject = subject_of(
        tx, house.ports, kind=order.kind, subject_id=order.subject_id, change=order.change, now=now, lock=False
    )
    book = rulebook.in_force(tx, house.ports.load_rulebook)
    _facts, _after, against = approving.judge(tx, house.ports, book, order=order, subject=subject, actor=who, now=now)
    return Refused(reasons=against, plan=order.verdict.plan, filled=order.verdict.filled) if against else None


def _words(outcome: Outcome, verb: Verb, link: str) -> str:
    title = labels.act(outcome.order.kind)
    if isinstance(outcome.verdict, Refused):
        return "\n".join([_("Refused: %(title)s. Nothing has changed.", title=title), *reasons(outcome.verdict)])
    if verb == "veto":
        return _("Stopped: %(title)s. Nothing was done: %(link)s", title=title, link=link)
    return "\n".join([_("Signed: %(title)s. See %(link)s", title=title, link=link), *reasons(outcome.verdict)])
