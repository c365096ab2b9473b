"""One line of the record as bytes, and back. Pure.

Bytes are a treaty: an entry once written is hashed for ever. So a version leads it, the meaning of a field never
changes, no field is renamed, retyped or taken away, new ones are only added, and a reader ignores those it does not
know. RFC 8785 fixes the rest: keys sorted, no spaces, one spelling for every value. There are no fractions, and ids,
instants and other numbers that may pass 2^53 are decimal strings.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import rfc8785

from gardefou.ledger.errors import EntryError

VERSION = 1
MAX_BYTES = 65_535
#: No calendar shows an instant outside these, microseconds: the years 1 to 9999, without their outermost days.
EARLIEST, LATEST = -62_135_510_400_000_000, 253_402_214_400_000_000
#: The largest whole number that every reader of JSON keeps exactly.
MAX_INTEGER = 2**53 - 1

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"


class EntryKind(StrEnum):
    """What an entry can say. Values are hashed: never change one, add below."""

    HOUSE_FOUNDED = "house.founded"
    RULEBOOK_ENTERED = "rulebook.entered"
    SETTING_DIGESTED = "setting.digested"
    ORDER_PROPOSED = "order.proposed"
    ORDER_REFUSED = "order.refused"
    ORDER_WAITING = "order.waiting"
    ORDER_HELD = "order.held"
    ORDER_EXECUTED = "order.executed"
    ORDER_REVERSED = "order.reversed"
    ORDER_VOIDED = "order.voided"
    ORDER_VOTED = "order.voted"
    ATTEMPT_REFUSED = "attempt.refused"
    CASE_CLOSED = "case.closed"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_STOOD_DOWN = "incident.stood_down"
    STATEMENT_DRAFTED = "statement.drafted"
    STATEMENT_PUBLISHED = "statement.published"
    TIER_REACHED = "tier.reached"
    CREDENTIAL_ENROLLED = "credential.enrolled"
    SIGN_IN_REFUSED = "sign_in.refused"
    TOKEN_COLLECTED = "token.collected"  # noqa: S105  # no secret
    CASE_REOPENED = "case.reopened"
    LEDGER_EXPORTED = "ledger.exported"
    REPORTER_WARNED = "reporter.warned"
    REPORTER_SUSPENDED = "reporter.suspended"
    REPORTER_LIFTED = "reporter.lifted"
    REPORTER_KEPT = "reporter.kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What an entry's bytes say."""

    kind: str
    at: int
    order_id: int | None
    body: dict[str, Json]


def encode(*, kind: str, at: int, order_id: int | None, body: Mapping[str, Json]) -> bytes:
    """Return an entry's bytes.

    Raises:
        EntryError: an unknown kind, a value that canonical JSON cannot hold exactly, or too many bytes; the message
            names where.
    """
    if kind not in frozenset(EntryKind):
        raise EntryError(f"{kind!r} is not a kind of entry: add it to EntryKind")
    line: dict[str, Json] = {"v": VERSION, "kind": str(kind), "at": str(at)}
    if order_id is not None:
        line["order"] = str(order_id)
    line["body"] = _plain(body, "body")
    content = rfc8785.dumps(line)
    if len(content) > MAX_BYTES:
        raise EntryError(f"an entry has at most {MAX_BYTES} bytes, and this {kind} would have {len(content)}")
    return content


def canonical(value: object) -> bytes:
    """Return any plain value as RFC 8785 canonical JSON, under the same limits as an entry.

    Raises:
        EntryError: it holds something canonical JSON cannot hold exactly; the message names where.
    """
    return rfc8785.dumps(_plain(value, "value"))


def _plain(value: object, where: str) -> Json:
    """Return the value as plain JSON, or say which part of it is not."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise EntryError(f"{where} is {value}, past 2^53: write it as a decimal string")
        return int(value)
    if isinstance(value, Mapping):
        return {_text(key, f"a name in {where}"): _plain(part, f"{where}.{key}") for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(part, f"{where}[{number}]") for number, part in enumerate(value)]
    raise EntryError(f"{where} is a {type(value).__name__}, which an entry cannot hold")


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise EntryError(f"{where} is a {type(value).__name__} and must be text")
    try:
        value.encode()
    except UnicodeEncodeError as problem:
        raise EntryError(f"{where} is not valid Unicode text") from problem
    return str(value)


def decode(content: bytes) -> Line:
    """Read an entry's bytes; only the one canonical spelling is accepted.

    Raises:
        EntryError: they are not an entry, or not spelled canonically.
    """
    try:
        line = json.loads(content, parse_float=_no_fraction, parse_constant=_no_fraction)
        body, order = line["body"], line.get("order")
        if line["v"] is True or line["v"] != VERSION or not isinstance(body, dict) or not isinstance(line["kind"], str):
            raise EntryError(f"an entry of version {line['v']!r} is not one we can read")
        at, order_id = _decimal(line["at"]), None if order is None else _decimal(order)
        if not EARLIEST <= at <= LATEST:
            raise EntryError(f"an entry of {line['at'][:40]} microseconds since 1970 is of no time that can be shown")
        if rfc8785.dumps(line) != content:
            raise EntryError("the entry's bytes are not canonical JSON")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise EntryError(f"these bytes are not an entry ({type(problem).__name__})") from problem
    return Line(kind=line["kind"], at=at, order_id=order_id, body=body)


def _no_fraction(spelled: str) -> None:
    raise EntryError(f"{spelled} is not a whole number")


def _decimal(value: object) -> int:
    if not isinstance(value, str) or str(int(value)) != value:
        raise EntryError(f"{value!r} is not a decimal string")
    return int(value)
