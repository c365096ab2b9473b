"""Who did what to an account, when, under which rule: the answer it took a company a weekend to give.

Read from the record alone, not from the tables the record is there to check; people by name through the openings,
and as erased when the opening is gone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gardefou.guard.verdict import Reason, from_json
from gardefou.ledger import store
from gardefou.ledger.store import Entry
from gardefou.storage import Tx
from gardefou.watch.dossier import committed
from gardefou.words import gettext as _
from gardefou.words.deeds import deeds, sorts
from gardefou.words.kinds import doing
from gardefou.words.roles import tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One deed.

    Attributes:
        index: the entry it stands in.
        at: when, microseconds.
        kind: the record's word for it: `order.executed`, `order.voted`, `attempt.refused`, `incident.opened`.
        who: a person's name, a machine's as `machine:clock`, or nothing when nobody is named.
        erased: somebody did it whose name was erased.
        order_id: the order it is a step of.
        order_kind: what that order does, `account.hide`.
        subject: what it acts upon, as it was called then.
        subject_erased: it acts upon somebody whose name was erased.
        rules: the rules it stood under, by their names.
        reason: why, as a code.
        reasons: what the guard said, as codes to be put into words.
        because: why an order ended: `vetoed`, `expired`, `account.restore`.
        why: what the person wrote, unless erased.
        state: the order's state after it.
        standing: the subject's standing before and after, where it changed.
        tier: the tier it reached, where it did.
        since_proposal: how long after the order's proposal, microseconds.
        since_last: how long after the order's last step.
    """

    index: int
    at: int
    kind: str
    who: str
    erased: bool
    order_id: int | None
    order_kind: str
    subject: str
    subject_erased: bool
    rules: tuple[str, ...]
    reason: str
    reasons: tuple[Reason, ...]
    because: str
    why: str
    state: str
    standing: tuple[str, str] | None
    tier: str
    since_proposal: int | None
    since_last: int | None

    def to_json(self) -> dict[str, Any]:
        """Return it for machines: ids and instants as decimal strings, lengths in microseconds."""
        return {
            "entry": self.index,
            "at": str(self.at),
            "kind": self.kind,
            "who": self.who or None,
            "erased": self.erased,
            "order": None if self.order_id is None else str(self.order_id),
            "order_kind": self.order_kind or None,
            "subject": self.subject or None,
            "subject_erased": self.subject_erased,
            "rules": list(self.rules),
            "reason": self.reason or None,
            "reasons": [{"code": reason.code, **reason.fields} for reason in self.reasons],
            "because": self.because or None,
            "why": self.why or None,
            "state": self.state or None,
            "standing": None if self.standing is None else list(self.standing),
            "tier": self.tier or None,
            "since_proposal": self.since_proposal,
            "since_last": self.since_last,
        }


def who(tx: Tx, account_id: int, *, limit: int | None = None) -> list[Line]:
    """Return everything that was done to an account or tried, oldest first.

    Args:
        tx: the open transaction.
        account_id: the account.
        limit: at most so many entries; all of them when None.
    """
    return list(lines(tx, store.entries_about(tx, f"account:{account_id}", limit=limit)))


def of_order(tx: Tx, order_id: int) -> list[Line]:
    """Return one order's story, oldest first."""
    return list(lines(tx, store.entry_of_order(tx, order_id)))


def lines(tx: Tx, entries: Iterable[Entry]) -> Iterator[Line]:
    """Turn entries into lines."""
    known = list(entries)
    opened = store.open_(tx, {made for entry in known for made in committed(entry)})
    began: dict[int, int] = {}
    stepped: dict[int, int] = {}
    for entry in known:
        yield _line(entry, opened, began, stepped)
        if entry.order_id is not None:
            began.setdefault(entry.order_id, entry.at)
            stepped[entry.order_id] = entry.at


def _line(entry: Entry, opened: Mapping[str, str], began: Mapping[int, int], stepped: Mapping[int, int]) -> Line:
    body, order = entry.body, entry.order_id
    doer = str(body.get("who") or body.get("by") or "")
    named = doer if ":" in doer else opened.get(doer, "")
    change, subject = body.get("standing"), str(body.get("subject", ""))
    return Line(
        index=entry.index,
        at=entry.at,
        kind=entry.kind,
        who=named,
        erased=bool(doer) and not named,
        order_id=order,
        order_kind=str(body.get("order_kind", "")),
        subject=opened.get(subject, ""),
        subject_erased=bool(subject) and subject not in opened,
        rules=tuple(body.get("rules", ())),
        reason=str(body.get("reason", "")),
        reasons=from_json(body["verdict"]).reasons if "verdict" in body else (),
        because=str(body.get("because", "")),
        why=opened.get(str(body.get("why", "")), ""),
        state=str(body.get("state", {}).get("after", "")),
        standing=(change["before"], change["after"]) if change else None,
        tier=str(body.get("tier", "")),
        since_proposal=_since(entry, began),
        since_last=_since(entry, stepped),
    )


def _since(entry: Entry, moments: Mapping[int, int]) -> int | None:
    """Return how long after its order's moment an entry was written."""
    moment = None if entry.order_id is None else moments.get(entry.order_id)
    return None if moment is None else entry.at - moment


def name(line: Line) -> str:
    """Return who did it, in words."""
    if line.erased:
        return _("erased")
    if line.who.startswith("machine:"):
        machine = line.who.removeprefix("machine:")
        return _machines().get(machine, machine)
    return line.who or _("the house")


def whom(line: Line) -> str:
    """Return whom or what it acts upon, in words; of a post, whose it is. Nothing where it acts upon nobody."""
    return _("erased") if line.subject_erased else line.subject.partition("/")[0]


def _machines() -> dict[str, str]:
    return {
        "clock": _("the clock"),
        "importer": _("an import"),
        "setup": _("whoever runs the house"),
        "tiers": _("the count of followers"),
    }


def deed(line: Line) -> str:
    """Return what was done, in words."""
    what = doing(line.order_kind)
    words = _ended() if line.kind == "order.voided" else deeds()
    key = line.because if line.kind == "order.voided" else line.kind
    return words.get(key, line.kind) % {"what": what, "tier": tier(line.tier)}


def sort(kind: str) -> str:
    """Return what a kind of entry says, whatever it is about, in words."""
    return sorts().get(kind, kind)


def _ended() -> dict[str, str]:
    return {
        "withdrawn": _("Withdrawn: %(what)s"),
        "vetoed": _("Vetoed: %(what)s"),
        "expired": _("Ran out of time: %(what)s"),
        "stale": _("Void, since the account is no longer what was signed for: %(what)s"),
        "ineligible": _("Void, since somebody it rested on may not do it any more: %(what)s"),
        "rules changed": _("Void, since the rules have changed: %(what)s"),
    }
