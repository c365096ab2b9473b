"""What can be proposed about what protects an account: its tier and its line of the roster."""

from gardefou.accounts.queries import account as account_row
from gardefou.accounts.queries import roster, subject_values
from gardefou.desk.case_view import reached_words, tier_words
from gardefou.desk.changes import Asking, Change
from gardefou.guard.facts import TIERS
from gardefou.orders import labels
from gardefou.orders.kinds import Kind
from gardefou.words import gettext as _


def protection(ask: Asking) -> dict[str, object]:
    """Return what the page of an account shows of its protection."""
    row = account_row(ask.tx, ask.subject_id)
    tier, _because, said = tier_words(ask.tx, ask.ports, row, subject_values(ask.tx, row, ask.now))
    line = roster(ask.tx, ask.subject_id)
    return {
        "tier": tier,
        "tier_why": said,
        "assigned": row["assigned_tier"] or "",
        "assigned_by": row["tier_order_id"],
        "reached": row["reached_tier"],
        "reached_why": reached_words(ask.tx, ask.subject_id, str(row["reached_tier"])),
        "line": line,
        "review_due": line["review_by"] if line and line["review_by"] <= ask.now else None,
        "changes": _changes(ask, str(row["assigned_tier"] or ""), str(line["tier"]) if line else ""),
    }


def _changes(ask: Asking, assigned: str, line: str) -> list[Change]:
    tiers = [(name, labels.tier(name)) for name in TIERS if name != assigned]
    found = [ask.choices(Kind.TIER_ASSIGN, _("The tier it has at the least, whatever its numbers."), "tier", tiers)]
    same = [(line, _("%(tier)s, as it is: reviewed for a year", tier=labels.tier(line)))] if line else []
    higher = [(name, labels.tier(name)) for name in TIERS[1:] if TIERS.index(name) > TIERS.index(line or TIERS[0])]
    if same or higher:
        effect = _("A line of the roster protects it whatever its numbers, and says for what.")
        found.append(ask.choices(Kind.ROSTER_ENTER, effect, "tier", same + higher))
    if line:
        found.append(ask.form(Kind.ROSTER_REMOVE, _("Its numbers and its assigned tier go on counting.")))
    return found
