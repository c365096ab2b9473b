"""An order as the code sees it: one row, frozen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import RowMapping

from gardefou.events import Actor
from gardefou.events.actor import ActorKind
from gardefou.guard.verdict import Verdict, from_json
from gardefou.orders.kinds import SHAPES, Kind, Shape
from gardefou.orders.lifecycle import OPEN, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One guarded change, as it stands. Instants and lengths in microseconds; see `orders.tables.orders`."""

    id: int
    kind: Kind
    state: State
    version: int
    subject_kind: str
    subject_id: int
    account_id: int | None
    subject_version: int
    target: str | None
    proposer: Actor
    reason: str
    clause: str
    comment: str
    change: dict[str, str]
    evidence: dict[str, Any]
    evidence_digest: bytes
    rulebook_digest: bytes
    rules: tuple[str, ...]
    digest: bytes
    nonce: bytes
    facts: dict[str, Any]
    verdict: Verdict
    case_id: int | None
    reverses: int | None
    reversed_by: int | None
    proposed_at: int
    not_before: int | None
    lift_at: int | None
    approve_by: int | None
    hold: int
    execute_within: int
    quorum_at: int | None
    held_from: int | None
    effect_at: int | None
    execute_by: int | None
    executed_at: int | None
    ended_at: int | None
    ended_because: str | None
    spent_at: int | None

    @property
    def shape(self) -> Shape:
        """What is true of every order of this kind."""
        return SHAPES[self.kind]

    @property
    def open(self) -> bool:
        """Whether it can still take effect, or be stopped."""
        return self.state in OPEN

    @property
    def in_effect(self) -> bool:
        """Whether what it did is still done."""
        return self.state is State.EXECUTED

    @property
    def protected(self) -> bool:
        """Whether its subject was protected when it was proposed."""
        return bool(self.facts["asked"]["values"].get("protected", False))


def actor_named(text: str) -> Actor:
    """Read an actor from `kind:key`."""
    kind, _, key = text.partition(":")
    return Actor(kind=ActorKind(kind), key=key)


_READERS: dict[str, Any] = {
    "kind": Kind,
    "state": State,
    "proposer": actor_named,
    "change": lambda text: json.loads(text) if text else {},
    "evidence": json.loads,
    "rules": lambda text: tuple(json.loads(text)),
    "facts": json.loads,
    "verdict": lambda text: from_json(json.loads(text)),
}
_FIELDS = tuple(field.name for field in fields(Order))


def order_of(row: RowMapping | Mapping[str, Any]) -> Order:
    """Return the order a row holds."""
    return Order(**{name: _READERS[name](row[name]) if name in _READERS else row[name] for name in _FIELDS})
