"""One order as its entries tell it, step by step; every step is checked and every decision asked again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from gardefou.errors import GardefouError
from gardefou.guard.rules import Rulebook
from gardefou.guard.verdict import to_json
from gardefou.ledger.entry import canonical
from gardefou.ledger.store import Entry
from gardefou.orders.lifecycle import TRANSITIONS, State
from gardefou.watch.finding import Finding
from gardefou.watch.replay import Facts, people_in, proposer_of, replay

#: What the guard must have said for an order to take a step.
_NEEDS = {
    "order.refused": "refused",
    "order.proposed": "waiting",
    "order.waiting": "waiting",
    "order.held": "held",
    "order.executed": "cleared",
}
#: Entries that tell of an order without moving it.
STANDS_STILL = frozenset({"order.voted", "attempt.refused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's yes or no as the record has it; `why` is a commitment, or empty."""

    at: int
    why: str


@dataclass(slots=True, kw_only=True)
class Dossier:
    """What the entries of one order say so far."""

    order_id: int
    #: Whom people were joined into by now, the record over; who a decision then counts as one.
    joined: Mapping[str, str] = field(default_factory=dict)
    state: State = State.PROPOSED
    first: Entry | None = None
    last: Entry | None = None
    facts_digest: bytes = b""
    extras: list[Any] = field(default_factory=list)
    #: By who and verb: whoever has approved may still veto.
    votes: dict[tuple[str, str], Vote] = field(default_factory=dict)
    steps: int = 0
    verdict: Any = None
    told_at: int | None = None
    #: Each entry whose decision was told of a witness, and when that one is said to have signed.
    witnessed: list[tuple[int, int]] = field(default_factory=list)
    held_at: int | None = None
    held_until: int | None = None
    executed_at: int | None = None
    target: str | None = None

    @property
    def approvers(self) -> set[str]:
        """Everyone whose yes is on the record."""
        return {who for who, verb in self.votes if verb == "approve"}

    def take(self, entry: Entry, book: Rulebook) -> Iterator[Finding]:
        """Check one more entry and take it in.

        Steps:
            (1) It is a step of the lifecycle, from the state the order was in.
            (2) What was fixed at proposal is the same.
            (3) The decision it rests on is there, about these facts, and the guard gives it again.
            (4) The order is then as the entry says.
        """
        yield from self._step(entry)
        yield from self._fixed(entry)
        yield from self._decision(entry, book)
        self.keep(entry)

    def _finding(self, code: str, entry: Entry, **fields: str | int) -> Finding:
        return Finding(code=code, index=entry.index, order_id=self.order_id, fields=fields)

    def _step(self, entry: Entry) -> Iterator[Finding]:
        """(1)."""
        before, after = entry.body["state"]["before"], entry.body["state"]["after"]
        if entry.kind in STANDS_STILL:
            fits = before == after == self.state and self.first is not None
        else:
            fits = before == self.state and TRANSITIONS.get((State(before), State(after))) == entry.kind
        if not fits:
            yield self._finding("step-impossible", entry, step=f"{entry.kind}, {before} → {after} ({self.state})")

    def _fixed(self, entry: Entry) -> Iterator[Finding]:
        """(2)."""
        if self.first is None:
            return
        for name in (
            "order_kind",
            "digest",
            "subject",
            "subject_kind",
            "subject_version",
            "reason",
            "rules",
            "reverses",
        ):
            if entry.body.get(name) != self.first.body.get(name):
                yield self._finding("facts-differ", entry, what=name)

    def _decision(self, entry: Entry, book: Rulebook) -> Iterator[Finding]:
        """(3)."""
        facts, recorded = entry.body.get("facts"), entry.body["verdict"]
        wanted = _NEEDS.get(entry.kind)
        if facts is None:
            if wanted is not None:
                yield self._finding("decision-missing", entry)
            return
        wrong = self._unfit(entry, facts)
        if wrong:
            yield self._finding("facts-differ", entry, what=wrong)
        try:
            again = to_json(replay(book, facts))
        except (KeyError, TypeError, ValueError, GardefouError) as problem:
            yield self._finding("facts-differ", entry, what=f"facts ({type(problem).__name__})")
            return
        same = _refusal_stands(entry, recorded, again) if entry.kind == "attempt.refused" else again == recorded
        if not same or (wanted is not None and again["verdict"] != wanted):
            yield self._finding(
                "decision-differs", entry, again=str(again["verdict"]), recorded=str(recorded["verdict"])
            )

    def _unfit(self, entry: Entry, facts: Facts) -> str:
        """Return which of the facts are not those of this order at this step, or nothing."""
        first, clocks = self.first or entry, facts["clocks"]
        who, proposer = entry.body["who"], first.body["who"]
        # Who acts does so under their own number; whoever acted before is by now whom they were joined into.
        voters = {self.joined.get(one, one) for one in self.approvers} | (
            {who} if entry.kind in STANDS_STILL else set()
        )
        proposers = {self.joined.get(proposer, proposer)} | ({proposer} if self.first is None else set())
        asked = {str(person["id"]) for person in facts["approvers"]}
        checks = {
            "kind": facts["asked"]["kind"] == entry.body["order_kind"],
            "reason": facts["asked"]["reason"] == entry.body["reason"],
            "concerns": facts["asked"]["concerns"] in ("", entry.body["subject"]),
            "now": facts["now"] == str(entry.at),
            "proposed_at": clocks["proposed_at"] == first.body["proposed_at"],
            "held_from": clocks["held_from"] == (None if self.held_at is None else str(self.held_at)),
            "proposer": any(_is(proposer_of(facts), one) for one in proposers),
            "approvers": asked == voters and len(facts["approvers"]) == len(asked),
            "extras": self.first is None or self._as_joined(_lasting(facts)) == self._as_joined(self.extras),
        }
        return next((name for name, fits in checks.items() if not fits), "")

    def _as_joined(self, extras: Sequence[Any]) -> list[tuple[str, frozenset[str]]]:
        """Return extra places with the people they leave out as the humans they are by now."""
        return [(one["because"], frozenset(self.joined.get(who, who) for who in one["outside"])) for one in extras]

    def keep(self, entry: Entry) -> None:
        """(4) Take an entry in, whatever it says."""
        kept = _light(entry)
        if self.first is None:
            self.first = kept
            self.facts_digest = digest_of(entry.body.get("facts"))
            self.extras = _lasting(entry.body.get("facts", {"extras": []}))
        if entry.kind != "attempt.refused":  # It leaves the order as it was.
            self.steps += 1
            self.verdict = entry.body["verdict"]
        witnessed_at = entry.body.get("facts", {}).get("clocks", {}).get("witnessed_at")
        if witnessed_at is not None:
            self.witnessed.append((entry.index, int(witnessed_at)))
        if self.told_at is None and entry.body.get("facts", {}).get("clocks", {}).get("notices") == "accepted":
            self.told_at = entry.at
        self.last = kept
        self.state = State(entry.body["state"]["after"])
        why = str(entry.body.get("why", ""))
        if entry.kind == "order.voted":
            self.votes[entry.body["who"], "approve"] = Vote(at=entry.at, why=why)
        elif entry.kind == "order.voided" and entry.body.get("because") == "vetoed":
            self.votes[entry.body["who"], "veto"] = Vote(at=entry.at, why=why)
        elif entry.kind == "order.held":
            self.held_at, self.held_until = entry.at, int(entry.body["verdict"]["until"])
        elif entry.kind == "order.executed":
            self.executed_at = entry.at
            self.target = entry.body.get("standing", {}).get("after")


