"""What the guard is told, at its dullest: an engaged reviewer on shift, an ordinary account, a reason."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from gardefou.guard.decide import decide
from gardefou.guard.facts import OPEN_ENDED, Asked, Clocks, Extra, Machine, Person, Value
from gardefou.guard.rules import Rulebook, UnsafeUnprovedRulebook, load
from gardefou.guard.verdict import Verdict

ROOT = Path(__file__).parents[2]
SHIPPED_TEXT = (ROOT / "rulebooks" / "shipped.toml").read_text(encoding="utf-8")
NONE_TEXT = (ROOT / "rulebooks" / "none.toml").read_text(encoding="utf-8")
SHIPPED = load(SHIPPED_TEXT)
_CRITICAL = 'needs = ["on shift", "evidence", "engagement_days >= 14"]\nhold = "10 min"'
#: The shipped rules, but that hiding a critical account asks for a witness that has signed within five minutes.
WITNESSED_TEXT = SHIPPED_TEXT.replace(_CRITICAL, _CRITICAL.replace('"evidence"', '"evidence", "witness <= 5 min"'), 1)
NONE = UnsafeUnprovedRulebook.load(NONE_TEXT)

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

#: When every order of these tests is proposed.
NOW = 1_509_649_200_000_000


def person(
    id: str = "1",  # noqa: A002  # the fact's own name
    *roles: str,
    team: str = "North",
    employer: str = "house",
    engaged: bool = True,
    on_shift: bool = True,
    engagement_days: int = 400,
    engagement_days_left: int = OPEN_ENDED,
    signature: str = "valid",
) -> Person:
    """Make a person; a reviewer unless told otherwise."""
    return Person(
        id=id,
        roles=frozenset(roles or ("reviewer",)),
        team=team,
        employer=employer,
        engaged=engaged,
        on_shift=on_shift,
        engagement_days=engagement_days,
        engagement_days_left=engagement_days_left,
        signature=signature,
    )


def values(tier: str = "ordinary", **changed: Value) -> dict[str, Value]:
    """Make the facts of an account of a tier."""
    return {
        "tier": tier,
        "protected": tier != "ordinary",
        "roster": "" if tier == "ordinary" else tier,
        "assigned_tier": "",
        "office": False,
        "followers": 10,
        "peak_followers_90d": 10,
        "restored_lately": False,
        "duration_minutes": 0,
        "brief_freezes_today": 0,
        "urgent_posts_today": 0,
        "acts_by_person_1h": 0,
        "acts_by_house_1h": 0,
        "reach_this_shift": 0,
        "weakens": False,
        "role": "",
        "hidden_as_grave": False,
        "set_end_passed": False,
        "reason": "spam",
        "subject_kind": "account",
        **changed,
    }


def asked(
    kind: str = "account.hide", tier: str = "ordinary", *, reason: str = "spam", evidence: bool = True, **changed: Value
) -> Asked:
    """Make a request about an account of a tier."""
    return Asked(kind=kind, values=values(tier, reason=reason, **changed), reason=reason, evidence=evidence)


def clocks(
    *,
    approve_by: int | None = NOW + 2 * HOUR,
    held_from: int | None = None,
    not_before: int | None = None,
    execute_by: int | None = None,
    notices: Literal["accepted", "pending"] = "accepted",
) -> Clocks:
    """Make the clocks of an order proposed at `NOW`, everyone having been told."""
    return Clocks(
        proposed_at=NOW,
        approve_by=approve_by,
        held_from=held_from,
        not_before=not_before,
        execute_by=execute_by,
        notices=notices,
    )


def decided(
    what: Asked,
    proposer: Person | Machine,
    *approvers: Person,
    book: Rulebook = SHIPPED,
    at: Clocks | None = None,
    extras: Sequence[Extra] = (),
    now: int = NOW,
) -> Verdict:
    """Ask the guard."""
    return decide(
        book, asked=what, proposer=proposer, approvers=approvers, clocks=at or clocks(), extras=extras, now=now
    )


def refusals(verdict: Verdict) -> list[tuple[str, str]]:
    """Return each reason as its rule and code."""
    return [(str(reason.fields.get("rule", "")), reason.code) for reason in verdict.reasons]
