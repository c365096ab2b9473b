"""Reasons of a verdict as rule blocks: words, then the rule's own line."""

from collections.abc import Iterable
from dataclasses import dataclass

from gardefou.guard.verdict import Reason
from gardefou.staff.sessions import SignedIn
from gardefou.words import reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One rule that spoke, in words."""

    words: str
    detail: str
    code: str


def why(found: Iterable[Reason], *, me: SignedIn | None = None, now: int = 0, **known: str | int) -> tuple[Why, ...]:
    """Return reasons in words; `known` are fields the guard has no use for: `handle`, `office`, `tier_because`."""
    more: dict[str, str | int] = {**known, "now": now}
    if me is not None and me.engagement_ends is not None:
        more["ends"] = me.engagement_ends
    if me is not None and me.signs_at is not None:
        more["signs_at"] = me.signs_at
    told = []
    for reason in found:
        words, detail = reasons.sentence(reason.code, {**more, **reason.fields})
        told.append(Why(words=words, detail=detail, code=reasons.rule_line(reason.code, reason.fields)))
    return tuple(told)
