"""What an attack is held against: a refusal that stands in the record with the rule that refused."""

from collections.abc import Mapping
from typing import Any

from gardefou.enforcement.restore import restore
from gardefou.guard.verdict import Refused
from gardefou.ledger import store
from gardefou.orders import rulebook
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome
from gardefou.orders.veto import veto
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.storage import open_database
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit


def last_entry(town: Town, order_id: int) -> tuple[str, Mapping[str, Any]]:
    """Return the kind and the body of the last entry of an order's life, whatever incident it opened."""
    with town.db.reading() as tx:
        told = store.entry_of_order(tx, order_id)
    entry = [one for one in told if one.kind.startswith(("order.", "attempt."))][-1]
    return entry.kind, entry.body


def recorded(town: Town, order_id: int, code: str, rule: str | None = None) -> None:
    """Insist that the last entry about an order is a refusal for that reason, by that rule."""
    kind, body = last_entry(town, order_id)
    assert kind in ("order.refused", "attempt.refused")
    assert body["verdict"]["verdict"] == "refused"
    reasons = body["verdict"]["reasons"]
    # Where an approver is said not to count, the reason stands one deeper.
    assert any(code in (one["code"], one["fields"].get("why")) for one in reasons), reasons
    if rule is not None:
        assert rule in body["rules"] or rule in [one["fields"].get("rule") for one in reasons], reasons


def refused(town: Town, outcome: Outcome, code: str, rule: str | None = None) -> None:
    """Insist that what was tried was refused, for that reason, by that rule, and that the record says so."""
    assert isinstance(outcome.verdict, Refused), outcome.verdict
    recorded(town, outcome.order.id, code, rule)


def refused_at_the_desk(
    town: Town, visit: Visit, who: str, code: str, rule: str, *, kind: str, subject_id: int = 0, **change: str
) -> None:
    """Insist that the desk's form for a safeguard is refused likewise, and that the record says so."""
    form = {"kind": kind, "subject_id": str(subject_id), **change}
    answer = visit(who, accept="application/json").post("/desk/changes", json=form)
    assert answer.status_code == 403, answer.text
    recorded(town, int(answer.json()["order"]), code, rule)


def void(town: Town, order: Order, because: str) -> None:
    """Insist that an order can never take effect, and that the record says why."""
    assert (order.state, order.ended_because) == (State.VOID, because)
    kind, body = last_entry(town, order.id)
    assert (kind, body["because"]) == ("order.voided", because)


def orders_of(town: Town, *names: str) -> int:
    """Return how many of these accounts are not as they were."""
    return sum(town.standing(name) != "active" for name in names)


def stop(town: Town, who: str, order_id: int) -> Outcome:
    """Veto an order."""
    with town.db.transaction() as tx:
        return veto(tx, town.ports, actor=town.people[who], now=town.now, order_id=order_id, why="No.")


def bring_back(town: Town, who: str, account: str, *, post: int | None = None) -> Outcome:
    """Restore an account, or one of its posts."""
    with town.db.transaction() as tx:
        return restore(
            tx,
            town.ports,
            actor=town.people[who],
            now=town.now,
            subject_kind="account" if post is None else "post",
            subject_id=town.accounts[account] if post is None else post,
        )


def agreed(town: Town, outcome: Outcome, *approvers: str) -> Order:
    """Let everyone be told of an order and these people agree; return it as it then is."""
    town.tell_everyone(outcome.order.id)
    for who in approvers:
        outcome = town.approve(who, outcome.order.id)
    return outcome.order


def other_rules(town: Town, old: str, new: str) -> Outcome:
    """Keep a rulebook that differs in these words, and let the administrator propose it."""
    with town.db.transaction() as tx:
        text = rulebook.text_in_force(tx)[1].replace(old, new)
        book = town.ports.load_rulebook(text)
        rulebook.keep(tx, actor=town.people["administrator"], now=town.now, book=book, text=text)
    return town.change("administrator", "rulebook.replace", HOUSE_ID, digest=book.digest.hex())


def other_door(town: Town) -> Town:
    """Return the same house through connections of its own, as another process would have."""
    door = Town(db=open_database(town.db.engine.url.render_as_string(hide_password=False)), clock=town.clock)
    door.people, door.accounts, door.posts = town.people, town.accounts, town.posts
    return door
