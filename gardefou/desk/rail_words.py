"""The words under a rail: roles, places, and what follows, in the language spoken now."""

from gardefou.guard.rules import Place, Plan
from gardefou.orders import labels
from gardefou.orders.kinds import SAFEGUARDS, Kind
from gardefou.staff.roles import Role
from gardefou.words import gettext as _
from gardefou.words import ngettext, pgettext

_MINUTE = 60


def _either(words: list[str]) -> str:
    """Join what may stand for each other."""
    said = words[0]
    for word in words[1:]:
        said = _("%(one)s or %(other)s", one=said, other=word)
    return said


def _plain(role: str) -> str:
    """Return a role as it stands inside a sentence."""
    return {
        Role.AGENT: _("agent"),
        Role.REVIEWER: _("reviewer"),
        Role.DUTY_MANAGER: _("duty manager"),
        Role.AUDITOR: _("auditor"),
        Role.ADMINISTRATOR: _("administrator"),
    }[Role(role)]


def _people(roles: tuple[str, ...]) -> list[str]:
    """Return the roles that people hold; a machine's name among them is left out."""
    return [role for role in roles if role in set(Role)]


def role_of(place: Place) -> str:
    """Return who fills a place: `Duty manager`."""
    return _either([labels.role(role) for role in _people(place.roles)])


def in_short(place: Place) -> str:
    """Return who fills a place where there is room for one short word a line."""
    short = {Role.DUTY_MANAGER: pgettext("narrow", "Duty manager")}
    return _either([short.get(Role(role)) or labels.role(role) for role in _people(place.roles)])


def wanted(place: Place, plan: Plan, *, you: bool) -> str:
    """Return who is wanted: `1 reviewer`, or `1 more reviewer` when one proposes already."""
    role = _either([_plain(name) for name in _people(place.roles)])
    again = not you and any(set(place.roles) & set(roles) for _rule, roles in plan.propose)
    return _("1 more %(role)s", role=role) if again else _("1 %(role)s", role=role)


def beside(place: Place, at: int) -> str:
    """Return in what a place's person differs from the others."""
    if place.because == "veto":
        return _("one more, after the veto")
    if place.because == "notices":
        return _("one more, the notices not being accepted")
    if place.because == "witness":
        return _("one more, no witness having signed lately")
    if place.other == "team":
        return _("another team")
    if place.other == "employer":
        return _("another employer")
    return _("not you") if at == 0 else _("someone else again")


def open_place(place: Place, *, could: int | None, yours: bool) -> str:
    """Return what an open place asks, how many could fill it, and whether it waits for the reader."""
    said = [_("Place open.")]
    if place.other == "team":
        said.append(_("Must be of another team than the others."))
    elif place.other == "employer":
        said.append(_("Must work for another employer than the others."))
    if could is not None:
        said.append(
            ngettext("%(count)s on shift could fill it.", "%(count)s on shift could fill it.", could)
            if could
            else _("Nobody on shift could fill it.")
        )
    if yours:
        said.append(_("It waits for you."))
    return " ".join(said)


def proposer(plan: Plan) -> str:
    """Return who may propose, by the strictest of the rules: `A reviewer proposes`."""
    roles = min((_people(roles) for _rule, roles in plan.propose), key=len, default=[])
    if not roles:
        return _("Nobody proposes")
    first = {
        Role.AGENT: _("An agent"),
        Role.REVIEWER: _("A reviewer"),
        Role.DUTY_MANAGER: _("A duty manager"),
        Role.AUDITOR: _("An auditor"),
        Role.ADMINISTRATOR: _("An administrator"),
    }[Role(roles[0])]
    return _("%(who)s proposes", who=_either([first, *(_plain(name) for name in roles[1:])]))


def then(kind: Kind) -> str:
    """Return what happens only then."""
    return {
        Kind.ACCOUNT_HIDE: _("does the page go."),
        Kind.ACCOUNT_LIMIT: _("does it leave public timelines."),
        Kind.ACCOUNT_FREEZE: _("can the owner no longer post."),
        Kind.ACCOUNT_RENAME: _("is it renamed."),
        Kind.ACCOUNT_BLOCK: _("is the other account blocked."),
        Kind.ACCOUNT_UNFOLLOW: _("do the followers go."),
        Kind.ACCOUNT_CONTACT: _("is the owner written to elsewhere."),
        Kind.ACCOUNT_CREDENTIALS: _("is the owner signed out."),
        Kind.ACCOUNT_SPEAK: _("is it said."),
        Kind.POST_HIDE: _("does the post go."),
        Kind.POST_DELETE: _("is the post deleted."),
        Kind.STATEMENT_PUBLISH: _("is it public."),
    }.get(kind, _("does it take effect."))


def done(kind: Kind) -> str:
    """Return what is so while an order is in effect."""
    return {
        Kind.ACCOUNT_HIDE: _("Page gone"),
        Kind.ACCOUNT_LIMIT: _("Out of timelines"),
        Kind.ACCOUNT_FREEZE: _("Owner cannot post"),
        Kind.ACCOUNT_RENAME: _("Renamed"),
        Kind.ACCOUNT_BLOCK: _("Blocked"),
        Kind.ACCOUNT_UNFOLLOW: _("Followers removed"),
        Kind.ACCOUNT_CONTACT: _("Address changed"),
        Kind.ACCOUNT_CREDENTIALS: _("Signed out"),
        Kind.ACCOUNT_SPEAK: _("Said"),
        Kind.POST_HIDE: _("Post gone"),
        Kind.POST_DELETE: _("Post deleted"),
        Kind.ACCOUNT_RESTORE: _("Page back"),
        Kind.POST_RESTORE: _("Post back"),
        Kind.STATEMENT_PUBLISH: _("Published"),
    }.get(kind, _("In effect") if kind in SAFEGUARDS else _("Lifted"))


def stays(kind: Kind) -> str:
    """Return what is still so when an order came to nothing."""
    if kind in {Kind.ACCOUNT_HIDE, Kind.ACCOUNT_LIMIT, Kind.ACCOUNT_FREEZE}:
        return _("Page stays up")
    if kind in {Kind.POST_HIDE, Kind.POST_DELETE}:
        return _("Post stays up")
    return _("Nothing changes")


def spoken(seconds: int) -> str:
    """Return a length of time as one says it: `6 minutes 48`."""
    minutes, rest = divmod(seconds, _MINUTE)
    if not minutes:
        return ngettext("%(count)s second", "%(count)s seconds", rest)
    said = ngettext("%(count)s minute", "%(count)s minutes", minutes)
    return f"{said} {rest:02}" if rest else said
