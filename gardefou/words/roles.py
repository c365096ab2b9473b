"""Roles, tiers and acts as parts of a sentence, in the language spoken now.

Roles arrive as the guard writes them: `reviewer or duty manager`.
"""

from collections.abc import Sequence

from gardefou.words.kinds import doing
from gardefou.words.language import gettext as _

_OR = " or "


def one_of(roles: str) -> str:
    """Return `a reviewer or a duty manager`."""
    found = {
        "agent": _("an agent"),
        "reviewer": _("a reviewer"),
        "duty manager": _("a duty manager"),
        "auditor": _("an auditor"),
        "administrator": _("an administrator"),
        "machine clock": _("the clock"),
    }
    *first, last = [found.get(role, role) for role in roles.split(_OR)]
    return _("%(first)s or %(last)s", first=", ".join(first), last=last) if first else last


def roles_held(roles: Sequence[str]) -> str:
    """Return `agent`, or `agent, reviewer`."""
    found = {
        "agent": _("agent"),
        "reviewer": _("reviewer"),
        "duty manager": _("duty manager"),
        "auditor": _("auditor"),
        "administrator": _("administrator"),
    }
    return ", ".join(found.get(role, role) for role in roles)


def place(role: str, *, other: str = "", because: str = "") -> str:
    """Return who may fill a place: `a duty manager of another team`."""
    who = one_of(role)
    if because == "veto":
        return _("%(who)s from outside the earlier quorum", who=who)
    if other == "team":
        return _("%(who)s of another team", who=who)
    if other == "employer":
        return _("%(who)s of another employer", who=who)
    return who


def tier(name: str) -> str:
    """Return a tier as an adjective."""
    return {"ordinary": _("ordinary"), "notable": _("notable"), "critical": _("critical")}.get(name, name)


def act(kind: str, which: str) -> str:
    """Return an act on an account of a tier, as an infinitive: `hide a critical account`; others as they are called."""
    account = {
        "ordinary": _("an ordinary account"),
        "notable": _("a notable account"),
        "critical": _("a critical account"),
    }.get(which, _("an account"))
    return {
        "account.hide": _("hide %(account)s", account=account),
        "account.limit": _("limit %(account)s", account=account),
        "account.freeze": _("freeze %(account)s", account=account),
        "account.restore": _("restore %(account)s", account=account),
        "account.lift": _("lift what weighs on %(account)s", account=account),
        "post.hide": _("hide a post of %(account)s", account=account),
        "post.restore": _("restore a post of %(account)s", account=account),
        "post.lift": _("lift what weighs on a post of %(account)s", account=account),
    }.get(kind) or doing(kind)
