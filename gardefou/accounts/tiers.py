"""The three tiers, from least to most protected."""

from enum import StrEnum

from gardefou.accounts.errors import AccountError


class Tier(StrEnum):
    """How protected an account is. Values are stored and digested: never change one."""

    ORDINARY = "ordinary"
    NOTABLE = "notable"
    CRITICAL = "critical"


_PLACE = {tier: place for place, tier in enumerate(Tier)}


def tier_named(name: str) -> Tier:
    """Return the tier of that name.

    Raises:
        AccountError: there is no such tier.
    """
    try:
        return Tier(name)
    except ValueError:
        raise AccountError(f"'{name}' is not a tier; use one of {', '.join(Tier)}") from None


def is_lower(one: str, other: str | None) -> bool:
    """Return whether `one` protects less than `other`; nothing is lower than no tier."""
    return other is not None and _PLACE[Tier(one)] < _PLACE[Tier(other)]
