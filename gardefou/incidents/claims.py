"""What the record shows of an incident, each as a code with fields. A statement asserts these and nothing else.

No claim names an agent or a reporter: people stand in them by role and number only (promise 19).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gardefou.accounts import queries as accounts
from gardefou.incidents import queries
from gardefou.orders import queries as orders
from gardefou.orders.kinds import DEEDS, SILENCING, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing the record shows.

    Attributes:
        key: which one it is within its incident: `dark:123`.
        code: which sentence says it.
        fields: what the sentence is filled with; instants and lengths in microseconds.
    """

    key: str
    code: str
    fields: dict[str, Any]


def claims_of(tx: Tx, incident_id: int) -> list[Claim]:
    """Return everything the record shows of an incident that may be said in public, in the order it happened."""
    row = queries.incident(tx, incident_id)
    handle = "" if row["account_id"] is None else str(accounts.account(tx, row["account_id"])["handle"])
    found: list[Claim] = []
    for order in queries.orders_of(tx, incident_id):
        found += _of_order(tx, order, handle)
    state = "reviewing" if row["state"] == "open" else "reviewed"
    return [*found, Claim(key=state, code=state, fields={})]


def _of_order(tx: Tx, order: Order, handle: str) -> list[Claim]:
    if order.kind not in SILENCING:
        return []
    base = {"handle": handle, "act": order.kind.value}
    people = 1 + len(orders.approvals(tx, order.id))
    if order.state is State.REFUSED:
        return [
            Claim(
                key=f"refused:{order.id}",
                code="refused",
                fields={**base, "at": order.proposed_at, "rules": _refusing(order)},
            ),
            *_proposer(order),
        ]
    if order.state is State.VOID:
        return [Claim(key=f"void:{order.id}", code="void", fields={**base, "because": order.ended_because})]
    if order.executed_at is None:
        return []
    ended = order.ended_at if order.state is State.REVERSED else None
    code = "dark" if order.kind is Kind.ACCOUNT_HIDE else "acted" if order.kind in DEEDS else "silenced"
    return [
        Claim(
            key=f"{code}:{order.id}",
            code=code if ended is not None else f"{code}_still",
            fields={**base, "from": order.executed_at, "until": ended},
        ),
        Claim(key=f"people:{order.id}", code="people", fields={**base, "people": people}),
        *_proposer(order),
        *(
            [Claim(key=f"restored:{order.id}", code="restored", fields={**base, "at": ended})]
            if ended is not None
            else []
        ),
    ]


def _refusing(order: Order) -> list[str]:
    """Return the rules that refused, each once, in their order."""
    rules = [str(reason.fields.get("rule", "")) for reason in order.verdict.reasons]
    return list(dict.fromkeys(rule for rule in rules if rule))


def _proposer(order: Order) -> list[Claim]:
    """Return what may be said of who proposed: the role, and whether it was the last day. Never the name."""
    who = order.facts["proposer"]
    if "machine" in who:
        return []
    last_day = bool(who["engaged"]) and who["engagement_days_left"] == 0
    return [
        Claim(
            key=f"proposer:{order.id}",
            code="proposer_last_day" if last_day else "proposer",
            fields={"role": (who["roles"] or ["none"])[0]},
        )
    ]


def supported(tx: Tx, incident_id: int, keys: Sequence[str]) -> list[Claim]:
    """Return the claims by these keys, in the record's order; those the record does not show are left out."""
    wanted = set(keys)
    return [claim for claim in claims_of(tx, incident_id) if claim.key in wanted]
