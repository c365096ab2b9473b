"""The rows of orders and votes against their entries: none without an entry, none other than its entries say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, select

from gardefou.ledger import store, tables
from gardefou.ledger.entry import canonical
from gardefou.ledger.errors import EntryError
from gardefou.orders.digest import order_digest
from gardefou.orders.entries import refs_digest
from gardefou.orders.erase_words import emptied
from gardefou.orders.facts import anonymous
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders, vote
from gardefou.storage import Tx
from gardefou.watch.dossier import Dossier, digest_of
from gardefou.watch.finding import Finding
from gardefou.watch.replay import people_in

_ENDED = frozenset({State.REVERSED, State.REFUSED, State.VOID})


def check_orders(tx: Tx, dossiers: Mapping[int, Dossier]) -> Iterator[Finding]:
    """Yield every order row that no entry explains or that its entries contradict, and every order without its row."""
    seen, last = set(), -1
    while page := tx.all(select(orders).where(orders.c.id > last).order_by(orders.c.id).limit(store.PAGE)):
        keys = _Keys(tx, page, dossiers)
        for row in page:
            seen.add(row["id"])
            dossier = dossiers.get(row["id"])
            if dossier is None:
                yield Finding(code="order-forged", order_id=row["id"])
                continue
            for column in _differing(row, dossier, keys):
                yield Finding(code="order-differs", order_id=row["id"], fields={"column": column})
        last = page[-1]["id"]
    for order_id in dossiers.keys() - seen:
        yield Finding(code="order-missing", order_id=order_id)


class _Keys:
    """The commitments of everyone and everything that a page of orders names by id, and the comments committed to."""

    def __init__(self, tx: Tx, page: Sequence[RowMapping], dossiers: Mapping[int, Dossier]) -> None:
        self.facts = {row["id"]: _facts(row["facts"]) for row in page}
        self.verdicts = {row["id"]: _json(row["verdict"]) for row in page}
        wanted = {f"{row['subject_kind']}:{row['subject_id']}" for row in page} | {row["proposer"] for row in page}
        wanted |= {f"account:{row['account_id']}" for row in page}
        wanted |= {f"person:{key}" for facts in self.facts.values() for key in people_in(facts)}
        wanted |= {f"person:{text}" for said in self.verdicts.values() for text in store.texts_in(said) if _is_id(text)}
        self.commitments = commitments_of(tx, wanted)
        self._people = {key.removeprefix("person:"): made for key, made in self.commitments.items() if "person:" in key}
        firsts = [found.first for row in page if (found := dossiers.get(row["id"])) is not None and found.first]
        made = [
            str(first.body[name])
            for first in firsts
            for name in ("why", "change", "pointed_at")
            if first.body.get(name)
        ]
        self._opened = store.open_(tx, made)

    def verdict(self, order_id: int) -> Any:
        """Return an order's verdict as an entry would hold it."""
        return anonymous(self.verdicts[order_id], self._people)

    def text(self, first: store.Entry, name: str) -> str | None:
        """Return a text that an order's first entry committed to; None when its opening is gone."""
        made = first.body.get(name)
        return self._opened.get(made) if made else ""

    def facts_digest(self, order_id: int) -> bytes:
        """Return the digest of an order's facts as an entry would hold them."""
        facts = self.facts[order_id]
        names = {key: self.commitments.get(f"person:{key}", key) for key in people_in(facts)}
        return digest_of(anonymous(facts, names))


