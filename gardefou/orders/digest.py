"""An order's digest: what an approval is for, exactly (promise 3)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from gardefou.ledger.entry import canonical
from gardefou.orders.order import Order

#: The first bytes under every digest, so that it can be taken for nothing else. A treaty: a new form gets a new number.
TAG = b"gardefou order v1\x00"

_SIGNED = (
    "id",
    "kind",
    "subject_kind",
    "subject_id",
    "subject_version",
    "reason",
    "clause",
    "evidence_digest",
    "rulebook_digest",
    "proposer",
    "proposed_at",
    "not_before",
    "lift_at",
    "approve_by",
    "hold",
    "execute_within",
    "reverses",
    "nonce",
    "change",
)


def order_digest(row: Mapping[str, Any]) -> bytes:
    """Return SHA-256 over the tag and the canonical JSON of everything an approval stands for."""
    return hashlib.sha256(TAG + canonical({name: _plain(row[name]) for name in _SIGNED})).digest()


def as_signed(order: Order) -> bool:
    """Return whether an order still says what its digest was made of."""
    row = {name: getattr(order, name) for name in _SIGNED}
    row |= {
        "kind": order.kind.value,
        "proposer": str(order.proposer),
        "change": canonical(order.change).decode() if order.change else "",
    }
    return order_digest(row) == order.digest


def _plain(value: Any) -> Any:
    """Return bytes as hex and integers as decimal strings: canonical JSON has no 64-bit integers."""
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, int) else value
