"""What a program may do with its scopes, as the member reads it who is asked, in the language spoken now."""

from collections.abc import Iterable

from gardefou.words import gettext as _


def of(scopes: Iterable[str]) -> list[str]:
    """Return one sentence for each whole scope, and one for all parts of a kind, the widest first."""
    asked = list(scopes)
    whole = {
        "read": _("Read whatever you can read: timelines, your notifications and bookmarks, whom you block or mute."),
        "write": _("Act in your name: post, delete, follow, block, report, change your profile."),
        "follow": _("Follow, block and mute in your name, and read whom you follow, block and mute."),
        "push": _("Be sent your notifications. This site sends none to programs."),
        "profile": _("Read who you are: your name and your handle."),
        "admin:read": _("Read accounts and reports as moderators do, if you are one."),
        "admin:write": _("Moderate in your name, if you are a moderator; the rules and the other signatures stay."),
    }
    said = [sentence for scope, sentence in whole.items() if scope in asked]
    for prefix in ("read", "write", "admin:read", "admin:write"):
        parts = [_part(scope.rpartition(":")[2]) for scope in asked if scope.rpartition(":")[0] == prefix]
        if parts and prefix not in asked:
            said.append(_parts(prefix, ", ".join(parts)))
    return said


def _parts(kind: str, what: str) -> str:
    match kind:
        case "read":
            return _("Read: %(what)s.", what=what)
        case "write":
            return _("Change in your name: %(what)s.", what=what)
        case "admin:read":
            return _("Read as moderators do, if you are one: %(what)s.", what=what)
        case _:
            return _("Moderate in your name, if you are a moderator: %(what)s.", what=what)


def _part(name: str) -> str:
    names = {
        "accounts": _("accounts and profiles"),
        "blocks": _("blocks"),
        "bookmarks": _("bookmarks"),
        "conversations": _("conversations"),
        "favourites": _("likes"),
        "filters": _("filters"),
        "follows": _("follows"),
        "lists": _("lists"),
        "media": _("images"),
        "mutes": _("mutes"),
        "notifications": _("notifications"),
        "reports": _("reports"),
        "search": _("search"),
        "statuses": _("posts"),
        "domain_blocks": _("blocked domains"),
        "domain_allows": _("allowed domains"),
        "ip_blocks": _("blocked addresses"),
        "email_domain_blocks": _("blocked e-mail domains"),
        "canonical_email_blocks": _("blocked e-mail addresses"),
    }
    return names[name]