def _json(text: str) -> Any:
    """Return what a column holds, or None when it is no JSON any more."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _facts(text: str) -> Any:
    """Return the facts a column holds; none when they are not written as we write them."""
    facts = _json(text)
    try:
        people_in(facts)
    except (KeyError, TypeError):
        return {"approvers": [], "extras": [], "proposer": {}, "asked": {"concerns": ""}}
    return facts


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit()


def commitments_of(tx: Tx, keys: set[str]) -> dict[str, str]:
    """Return the commitment of each of these recurring things, as far as it has one."""
    found: dict[str, str] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), store.PAGE):
        part = tables.opening.c.key.in_(wanted[start : start + store.PAGE])
        found |= {row["key"]: row["commitment"] for row in tx.all(select(tables.opening).where(part))}
    return found


def _differing(row: RowMapping, dossier: Dossier, keys: _Keys) -> Iterator[str]:
    """Yield the columns of an order that are not what its entries say."""
    first, last = dossier.first, dossier.last
    if first is None or last is None:  # A dossier is opened by its first entry.
        return
    said: dict[str, Any] = {
        "state": dossier.state.value,
        # Each step raised it by one; it was written as 0.
        "version": dossier.steps,
        "quorum_at": dossier.held_at,
        # Of what was erased nothing is left; whether an order did that, its entries were asked.
        "comment": keys.text(first, "why") or "",
        "change": _change(row, keys.text(first, "change")),
        "kind": first.body["order_kind"],
        "subject_kind": first.body["subject_kind"],
        "subject_version": int(first.body["subject_version"]),
        "reason": first.body["reason"],
        "digest": bytes.fromhex(first.body["digest"]),
        "rulebook_digest": bytes.fromhex(first.body["rulebook"]),
        "case_id": _number(first.body.get("case")),
        "reverses": _number(first.body.get("reverses")),
        "reversed_by": _number(last.body.get("reversed_by")),
        "proposed_at": int(first.body["proposed_at"]),
        "held_from": dossier.held_at,
        "executed_at": dossier.executed_at,
        "ended_at": last.at if dossier.state in _ENDED else None,
        "ended_because": last.body.get("because"),
        "target": dossier.target,
        "effect_at": dossier.held_until,
    }
    # An order is spent as it takes effect; an unspent one could be used again.
    said["spent_at"] = dossier.executed_at
    if dossier.held_until is not None:
        said["execute_by"] = dossier.held_until + row["execute_within"]
    yield from (column for column, value in said.items() if row[column] != value)
    if _json(row["rules"]) != first.body["rules"]:
        yield "rules"
    if keys.verdict(row["id"]) != dossier.verdict:
        yield "verdict"
    yield from _evidence(row, first, keys.text(first, "pointed_at"))
    if keys.text(first, "change") is not None and order_digest(dict(row)) != row["digest"]:
        yield "digest"
    if keys.facts_digest(row["id"]) != dossier.facts_digest:
        yield "facts"
    yield from _misnamed(row, first, keys)


def _change(row: RowMapping, opened: str | None) -> str:
    """Return what the column must hold: what the record opens to; once that was erased, nothing that names anybody."""
    if opened is not None:
        return opened
    left = _json(row["change"])
    return canonical(emptied(left)).decode() if isinstance(left, dict) else ""


def _evidence(row: RowMapping, first: store.Entry, opened: str | None) -> Iterator[str]:
    """Yield what is not the evidence of the first entry; entries of before it was written there name none."""
    if opened:
        committed_to = _json(opened) or {}
        if row["evidence_digest"].hex() != committed_to.get("digest"):
            yield "evidence_digest"
        if _json(row["evidence"]) != committed_to.get("refs"):
            yield "evidence"
        return
    said = first.body.get("evidence")
    if said is None:
        return
    if row["evidence_digest"].hex() != said["digest"]:
        yield "evidence_digest"
    try:
        same = refs_digest(json.loads(row["evidence"])) == said["refs"]
    except (EntryError, TypeError, ValueError):
        same = False
    if not same:
        yield "evidence"


def _misnamed(row: RowMapping, first: store.Entry, keys: _Keys) -> Iterator[str]:
    """Yield the columns that name another person, account or post than the first entry's commitments stand for."""
    if keys.commitments.get(f"{row['subject_kind']}:{row['subject_id']}") != first.body["subject"]:
        yield "subject_id"
    if row["subject_kind"] == "account" and row["account_id"] != row["subject_id"]:
        yield "account_id"
    if row["subject_kind"] == "post" and keys.commitments.get(f"account:{row['account_id']}") != first.body["account"]:
        yield "account_id"
    if keys.commitments.get(row["proposer"], row["proposer"]) != first.body["who"]:
        yield "proposer"


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def check_votes(tx: Tx, dossiers: Mapping[int, Dossier]) -> Iterator[Finding]:
    """Yield every vote that no entry explains or that its entry contradicts, and every vote without its row."""
    left = {(order_id, *vote) for order_id, dossier in dossiers.items() for vote in dossier.votes}
    last = -1
    while page := tx.all(select(vote).where(vote.c.id > last).order_by(vote.c.id).limit(store.PAGE)):
        people = commitments_of(tx, {f"person:{row['person_id']}" for row in page})
        ids = {row["order_id"] for row in page}
        owners = {
            row["id"]: row["account_id"]
            for row in tx.all(select(orders.c.id, orders.c.account_id).where(orders.c.id.in_(ids)))
        }
        for row in page:
            who = people.get(f"person:{row['person_id']}", "")
            dossier = dossiers.get(row["order_id"])
            if dossier is None or (who, row["verb"]) not in dossier.votes:
                voted = dossier is not None and any(who == one for one, _verb in dossier.votes)
                code, fields = ("vote-differs", {"column": "verb"}) if voted else ("vote-forged", {})
                yield Finding(code=code, order_id=row["order_id"], fields=fields)
                continue
            left.discard((row["order_id"], who, row["verb"]))
            if row["account_id"] != owners.get(row["order_id"]):
                yield Finding(code="vote-differs", order_id=row["order_id"], fields={"column": "account_id"})
            for column in _vote_differs(tx, row, dossier, who):
                yield Finding(code="vote-differs", order_id=row["order_id"], fields={"column": column})
        last = page[-1]["id"]
    for order_id, _who, _verb in sorted(left):
        yield Finding(code="vote-missing", order_id=order_id)


def _vote_differs(tx: Tx, row: RowMapping, dossier: Dossier, who: str) -> Iterator[str]:
    said = dossier.votes[who, row["verb"]]
    if row["at"] != said.at:
        yield "at"
    if dossier.first is not None and row["order_digest"].hex() != dossier.first.body["digest"]:
        yield "order_digest"
    if row["why"] != store.open_(tx, [said.why]).get(said.why, ""):
        yield "why"