def _light(entry: Entry) -> Entry:
    """Return an entry without its facts, which are by far the most of it, and without its bytes."""
    return replace(entry, body={name: value for name, value in entry.body.items() if name != "facts"}, content=b"")


def _is(fact: str, who: str) -> bool:
    """Return whether the guard was told of this actor; a member or visitor is a machine without a name to it."""
    return fact == who or (fact == "machine:" and _is_commitment(who))


def _lasting(facts: Facts) -> list[Any]:
    """Return the extra places fixed at proposal; those that stand in for what is lacking come and go."""
    return [extra for extra in facts["extras"] if extra["because"] == "veto"]


def digest_of(facts: Mapping[str, Any] | None) -> bytes:
    """Return a digest to compare facts by."""
    return sha256(canonical(facts or {})).digest()


def _refusal_stands(entry: Entry, recorded: Mapping[str, Any], again: Mapping[str, Any]) -> bool:
    """Return whether an attempt was rightly refused: with this person's yes, no more places would have been filled."""
    if recorded["verdict"] != "refused":
        return False
    gained = sum(1 for one in again["filled"] if one) - sum(1 for one in recorded["filled"] if one)
    return gained <= 0 or entry.body["who"] not in again["filled"]


def committed(entry: Entry) -> dict[str, str]:
    """Return every commitment an entry makes, and where; each must have its opening."""
    body = entry.body
    found: dict[str, str] = {}
    if isinstance(body.get("facts"), Mapping):
        found |= people_in(body["facts"])
    for name in (
        "who",
        "subject",
        "account",
        "person",
        "why",
        "comment",
        "text",
        "change",
        "pointed_at",
        "safeguards",
        "settings",
        "signature",
        "credential",
        "said",
    ):
        value = body.get(name)
        if isinstance(value, str) and _is_commitment(value):
            found[value] = name
    return found


def _is_commitment(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004  # the digits of SHA-256
