"""What happened in an incident, step by step, read from the record alone. People stand in it by role.

Names are opened only where they are asked for, for colleagues: the public's timeline never holds one (promise 19).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gardefou.guard.verdict import from_json
from gardefou.incidents import queries
from gardefou.ledger import store
from gardefou.ledger.store import Entry
from gardefou.orders.kinds import SHAPES, Kind
from gardefou.storage import Tx

#: Entries that say again what another one of the same instant says.
_ECHOES = frozenset({"order.reversed"})
#: What is only for colleagues.
_INTERNAL = frozenset({"incident.opened", "incident.stood_down", "statement.drafted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        index: the entry it stands in.
        at: when, microseconds.
        what: the record's word for it, `order.executed`.
        order_id: the order it is a step of.
        kind: what that order does; None where there is no order.
        role: who did it, by role; `machine:clock` of a machine, `member` of a member, empty where nobody is named.
        name: a colleague's name; empty unless asked for, or erased.
        rules: the rules it stood under; those that refused, where it was refused.
        because: why an order ended.
        standing: the page's standing before and after, where it changed.
        held_until: when a hold that begins here ends.
        statement_id: the statement drafted or published.
        since: how long after the step before it; None of the first.
    """

    index: int
    at: int
    what: str
    order_id: int | None
    kind: Kind | None
    role: str
    name: str
    rules: tuple[str, ...]
    because: str
    standing: tuple[str, str] | None
    held_until: int | None
    statement_id: int | None
    since: int | None

    @property
    def fell(self) -> bool:
        """Whether the page went here."""
        return self.standing is not None and self.standing[1] == "hidden" and self._of_account

    @property
    def rose(self) -> bool:
        """Whether the page came back here."""
        return self.standing is not None and self.standing[0] == "hidden" and self._of_account and not self.fell

    @property
    def undoes(self) -> bool:
        """Whether its order takes something back."""
        return self.kind is not None and SHAPES[self.kind].undoes

    @property
    def _of_account(self) -> bool:
        return self.kind is not None and self.kind.value.startswith("account.")


def steps(tx: Tx, incident_id: int, *, named: bool) -> list[Step]:
    """Return the steps of an incident, in the record's order.

    Args:
        tx: the open transaction.
        incident_id: the incident.
        named: whether colleagues read it: with names, drafts and the incident's own life.
    """
    entries = {entry.index: entry for entry in store.entries_about(tx, f"incident:{incident_id}")}
    for order in queries.orders_of(tx, incident_id):
        entries |= {entry.index: entry for entry in store.entry_of_order(tx, order.id)}
    kept = [
        entry for _, entry in sorted(entries.items()) if entry.kind not in (_ECHOES if named else _ECHOES | _INTERNAL)
    ]
    who = {entry.index: str(entry.body.get("who", "")) for entry in kept}
    keys = store.keys_of(tx, set(who.values()))
    names = store.open_(tx, set(who.values())) if named else {}
    roles = _roles(kept)
    found: list[Step] = []
    for entry in kept:
        key = who[entry.index]
        role = roles.get(key) or _other(key, keys)
        name = names.get(key, "") if keys.get(key, "").startswith("person:") else ""
        found.append(_step(entry, role, name, found[-1].at if found else None))
    return found


def _roles(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the role of everyone the entries' facts tell of, by commitment."""
    found: dict[str, str] = {}
    for entry in entries:
        facts = entry.body.get("facts") or {}
        for person in [facts.get("proposer") or {}, *facts.get("approvers", ())]:
            if person.get("roles"):
                found.setdefault(str(person["id"]), str(person["roles"][0]))
    return found


def _other(who: str, keys: Mapping[str, str]) -> str:
    """Return what somebody is whom no facts tell of: a machine by name, else the kind of their key."""
    return who if who.startswith("machine:") else keys.get(who, "").partition(":")[0]


def _step(entry: Entry, role: str, name: str, before: int | None) -> Step:
    body = entry.body
    change = body.get("standing")
    verdict: Mapping[str, Any] = body.get("verdict") or {}
    refused = verdict.get("verdict") == "refused"
    told = body.get("statement")
    return Step(
        index=entry.index,
        at=entry.at,
        what=entry.kind,
        order_id=entry.order_id,
        kind=Kind(body["order_kind"]) if "order_kind" in body else None,
        role=role,
        name=name,
        rules=_refusing(verdict) if refused else tuple(body.get("rules", ())),
        because=str(body.get("because", "")),
        standing=(change["before"], change["after"]) if change else None,
        held_until=int(verdict["until"]) if entry.kind == "order.held" else None,
        statement_id=int(told) if told else None,
        since=None if before is None else entry.at - before,
    )


def _refusing(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    found = [str(reason.fields.get("rule", "")) for reason in from_json(verdict).reasons]
    return tuple(dict.fromkeys(rule for rule in found if rule))


def dark(found: Iterable[Step]) -> list[tuple[int, int | None]]:
    """Return the times the page was gone; the last ends with None while it still is."""
    spans: list[tuple[int, int | None]] = []
    for step in found:
        if step.fell and (not spans or spans[-1][1] is not None):
            spans.append((step.at, None))
        elif step.rose and spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], step.at)
    return spans


def roles_of_order(tx: Tx, order_id: int) -> list[str]:
    """Return who decided an order, by role: the proposer first, then everyone who approved."""
    told: Mapping[str, Any] = {}
    for entry in store.entry_of_order(tx, order_id):
        told = entry.body.get("facts") or told
    people = [told.get("proposer") or {}, *told.get("approvers", ())]
    return [str(person["roles"][0]) for person in people if person.get("roles")]
