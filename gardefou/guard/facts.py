"""What a decision is told: who asks, what for, under which clocks. Plain values, read once by the caller."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = int | bool | str

#: What `engagement_days_left` is when the engagement has no last day.
OPEN_ENDED = 1_000_000

#: Everything that staff may do which takes something from an account's owner (promise 1).
SILENCING = frozenset(
    {
        "account.hide",
        "account.limit",
        "account.freeze",
        "account.rename",
        "account.block",
        "account.unfollow",
        "account.contact",
        "account.credentials",
        "account.speak",
        "post.hide",
        "post.delete",
    }
)
RESTORING = frozenset({"account.restore", "account.lift", "post.restore", "post.lift"})
#: What the last people able to restore keep, although their engagement has run out (promise 7).
KEPT = frozenset({"account.restore", "post.restore"})
#: Everything that could weaken the rest, and so is an order itself (promise 11).
SAFEGUARDS = frozenset(
    {
        "tier.assign",
        "roster.enter",
        "roster.remove",
        "person.enrol",
        "person.engage",
        "person.notice",
        "person.end",
        "shift.add",
        "shift.remove",
        "rota.enter",
        "role.grant",
        "role.take",
        "credential.enrol",
        "credential.end",
        "person.join",
        "person.search",
        "person.erase",
        "person.offer",
        "rulebook.replace",
        "setting.change",
        "token.issue",
        "token.end",
    }
)
KINDS = SILENCING | RESTORING | SAFEGUARDS | {"statement.publish"}

TIERS = ("ordinary", "notable", "critical")

#: In the order in which they are named to people.
ROLES = ("agent", "reviewer", "duty manager", "auditor", "administrator")

MACHINES = frozenset({"clock"})

#: What is known of a person's signature when it is there and good; a demo's own authenticator gives the other one.
SIGNED = frozenset({"valid", "demo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human who works here, as they are now.

    `engagement_days` counts the days served. `signature` is what is known of their signature under what is decided: one
    of `SIGNED`, or what is wrong with it; empty where nobody asked for one. `keeps_restore` holds of somebody whose
    engagement has run out by its date while fewer than three are engaged who could restore: they may do that, and
    nothing else. `too_near` holds of somebody who decides nothing about the account: theirs, their employer's, or one
    they follow. Which of these it is, the record does not learn.
    """

    id: str
    roles: frozenset[str]
    team: str
    employer: str
    engaged: bool
    on_shift: bool
    engagement_days: int
    engagement_days_left: int
    signature: str = ""
    keeps_restore: bool = False
    too_near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A named machine that proposes: the clock, at a set end."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: the kind, the facts of the subject, why, whether evidence is attached, and whom it would raise.

    `clause` is the one of the rulebook's policy that the order rests on; empty when it names none. `concerns` is the
    person whose own rights it would widen; they neither propose nor approve it.
    """

    kind: str
    values: Mapping[str, Value]
    reason: str = ""
    evidence: bool = False
    clause: str = ""
    concerns: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One more approver, over and above the rules' places, who is none of those `outside` names."""

    because: Literal["veto", "notices", "witness"]
    outside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The order's instants, in microseconds; `notices` says whether everyone concerned is known to have been told.

    `witnessed_at` is when outsiders last signed a head of the record; None where nobody has, or no rule asks.
    """

    proposed_at: int
    approve_by: int | None = None
    held_from: int | None = None
    not_before: int | None = None
    execute_by: int | None = None
    notices: Literal["accepted", "pending"] = "pending"
    witnessed_at: int | None = None


def by_rank(roles: frozenset[str]) -> tuple[str, ...]:
    """Return roles in the order in which they are named; unknown ones last."""
    known = tuple(role for role in ROLES if role in roles)
    return known + tuple(sorted(roles - set(ROLES)))
